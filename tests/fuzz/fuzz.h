#pragma once

#include <QByteArray>

#include <cstdio>
#include <cstdlib>

namespace sharedserver::fuzz {

/// What a target does with one input, whatever that is. Defined once in each fuzz_NAME.cpp; what
/// calls it is libFuzzer (see libfuzzer.cpp) or, in an ordinary build, replay.cpp.
void tryInput(const QByteArray &input);

} // namespace sharedserver::fuzz

/// Ends the program, which is what libFuzzer and ctest take for a finding, where a property does
/// not hold.
#define HOLDS(property) \
    do { \
        if (!(property)) { \
            std::fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #property); \
            std::abort(); \
        } \
    } while (false)
