#pragma once

#include "core/process/callercontext.h"
#include "core/supervisor/outcome.h"

#include <QHash>
#include <QObject>
#include <QPointer>

namespace sharedserver {

class ServerModel;
class Supervisor;
struct LaunchSpec;

/// What the user does to servers from the tray. Remembers which acts are his own for as long as
/// they last, so that he is not told of them as news.
class ServerCommands : public QObject
{
    Q_OBJECT
public:
    /// `context` is the world that a server gets whose own is not known.
    ServerCommands(ServerModel *model, const CallerContext &context, QObject *parent = nullptr);

    void follow(Supervisor *supervisor);
    /// For servers that do not say themselves how long they go on without clients.
    void setDefaultGracePeriod(const QString &period) { m_gracePeriod = period; }

    /// Starts one that the model knows: as it is defined now, or else as it was started before.
    void start(const QString &name);
    void startNew(const QString &name, LaunchSpec spec);
    void stop(const QString &name);
    void restart(const QString &name);
    void kill(const QString &name);
    void stopAll();
    /// Takes one that does not run off the list.
    void forget(const QString &name);

    bool isOwnAct(const QString &name) const { return m_own.contains(name); }

signals:
    /// An act of the user's came to nothing.
    void failed(const QString &name, const sharedserver::Error &error);
    /// It was done, but something is to be known about it.
    void warned(const QString &name, const QString &warning);

private:
    Done answerFor(const QString &name);
    LaunchSpec specFor(const QString &name) const;

    ServerModel *m_model;
    CallerContext m_context;
    QString m_gracePeriod;
    QPointer<Supervisor> m_supervisor;
    QHash<QString, int> m_own; ///< how many of his acts a server is under
};

} // namespace sharedserver
