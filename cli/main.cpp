#include "cli/output.h"
#include "cli/program.h"
#include "core/process/filedescriptor.h"

int main(int argc, char **argv)
{
    using namespace sharedserver;
    fillStandardStreams();
    Output output = Output::ofProcess();
    return runProgram(argc, argv, output);
}
