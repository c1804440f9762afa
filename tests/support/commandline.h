#pragma once

#include <QByteArray>
#include <QByteArrayList>
#include <QJsonArray>
#include <QJsonObject>
#include <QProcess>
#include <QString>

namespace sharedserver::test {

/// How a run of the command line ended.
struct CommandResult
{
    int exitCode = -1; ///< -1 where it was killed, or did not end in time
    QString output;
    QString errors;

    QJsonObject json() const;
    QJsonArray jsonArray() const;
};

/// The `sharedserver` that is tested: the one of this build, or the one that the environment
/// variable SHAREDSERVER_PROGRAM names, so that a program built otherwise keeps the same promises.
QByteArray programUnderTest();

/// Runs `sharedserver` with these arguments in the environment of the test, and waits for its end.
CommandResult run(const QStringList &arguments);

/// The same from within this folder.
CommandResult runIn(const QString &folder, const QStringList &arguments);

/// The same while this process goes on with its events, as one has to that is itself the watcher.
CommandResult runMeanwhile(const QStringList &arguments);

/// Runs any program with arguments that need not be text.
CommandResult runBytes(const QByteArray &program, const QByteArrayList &arguments);

/// What a run has said in all, for a failing test to show.
QString said(const CommandResult &result);

/// Starts `sharedserver` without waiting.
void startCommand(QProcess *process, const QStringList &arguments);

/// Waits for one that was started.
CommandResult finish(QProcess *process);

/// `info --json` of one server, and single values of it.
QJsonObject info(const QString &name);
QString stateOf(const QString &name);
qint64 pidOf(const QString &name);
qint64 watcherOf(const QString &name);
int refcountOf(const QString &name);

} // namespace sharedserver::test
