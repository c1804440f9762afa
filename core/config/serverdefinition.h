#pragma once

#include "core/base/error.h"
#include "core/config/readycheck.h"
#include "core/config/restartpolicy.h"

#include <QByteArrayList>
#include <QJsonObject>
#include <QString>

#include <optional>

namespace sharedserver {

/// One server as servers.json defines it, with all variables replaced.
struct ServerDefinition
{
    QString name;
    QByteArrayList command; ///< argv; may be empty where the server is lazy
    QByteArrayList environment; ///< `K=V`, to be added to the caller's
    QString gracePeriod; ///< as given; empty for the default
    QByteArray logFile; ///< absolute; empty for the default
    QByteArray workingDirectory; ///< absolute; empty for the caller's
    std::optional<QString> metadata;
    bool isLazy = false; ///< attached to where it runs, but not started by `use`
    QString description;
    RestartPolicy restart = RestartPolicy::Never;
    std::optional<ReadyCheck> ready; ///< how to tell that it is ready

    /// Reads a definition whose keys have their own spellings and whose variables are replaced.
    /// Relative paths are relative to `directory`. Kind::Corrupt names `path` (where the definition
    /// stands), the key, and what is wrong with it.
    static Result<ServerDefinition> fromJson(const QString &name, const QJsonObject &json,
                                             const QString &path, const QByteArray &directory);
};

} // namespace sharedserver
