#include "tests/support/commandline.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QTemporaryFile>
#include <QTest>

#include <array>
#include <vector>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sharedserver::test {

namespace {

// Longer than a command waits for its watcher, so that it can say itself what went wrong.
constexpr int kCommandPatienceMs = 120000;

} // namespace

QJsonObject CommandResult::json() const
{
    return QJsonDocument::fromJson(output.toUtf8()).object();
}

QJsonArray CommandResult::jsonArray() const
{
    return QJsonDocument::fromJson(output.toUtf8()).array();
}

QByteArray programUnderTest()
{
    // As the system names it, by which a watcher is recognised.
    static const QString path =
        QFileInfo(qEnvironmentVariable("SHAREDSERVER_PROGRAM", QStringLiteral(BUILT_PROGRAM)))
            .canonicalFilePath();
    if (path.isEmpty())
        qFatal("SHAREDSERVER_PROGRAM names no file.");
    return QFile::encodeName(path);
}

CommandResult run(const QStringList &arguments)
{
    QProcess process;
    startCommand(&process, arguments);
    return finish(&process);
}

CommandResult runIn(const QString &folder, const QStringList &arguments)
{
    QProcess process;
    process.setWorkingDirectory(folder);
    startCommand(&process, arguments);
    return finish(&process);
}

CommandResult runMeanwhile(const QStringList &arguments)
{
    QProcess process;
    startCommand(&process, arguments);
    const bool ended = QTest::qWaitFor(
        [&process] { return process.state() == QProcess::NotRunning; }, kCommandPatienceMs);
    return ended ? finish(&process) : CommandResult();
}

CommandResult runBytes(const QByteArray &program, const QByteArrayList &arguments)
{
    // QProcess knows arguments as text only.
    QTemporaryFile output;
    QTemporaryFile errors;
    if (!output.open() || !errors.open())
        return {};
    std::vector<char *> argv{const_cast<char *>(program.constData())};
    for (const QByteArray &argument : arguments)
        argv.push_back(const_cast<char *>(argument.constData()));
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output.handle(), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, errors.handle(), STDERR_FILENO);
    pid_t child = 0;
    const int failed =
        posix_spawn(&child, program.constData(), &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    int status = 0;
    if (failed != 0 || waitpid(child, &status, 0) != child)
        return {};
    const auto contentOf = [](QTemporaryFile &file) {
        QFile again(file.fileName());
        return again.open(QIODevice::ReadOnly) ? QString::fromUtf8(again.readAll()) : QString();
    };
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, contentOf(output), contentOf(errors)};
}

QString said(const CommandResult &result)
{
    return QString::number(result.exitCode) + ": " + result.output + result.errors;
}

void startCommand(QProcess *process, const QStringList &arguments)
{
    process->setStandardInputFile(QProcess::nullDevice());
    process->start(QFile::decodeName(programUnderTest()), arguments);
}

CommandResult finish(QProcess *process)
{
    CommandResult result;
    const bool ended =
        process->state() == QProcess::NotRunning || process->waitForFinished(kCommandPatienceMs);
    if (ended && process->exitStatus() == QProcess::NormalExit)
        result.exitCode = process->exitCode();
    result.output = QString::fromUtf8(process->readAllStandardOutput());
    result.errors = QString::fromUtf8(process->readAllStandardError());
    return result;
}

QJsonObject info(const QString &name)
{
    return run({QStringLiteral("info"), name, QStringLiteral("--json")}).json();
}

QString stateOf(const QString &name)
{
    return info(name).value(QStringLiteral("state")).toString();
}

qint64 pidOf(const QString &name)
{
    return info(name).value(QStringLiteral("pid")).toInteger();
}

qint64 watcherOf(const QString &name)
{
    return info(name).value(QStringLiteral("watcher_pid")).toInteger();
}

int refcountOf(const QString &name)
{
    return info(name).value(QStringLiteral("refcount")).toInt(-1);
}

} // namespace sharedserver::test
