#pragma once

#include <QTest>

namespace sharedserver::test {

/// How long, in milliseconds, a test waits for what has to happen: far longer than it takes, also
/// on a loaded machine that stands still for a while. No measure of speed.
inline constexpr int kPatienceMs = 30000;

/// Whether it comes to hold. Looks again and again, so many times as Qt Test does in `patience`
/// milliseconds, however long a look takes, and never after it has held.
template<typename Predicate>
bool comesTrue(const Predicate &holds, int patience = kPatienceMs)
{
    constexpr int step = 50;
    for (int waited = 0; waited < patience; waited += step) {
        if (holds())
            return true;
        QTest::qWait(step);
    }
    return holds();
}

} // namespace sharedserver::test

// Qt Test waits 5 s, which such a machine can spend on a single process, and its time can be set
// from Qt 6.11 on only (QTest::defaultTryTimeout). And it looks once more when the condition has
// held: a test failed where that removed something twice, or where it held for a moment only. Part
// of what all tests have precompiled.
#undef QTRY_VERIFY_WITH_TIMEOUT
#undef QTRY_COMPARE_WITH_TIMEOUT
#undef QTRY_COMPARE
#undef QTRY_VERIFY
#undef QTRY_VERIFY2
#define QTRY_VERIFY_WITH_TIMEOUT(condition, patience) \
    QVERIFY2(sharedserver::test::comesTrue([&] { return bool(condition); }, patience), #condition)
#define QTRY_VERIFY(condition) QTRY_VERIFY_WITH_TIMEOUT(condition, sharedserver::test::kPatienceMs)
#define QTRY_VERIFY2(condition, message) \
    do { \
        if (!sharedserver::test::comesTrue([&] { return bool(condition); })) \
            QVERIFY2(condition, message); \
    } while (false)
// The comparison tells what there is instead; it may have come true by then.
#define QTRY_COMPARE_WITH_TIMEOUT(actual, expected, patience) \
    do { \
        if (!sharedserver::test::comesTrue([&] { return (actual) == (expected); }, patience)) \
            QCOMPARE(actual, expected); \
    } while (false)
#define QTRY_COMPARE(actual, expected) \
    QTRY_COMPARE_WITH_TIMEOUT(actual, expected, sharedserver::test::kPatienceMs)
