// Has the fault that its argument names, for a sanitizer to report.

#include <cstdio>
#include <limits>
#include <memory>
#include <string_view>
#include <thread>

namespace {

/// Reads beyond memory of `count` numbers.
int readsBeyond(int count)
{
    const auto numbers = std::make_unique<int[]>(size_t(count));
    return numbers[size_t(count)];
}

/// Exceeds what an int can be, for a `summand` above 1.
int overflows(int summand)
{
    return std::numeric_limits<int>::max() - 1 + summand;
}

/// Two threads write to the same number.
int races(int number)
{
    std::thread other([&number] { ++number; });
    ++number;
    other.join();
    return number;
}

} // namespace

int main(int argc, char **argv)
{
    const std::string_view fault = argc > 1 ? argv[1] : "";
    int result = 0;
    if (fault == "address")
        result = readsBeyond(argc);
    else if (fault == "undefined")
        result = overflows(argc);
    else if (fault == "thread")
        result = races(argc);
    // So that the compiler cannot leave it out.
    std::printf("%d\n", result);
    return 0;
}
