#include "cli/rawarguments.h"

#include "core/base/bytes.h"

namespace sharedserver {

RawArguments RawArguments::fromArgv(int argc, char **argv)
{
    RawArguments arguments;
    for (int i = 1; i < argc; ++i) {
        const QByteArray argument(argv[i]);
        if (arguments.hasTail)
            arguments.tail.append(argument);
        else if (argument == "--")
            arguments.hasTail = true;
        else
            arguments.words.append(textFromBytes(argument));
    }
    return arguments;
}

} // namespace sharedserver
