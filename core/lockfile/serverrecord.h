#pragma once

#include "core/base/error.h"
#include "core/base/timestamp.h"
#include "core/process/processid.h"

#include <QByteArrayList>
#include <QJsonObject>

#include <optional>

namespace sharedserver {

/// What `<name>.server.json` says: one server process and who watches it.
struct ServerRecord
{
    ProcessId server; ///< `pid`, `start_time`
    QByteArrayList command; ///< `command`; `command_base64` beside it where it is not UTF-8
    QString gracePeriod; ///< `grace_period`, as given
    std::optional<ProcessId> watcher; ///< `watcher_pid` (null where none), `watcher_start_time`
    Timestamp startedAt; ///< `started_at`

    // Optional keys of ours, which the Rust tool ignores.
    QString manager; ///< `manager`: which program the watcher is; empty for another tool's
    QString bootId; ///< `boot_id`: start stamps only mean something within one boot
    QByteArray logFile; ///< `log_file`
    QByteArray workingDir; ///< `working_dir`
    std::optional<int> umask; ///< `umask`
    std::optional<Timestamp> graceUntil; ///< `grace_until`: when the grace period will end
    qint64 logOffset = 0; ///< `log_offset`: where its own output begins, as LogChain counts
    QJsonObject ready; ///< `ready`: how to tell that it is ready; empty where it need not be told
    std::optional<Timestamp> readyAt; ///< `ready_at`: when it was found to be
    QString restart; ///< `restart`: the policy; empty for never
    int restarts = 0; ///< `restarts`: how often in a row it was started again by that
    std::optional<Timestamp> restartAt; ///< `restart_at`: it is dead, and will be started then

    QJsonObject unknownKeys; ///< kept when the file is written again

    /// Kind::Corrupt where the text is not a JSON object with a usable pid, command and so on.
    /// Missing optional keys and unknown keys are fine.
    static Result<ServerRecord> fromJson(const QByteArray &text);
    /// Whole, valid UTF-8 JSON, readable by every version of the Rust tool, ending in a newline.
    QByteArray toJson() const;

    /// False where it says that it is from another boot of the machine.
    bool isOfThisBoot() const;
    /// Whether it may be of another one all the same: it names none, and is older than this one by
    /// the clock, as far as that can be trusted.
    bool mayBeOfAnotherBoot() const;
    /// The server's process where it is alive and the record truly means it (see confirm()); a
    /// record from another boot never does.
    std::optional<ProcessId> liveServer() const;
    std::optional<ProcessId> liveWatcher() const;
    /// What is known of the server's process: alive, dead but not reaped, or gone.
    Liveness serverLiveness() const;
};

/// The value of ServerRecord::manager for records that our own watchers write.
inline constexpr char kManager[] = "sharedserver-qt";

} // namespace sharedserver
