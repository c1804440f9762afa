#pragma once

#include "core/supervisor/handedover.h"

#include <QJsonObject>
#include <QList>
#include <QString>

#include <functional>
#include <map>

namespace sharedserver {

/// What only a watcher's memory holds, for the one that takes its place. It can be larger than a
/// line of the protocol, so it goes in parts.
struct HandOverState
{
    std::map<QString, HandedOver> servers;
    QJsonObject events; ///< see EventHistory::toJson()

    /// The params of the notifications that tell of the servers, each short enough for a line.
    QList<QJsonObject> parts() const;
    /// Takes one of them, in the order in which they came.
    void add(const QJsonObject &part);
};

/// Somebody who wants to be the watcher.
struct Successor
{
    std::function<bool()> isThere;
    /// Tells what he needs to know; false where he does not take it.
    std::function<bool(const HandOverState &)> tell;
};

} // namespace sharedserver
