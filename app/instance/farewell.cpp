#include "app/instance/farewell.h"

#include "core/control/watcherhost.h"
#include "core/control/watcherlauncher.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QStandardPaths>

#include <utility>

namespace sharedserver {

QString commandLineProgram()
{
    const QString name = QStringLiteral("sharedserver");
    const QString beside = QCoreApplication::applicationDirPath() + QLatin1Char('/') + name;
    return QFileInfo(beside).isExecutable() ? beside : QStandardPaths::findExecutable(name);
}

Farewell::Farewell(WatcherHost *host, const LockDirectory &directory, QObject *parent)
    : QObject(parent)
    , m_host(host)
    , m_directory(directory)
{
    m_patience.setSingleShot(true);
    m_patience.setInterval(kHandOverTime);
    connect(&m_patience, &QTimer::timeout, this, &Farewell::end);
    connect(host, &WatcherHost::ended, this, &Farewell::end);
}

void Farewell::keepServers()
{
    if (std::exchange(m_isUnderWay, true))
        return;
    if (!m_host->supervisor() || m_host->supervisor()->isEmpty()) {
        end();
        return;
    }
    const QString program = commandLineProgram();
    if (program.isEmpty()) {
        emit unattended(tr("The program 'sharedserver' was not found."));
        end();
        return;
    }
    if (const auto started = startSuccessor(m_directory, program); !started) {
        emit unattended(started.error().message);
        end();
        return;
    }
    m_patience.start(); // it asks us to hand over, and that ends us
}

void Farewell::stopServers()
{
    if (std::exchange(m_isUnderWay, true))
        return;
    if (!m_host->supervisor()) {
        end();
        return;
    }
    // What is left after that belongs to another tool's watcher, or was started meanwhile. Queued:
    // the last one is told to have stopped just before it is gone.
    const auto keepTheRest = [this] {
        m_isUnderWay = false;
        keepServers();
    };
    m_host->supervisor()->stopAll([this, keepTheRest] {
        QMetaObject::invokeMethod(this, keepTheRest, Qt::QueuedConnection);
    });
}

void Farewell::end()
{
    m_patience.stop();
    m_host->letGo();
    emit finished();
}

} // namespace sharedserver
