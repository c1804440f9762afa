#pragma once

#include "core/supervisor/launchspec.h"

#include <sys/types.h>

namespace sharedserver {

/// What a child does between fork and exec. Prepared in the parent, because between the two only
/// async-signal-safe calls are allowed (fork(2), signal-safety(7)): no allocation, no Qt.
class HeldChild
{
public:
    /// Where it failed to become the server, as it reports through the gate.
    enum class Step : int { ChangeDirectory = 1, Execute = 2 };
    struct Report
    {
        Step step;
        int errorNumber;
    };

    /// `gate` is the child's end, `parentGate` the parent's, which the child closes.
    HeldChild(const Executable &executable, const LaunchSpec &spec, int log, int devNull, int gate,
              int parentGate);

    void setEndsWithParent(bool ends) { m_endsWithParent = ends; }
    /// Runs in the child: waits at the gate, then executes. Never returns.
    [[noreturn]] void run() const;

private:
    [[noreturn]] void fail(Step step) const;

    Executable m_executable;
    QByteArray m_directory;
    QByteArrayList m_environment;
    std::vector<char *> m_argv;
    std::vector<char *> m_shellArgv; ///< for a script without an interpreter line
    std::vector<char *> m_environ;
    int m_umask;
    int m_log;
    int m_devNull;
    int m_gate;
    int m_parentGate;
    bool m_endsWithParent = false;
};

} // namespace sharedserver
