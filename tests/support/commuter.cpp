#include "tests/support/commuter.h"

#include "tests/support/commandline.h"

#include <QTest>

namespace sharedserver::test {

Commuter::Commuter(const QString &server)
    : m_server(server)
{
    QObject::connect(&m_command, &QProcess::finished, [this](int code) {
        if (code != 0)
            m_failures.append(QString::fromUtf8(m_command.readAllStandardError()));
        ++m_journeys;
        m_attached = !m_attached;
        if (!m_stopping || m_attached)
            go();
    });
    go();
}

void Commuter::stop()
{
    m_stopping = true;
    QTRY_VERIFY_WITH_TIMEOUT(m_command.state() == QProcess::NotRunning && !m_attached, 30000);
}

void Commuter::go()
{
    startCommand(&m_command, {m_attached ? "unuse" : "use", m_server, "--pid", m_client.pidText()});
}

} // namespace sharedserver::test
