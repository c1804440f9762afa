#pragma once

#include "core/base/error.h"

#include <chrono>

namespace sharedserver {

/// The grace period where nobody names one.
constexpr char kDefaultGracePeriod[] = "5m";

/// A length of time as people write it: `30s`, `5m`, `1h`, `2h30m`, `1d`, `500ms`.
///
/// Spaces and any letter case are allowed, a unit is required. The text is kept as given, because
/// it goes into the lockfile unchanged.
class Duration
{
public:
    /// Refuses zero, overflow, unknown units and other characters, with a message that shows
    /// what a duration looks like.
    static Result<Duration> parse(const QString &text);

    std::chrono::milliseconds value() const { return m_value; }
    QString text() const { return m_text; }

private:
    std::chrono::milliseconds m_value{0};
    QString m_text;
};

/// A time span for people, two units at the most: `45s`, `2h 15m`, `3d 4h`.
QString humanDuration(std::chrono::milliseconds span);

} // namespace sharedserver
