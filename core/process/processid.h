#pragma once

#include <QDateTime>
#include <QString>
#include <QtGlobal>

#include <chrono>
#include <optional>

namespace sharedserver {

/// One process, told apart from any later one with the same pid by its start stamp.
///
/// A stamp of 0 means "not known", as in files written by version 0.4.4 of the Rust tool; such an
/// identity must be confirmed (see confirm()) before it is trusted.
struct ProcessId
{
    qint64 pid = 0;
    quint64 startStamp = 0;

    bool isValid() const { return pid > 0; }
    friend bool operator==(const ProcessId &, const ProcessId &) = default;

    /// The process that has this pid now, or an invalid identity where there is none. Zombies count
    /// as none.
    static ProcessId of(qint64 pid);
    static ProcessId self();
    /// The process that called us. After the caller's death that is whoever inherited us.
    static ProcessId parent();
    /// The nearest process above us that runs a program of this name, as the system knows it (see
    /// processName()); an invalid identity where there is none.
    static ProcessId ancestorNamed(const QString &program);
};

/// Whether two identities may mean one process: where a stamp is not known, the pid decides.
bool canBeTheSame(const ProcessId &one, const ProcessId &other);

enum class Liveness { Alive, Zombie, Gone };

/// What became of exactly this process. One whose pid belongs to another process now is Gone. With
/// an unknown stamp, whatever has the pid answers. One that is there but cannot be looked at, as
/// where no descriptor is left, is Alive: nothing is lost by waiting.
Liveness livenessOf(const ProcessId &id);

inline bool isAlive(const ProcessId &id)
{
    return livenessOf(id) == Liveness::Alive;
}

/// How long the process has computed so far, where it has something to do now and waits for no
/// event; to a hundredth of a second. Only Linux tells; nothing elsewhere.
std::optional<std::chrono::microseconds> computingTime(const ProcessId &id);

/// The short name of the program that the process runs, or that it has given itself; empty where
/// it is gone. The system keeps its first 15 bytes (Linux, proc(5)) or 16 (macOS).
QString processName(const ProcessId &id);

/// Whether the process belongs to the user we run as.
bool isOwn(const ProcessId &id);

/// The live process that a record means, with its stamp filled in.
///
/// With a recorded stamp it must match. Without one, it must be our own user's, and the record's
/// time decides: a process whose pid was recycled started after the record was made (more than
/// `slack` after `recordedAt`), so it is not the one. `startsAtRecord` says that the record was
/// made when the process started, as a server's is; then a process that started long before it is
/// not the one either.
std::optional<ProcessId> confirm(const ProcessId &recorded, const QDateTime &recordedAt,
                                 bool startsAtRecord);

} // namespace sharedserver
