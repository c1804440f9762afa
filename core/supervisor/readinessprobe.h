#pragma once

#include "core/supervisor/clock.h"
#include "core/supervisor/readyattempt.h"

#include <QObject>

#include <memory>

namespace sharedserver {

/// Tries until a server is ready, or the time that its check allows is over. One of them serves all
/// who wait.
class ReadinessProbe : public QObject
{
    Q_OBJECT
public:
    /// What hangs for so long is begun anew.
    static constexpr std::chrono::seconds kAttemptLimit{10};

    ReadinessProbe(Clock *clock, const ReadyCheck &check, const ReadySubject &subject,
                   QObject *parent = nullptr);
    ~ReadinessProbe() override;
    void begin();

signals:
    void succeeded();
    void timedOut();

private:
    void attempt();
    void handleEnd(bool isReady);

    Clock *m_clock;
    ReadyCheck m_check;
    ReadySubject m_subject;
    std::unique_ptr<ReadyAttempt> m_attempt;
    std::unique_ptr<Alarm> m_timeout;
    std::unique_ptr<Alarm> m_next; ///< the pause, or the limit of the attempt
};

} // namespace sharedserver
