#pragma once

#include "app/trayapplication.h"
#include "core/process/callercontext.h"
#include "tests/app/appworld.h"
#include "tests/app/desktop.h"
#include "tests/support/testclient.h"

#include <QJsonObject>

#include <functional>
#include <memory>

namespace sharedserver::test {

/// The tray inside the test's own process, so that the test sees its windows. It is the watcher, so
/// commands have to be run by runMeanwhile().
struct InnerTray
{
    InnerTray();

    AppWorld world;
    LockDirectory directory = world.lockDirectory();
    TrayApplication application{LockDirectory::locate(), directory, CallerContext::current()};
};

/// Runs this on a desktop of its own, with an application that has its windows there.
int onDesktop(int argc, char **argv, const std::function<int(Desktop *)> &work);
/// The same for the tests of an object: `test(desktop)` makes it.
int runOnDesktop(int argc, char **argv,
                 const std::function<std::unique_ptr<QObject>(Desktop *)> &test);

/// `use`, with a real server.
void useMeanwhile(const QString &name, const TestClient &client,
                  const QStringList &serverArguments = {});
/// What `info --json` says of a server.
QJsonObject infoMeanwhile(const QString &name);

} // namespace sharedserver::test
