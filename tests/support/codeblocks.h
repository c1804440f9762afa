#pragma once

#include <QByteArray>
#include <QList>
#include <QString>
#include <QStringList>

namespace sharedserver::test {

/// A fenced block of a document in Markdown.
struct CodeBlock
{
    QString section; ///< the heading of second order that it stands below
    QString language; ///< the first word behind the fence
    QString file; ///< the second one: the file whose content it is
    QString code;
    int line; ///< where it begins, for messages

    /// What its comments say that it prints: `# prints: …`, line by line.
    QStringList promisedLines() const;
};

/// All blocks of the document, in order. Ends the test program where it cannot be read.
QList<CodeBlock> codeBlocks(const QString &path);

/// Whether a line is what was promised, in which `…` stands for anything.
bool matchesPromise(const QString &line, const QString &promise);

} // namespace sharedserver::test
