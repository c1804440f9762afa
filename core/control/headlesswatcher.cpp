#include "core/control/headlesswatcher.h"

#include "core/control/watcherhost.h"
#include "core/process/terminationsignals.h"

#include <QCoreApplication>
#include <QTimer>

namespace sharedserver {

Result<void> runHeadlessWatcher(const WatchOptions &options)
{
    TerminationSignals unixSignals;
    WatcherHost host(options.location, QStringLiteral("headless"));
    QTimer linger;
    linger.setSingleShot(true);
    linger.setInterval(options.linger.value_or(kDefaultLinger));

    QObject::connect(&unixSignals, &TerminationSignals::received, &host, [&host] {
        host.letGo();
        QCoreApplication::quit();
    });
    QObject::connect(&host, &WatcherHost::ended, qApp, &QCoreApplication::quit);
    QObject::connect(&host, &WatcherHost::maybeIdle, &linger, [&] {
        if (!host.isBusy())
            linger.start();
    });
    QObject::connect(&linger, &QTimer::timeout, &host, [&] {
        if (host.leaveIfIdle())
            QCoreApplication::quit();
        else if (!host.isBusy())
            linger.start();
    });

    const auto begun = host.begin({.takeOver = options.takeOver,
                                   .lockDescriptor = options.lockDescriptor,
                                   .socketDescriptor = options.socketDescriptor});
    if (!begun)
        return begun;
    linger.start();
    QCoreApplication::exec();
    return {};
}

} // namespace sharedserver
