#pragma once

#include "core/config/readycheck.h"
#include "core/supervisor/launchspec.h"

#include <QObject>

#include <memory>

namespace sharedserver {

class ProcessMonitor;

/// What a check of readiness needs to know of its server.
struct ReadySubject
{
    LaunchSpec spec; ///< its environment and directory are those of an `exec` check, too
    QByteArray logPath;
    qint64 logOffset = 0; ///< where this server's own output begins, as LogChain counts
    ProcessMonitor *monitor = nullptr;
};

/// One try to find out whether a server is ready. Destroying it ends it.
class ReadyAttempt : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;
    virtual void start() = 0;
    /// Whether it goes on until the server is ready, and is not to be cut short and begun anew.
    virtual bool isPatient() const { return false; }

signals:
    /// At most once, and perhaps from within start().
    void ended(bool isReady);
};

/// Whether this build can make such an attempt. Kind::Usage says why not, as the end of a sentence
/// about the check: a build without TLS knows no https.
Result<void> canAttempt(const ReadyCheck &check);

/// The kind of attempt that the check asks for.
std::unique_ptr<ReadyAttempt> makeReadyAttempt(const ReadyCheck &check,
                                               const ReadySubject &subject);

} // namespace sharedserver
