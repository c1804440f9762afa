#include "cli/output.h"
#include "cli/program.h"

int main(int argc, char **argv)
{
    using namespace sharedserver;
    Output output = Output::ofProcess();
    return runProgram(argc, argv, output);
}
