#include "tests/docs/reader.h"

#include "tests/support/commandline.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>
#include <QTcpServer>
#include <QTest>

namespace sharedserver::test {

namespace {

// Far longer than any one command takes, also on a loaded machine with sanitizers.
constexpr int kCommandPatienceMs = 60000;
constexpr char kEndMark[] = "\n@end of the block@\n";

QString freePort()
{
    QTcpServer server;
    if (!server.listen(QHostAddress::LocalHost))
        qFatal("There is no free port.");
    return QString::number(server.serverPort());
}

} // namespace

OpenShell::OpenShell(const QString &shell, const QString &script, const QString &folder)
{
    m_process.setWorkingDirectory(folder);
    // Read from a file, so that the commands cannot take it for their input.
    const QString end = "printf '%s' '" + QString(kEndMark) + "'\nread -r _ || true\n";
    static int number = 0;
    const QString path = QString("%1/.block%2").arg(QFileInfo(folder).path()).arg(++number);
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        qFatal("Cannot write %s", qPrintable(path));
    file.write((script + end).toUtf8());
    file.close();
    m_process.start(shell, {"-eu", path});
    const auto isDone = [this] {
        m_output += m_process.readAllStandardOutput();
        m_errors += m_process.readAllStandardError();
        return m_output.endsWith(kEndMark) || m_process.state() == QProcess::NotRunning;
    };
    const int mostCommands = int(script.count('\n')) + 1; // one a line
    const bool inTime = QTest::qWaitFor(isDone, mostCommands * kCommandPatienceMs);
    isDone(); // what it said at its end
    m_hasSucceeded =
        inTime && (m_process.state() == QProcess::Running || m_process.exitCode() == 0);
}

OpenShell::~OpenShell()
{
    close();
}

QStringList OpenShell::lines() const
{
    QString text = QString::fromUtf8(m_output);
    text.remove(kEndMark);
    QStringList lines = text.split('\n', Qt::SkipEmptyParts);
    for (QString &line : lines) {
        while (line.endsWith(' '))
            line.chop(1);
    }
    return lines;
}

void OpenShell::close()
{
    m_process.closeWriteChannel();
    m_process.waitForFinished(kCommandPatienceMs);
}

Reader::Reader()
    : m_folder(QFileInfo(m_world.path()).canonicalFilePath() + "/project")
    , m_pathBefore(qgetenv("PATH"))
{
    QDir().mkpath(m_folder);
    QDir().mkpath(m_world.path("bin"));
    for (const QString &folder : {m_world.path(), m_folder})
        QFile::setPermissions(folder, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    const QByteArray ours = QFile::encodeName(QFileInfo(programUnderTest()).path());
    qputenv("PATH",
            QFile::encodeName(m_world.path("bin")) + ':' + ours
                + ":/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin");
    for (const char *port : {"7000", "8000"})
        m_ports.append({port, freePort()});
    for (const char *server : {"redis-server", "llama-server"})
        addStandIn(server, "exec " TEST_SERVER);
    addStandIn("pytest", "echo 3 passed");
}

Reader::~Reader()
{
    m_shells.clear();
    qputenv("PATH", m_pathBefore);
}

QString Reader::adapted(const QString &text) const
{
    QString result = text;
    for (const auto &[known, ours] : m_ports)
        result.replace(known, ours);
    return result;
}

void Reader::write(const QString &file, const QString &content) const
{
    const QString path = QDir::isAbsolutePath(file) ? file : m_folder + '/' + file;
    QDir().mkpath(QFileInfo(path).path());
    QFile target(path);
    if (!target.open(QIODevice::WriteOnly))
        qFatal("Cannot write %s", qPrintable(path));
    target.write(content.toUtf8());
    QFile::Permissions permissions = QFile::ReadOwner | QFile::WriteOwner;
    if (content.startsWith("#!"))
        permissions |= QFile::ExeOwner;
    target.setPermissions(permissions);
}

QString Reader::standIn(const QString &name) const
{
    return m_world.path("bin/") + name;
}

void Reader::addStandIn(const QString &name, const QString &script) const
{
    write(standIn(name), "#!/bin/sh\n" + script + '\n');
}

void Reader::follow(const CodeBlock &block, const QString &shell)
{
    if (!block.file.isEmpty())
        write(block.file, adapted(block.code));
    else if (block.language == "sh" || block.language == "bash")
        run(block, shell.isEmpty() ? "/bin/" + block.language : shell);
}

void Reader::run(const CodeBlock &block, const QString &shell)
{
    m_shells.push_back(std::make_unique<OpenShell>(shell, adapted(block.code), m_folder));
    const OpenShell &opened = *m_shells.back();
    const QString where = QString("line %1: ").arg(block.line);
    QVERIFY2(opened.hasSucceeded(),
             qPrintable(where + opened.lines().join('\n') + opened.errors()));
    const QStringList promised = block.promisedLines();
    if (promised.isEmpty())
        return;
    const QStringList lines = opened.lines();
    const QString said = where + "prints\n" + lines.join('\n') + '\n' + opened.errors();
    QVERIFY2(lines.size() == promised.size(), qPrintable(said));
    for (qsizetype i = 0; i < lines.size(); ++i)
        QVERIFY2(matchesPromise(lines.at(i), promised.at(i)), qPrintable(said));
}

void Reader::leave()
{
    while (!m_shells.empty())
        m_shells.pop_back();
    const auto clients = [] {
        qsizetype count = 0;
        const QJsonArray servers = sharedserver::test::run({"list", "--json"}).jsonArray();
        for (const QJsonValue &server : servers)
            count += server["clients"].toArray().size();
        return count;
    };
    QTRY_COMPARE(clients(), 0);
}

QString missingProgram(const QStringList &programs)
{
    for (const QString &program : programs) {
        if (QStandardPaths::findExecutable(program).isEmpty())
            return program + " is not installed.";
    }
    return {};
}

} // namespace sharedserver::test
