#pragma once

#include "tests/support/codeblocks.h"
#include "tests/support/testworld.h"

#include <QProcess>

#include <memory>
#include <vector>

namespace sharedserver::test {

/// A shell into which a block of a document was typed, and which stays open.
class OpenShell
{
public:
    /// Types `script` and waits until all of it has run, or the shell has ended by it.
    OpenShell(const QString &shell, const QString &script, const QString &folder);
    ~OpenShell();

    /// Whether every command has succeeded.
    bool hasSucceeded() const { return m_hasSucceeded; }
    QStringList lines() const;
    QString errors() const { return QString::fromUtf8(m_errors); }
    qint64 pid() const { return m_process.processId(); }

    /// Ends its input, and waits until it is gone.
    void close();

private:
    QProcess m_process;
    QByteArray m_output;
    QByteArray m_errors;
    bool m_hasSucceeded = false;
};

/// Somebody who does what a document says: in a project's folder, with sharedserver in the PATH and
/// stand-ins for the servers and tools that not every machine has. Well-known ports are exchanged
/// for free ones.
class Reader
{
public:
    Reader();
    ~Reader();

    const TestWorld &world() const { return m_world; }
    QString folder() const { return m_folder; }
    /// What the block means on this machine.
    QString adapted(const QString &text) const;
    /// Writes a file of the project, executable where it begins with `#!`.
    void write(const QString &file, const QString &content) const;
    /// A program of that name in the PATH: a shell script.
    void addStandIn(const QString &name, const QString &script) const;
    /// The path of such a program, there or not.
    QString standIn(const QString &name) const;

    /// Does what one block says. Fails the test where it does not do what it promises.
    void follow(const CodeBlock &block, const QString &shell = {});
    /// Closes all shells, latest first, and fails the test where anybody is still attached.
    void leave();

private:
    void run(const CodeBlock &block, const QString &shell);

    TestWorld m_world;
    QString m_folder;
    QByteArray m_pathBefore;
    QList<std::pair<QString, QString>> m_ports;
    std::vector<std::unique_ptr<OpenShell>> m_shells;
};

/// Leaves out the test where one of the programs is not there.
QString missingProgram(const QStringList &programs);

} // namespace sharedserver::test
