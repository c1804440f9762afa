#pragma once

namespace sharedserver::test {

/// How long, in milliseconds, a test waits for what has to happen: far longer than it takes, also
/// on a loaded machine that stands still for a while. No measure of speed.
inline constexpr int kPatienceMs = 30000;

} // namespace sharedserver::test
