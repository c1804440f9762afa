#pragma once

#include <QByteArrayList>
#include <QStringList>

namespace sharedserver {

/// What stands in argv, without the program's name. Its entries are bytes: those before the first
/// `--` become text without loss (see textFromBytes()), those after it stay as they are, because
/// they are somebody else's command.
struct RawArguments
{
    QStringList words;
    QByteArrayList tail;
    bool hasTail = false; ///< there is a `--`

    static RawArguments fromArgv(int argc, char **argv);
};

} // namespace sharedserver
