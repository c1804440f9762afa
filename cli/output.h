#pragma once

#include "cli/outputstyle.h"
#include "core/base/error.h"

#include <QByteArray>
#include <QJsonArray>
#include <QJsonObject>
#include <QString>

namespace sharedserver {

/// What the program says: results on one descriptor, errors on another. Results are kept until
/// there is something to report on the other one or finish() is called, then written at once.
///
/// Whatever comes from elsewhere (names of clients, logs) loses its control characters, so that it
/// cannot command the terminal.
class Output
{
public:
    Output(int outDescriptor, int errorDescriptor, const OutputStyle &style,
           const OutputStyle &errorStyle);
    static Output ofProcess();

    const OutputStyle &style() const { return m_style; }
    /// Columns of the terminal; nothing limits a file or pipe.
    int columns() const;

    void line(const QString &text);
    void line(Mark mark, const QString &text);
    /// Bytes as they are.
    void raw(const QByteArray &bytes) { m_pending += bytes; }
    /// Text of our own, of several lines.
    void text(const QString &text) { m_pending += text.toUtf8(); }
    void json(const QJsonObject &object);
    void json(const QJsonArray &array);
    /// In one line.
    void jsonLine(const QJsonObject &object);

    /// `sharedserver: <message>` in one line, and below it, indented, the end of a server's log
    /// where the error has one.
    void error(const Error &error);
    void warning(const QString &message);
    void errorText(const QString &text);

    /// Writes what is pending and these bytes at once. False where nobody reads them any more, or
    /// they cannot be written.
    bool pass(const QByteArray &bytes);
    bool isTerminal() const;

    /// Writes what is pending. Returns `exitCode`, or another one where it could not be written: a
    /// reader that has gone away (`| head`) is no failure and no message.
    int finish(int exitCode);

private:
    void errorLine(Mark mark, const QString &prefix, const QString &message);
    bool flush();

    int m_outDescriptor;
    int m_errorDescriptor;
    OutputStyle m_style;
    OutputStyle m_errorStyle;
    QByteArray m_pending;
};

/// Writes all of it, however many turns that takes. 0, or an errno value.
int writeAll(int descriptor, const QByteArray &bytes);

} // namespace sharedserver
