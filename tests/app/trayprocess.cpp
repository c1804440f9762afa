#include "tests/app/trayprocess.h"

#include "core/control/watcherclient.h"

#include <QTest>

namespace sharedserver::test {

namespace {

QJsonObject watcherIdentity()
{
    const auto directory = LockDirectory::open(LockDirectory::locate());
    if (!directory || directory->isMissing())
        return {};
    auto client = WatcherClient::connect(*directory);
    if (!client)
        return {};
    return client->greeting().value_or(QJsonObject());
}

} // namespace

QString watcherKind()
{
    return watcherIdentity().value(QLatin1String("kind")).toString();
}

qint64 watcherPid()
{
    return watcherIdentity().value(QLatin1String("pid")).toInteger();
}

TrayProcess::TrayProcess(const QStringList &arguments, const QStringList &more)
{
    m_process.setProcessEnvironment([&] {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        for (const QString &entry : more)
            environment.insert(entry.section('=', 0, 0), entry.section('=', 1));
        return environment;
    }());
    m_process.start(QStringLiteral(TRAY_PROGRAM), arguments);
    if (!m_process.waitForStarted())
        qFatal("Cannot start the tray: %s", qPrintable(m_process.errorString()));
}

TrayProcess::~TrayProcess()
{
    if (isRunning())
        kill();
    const QByteArray errors = m_process.readAllStandardError();
    if (!errors.isEmpty())
        qWarning("The tray said: %s", errors.constData());
}

bool TrayProcess::waitUntilReady()
{
    return QTest::qWaitFor([this] { return isRunning() && watcherPid() == pid(); }, 30000);
}

void TrayProcess::beginToQuit()
{
    m_process.terminate();
}

bool TrayProcess::quit()
{
    beginToQuit();
    return waitForEnd();
}

bool TrayProcess::waitForEnd()
{
    return QTest::qWaitFor([this] { return !isRunning(); }, 30000);
}

void TrayProcess::kill()
{
    m_process.kill();
    m_process.waitForFinished();
}

} // namespace sharedserver::test
