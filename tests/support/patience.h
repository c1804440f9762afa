#pragma once

#include <QTest>

namespace sharedserver::test {

/// How long, in milliseconds, a test waits for what has to happen: far longer than it takes, also
/// on a loaded machine that stands still for a while. No measure of speed.
inline constexpr int kPatienceMs = 30000;

} // namespace sharedserver::test

// Qt Test waits 5 s, which such a machine can spend on a single process, and its time can be set
// from Qt 6.11 on only (QTest::defaultTryTimeout). Part of what all tests have precompiled.
#undef QTRY_COMPARE
#undef QTRY_VERIFY
#undef QTRY_VERIFY2
#define QTRY_COMPARE(actual, expected) \
    QTRY_COMPARE_WITH_TIMEOUT(actual, expected, sharedserver::test::kPatienceMs)
#define QTRY_VERIFY(condition) QTRY_VERIFY_WITH_TIMEOUT(condition, sharedserver::test::kPatienceMs)
#define QTRY_VERIFY2(condition, message) \
    QTRY_VERIFY2_WITH_TIMEOUT(condition, message, sharedserver::test::kPatienceMs)
