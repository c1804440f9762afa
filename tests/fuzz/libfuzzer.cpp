// What libFuzzer calls (https://llvm.org/docs/LibFuzzer.html), for every target.

#include "tests/fuzz/fuzz.h"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    // A copy of just that size: whatever reads beyond it is caught.
    sharedserver::fuzz::tryInput(QByteArray(reinterpret_cast<const char *>(data), qsizetype(size)));
    return 0;
}
