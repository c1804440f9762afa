#pragma once

#include "core/base/error.h"
#include "core/config/readycheck.h"
#include "core/config/restartpolicy.h"

#include <QByteArrayList>
#include <QJsonObject>

#include <optional>

namespace sharedserver {

/// Everything that is needed to start a server: what to run, and the world of the caller who asked
/// for it. All bytes, because Unix has no encoding.
struct LaunchSpec
{
    QByteArrayList command; ///< argv; the first is looked up in the environment's PATH
    QByteArrayList environment; ///< "K=V", complete; empty means "not known"
    QByteArray workingDirectory; ///< absolute
    std::optional<int> umask;
    QByteArray logFile; ///< absolute; empty for the default one
    QString gracePeriod; ///< as given
    std::optional<ReadyCheck> ready;
    RestartPolicy restart = RestartPolicy::Never;

    /// For a successor's memory (hand-over). Holds secrets: never written to disk.
    QJsonObject toJson() const;
    static LaunchSpec fromJson(const QJsonObject &json);

    /// The value of a variable, empty where it is not set.
    QByteArray environmentValue(const char *name) const;
};

/// What to hand to execve(2): the program's path and its argv.
struct Executable
{
    QByteArray path;
    QByteArrayList argv;
};

/// Finds the program of `spec` as the caller's shell would: a name with a slash relative to the
/// working directory, any other through the caller's PATH. One single argument that holds white
/// space and is no executable file is a shell command line, run by `/bin/sh -c`.
/// Kind::CannotStart where there is nothing that can be executed.
Result<Executable> resolveExecutable(const LaunchSpec &spec);

} // namespace sharedserver
