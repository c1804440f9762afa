#pragma once

#include "core/base/error.h"

#include <QByteArray>
#include <QStringList>

#include <optional>

namespace sharedserver {

/// Where definitions are looked for.
struct ConfigSearch
{
    QByteArray file; ///< `--config`; empty where it was not given
    QByteArray environmentFile; ///< `$SHAREDSERVER_CONFIG`
    QByteArray directory; ///< absolute: where the search upwards begins; empty for none
    QByteArray configHome; ///< absolute: `$XDG_CONFIG_HOME`, or `~/.config`

    /// As this process's environment and working directory say.
    static ConfigSearch ofProcess(const QByteArray &file = {});
};

/// A file with definitions, found and read but not understood yet.
struct ConfigFile
{
    QByteArray path; ///< absolute
    QByteArray content;
};

/// The folder that relative paths in the file belong to: its own, or the one above where that is
/// called `.sharedserver`.
QByteArray projectFolder(const QByteArray &configPath);

struct FoundConfig
{
    std::optional<ConfigFile> file; ///< nothing where there is none
    QStringList warnings; ///< files that were passed over, and why
};

/// The first that is there of: the named one, the environment's, `.sharedserver.json` and
/// `.sharedserver/servers.json` in the directory and each above it, the user's own. One found on
/// the way up counts only where it and its directory are the user's or root's and nobody else may
/// write there: whoever shares a folder must not be able to plant commands in it. An error where a
/// named one is missing, or the first hit cannot be read.
Result<FoundConfig> findConfig(const ConfigSearch &search);

} // namespace sharedserver
