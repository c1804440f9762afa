#include "tests/support/commuter.h"

#include "tests/support/commandline.h"

#include <QTest>

#include <numeric>

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

void Commuter::waitUntilHome()
{
    QTRY_VERIFY(m_command.state() == QProcess::NotRunning && !m_attached);
}

void Commuter::go()
{
    startCommand(&m_command, {m_attached ? "unuse" : "use", m_server, "--pid", m_client.pidText()});
}

Commuters::Commuters(int count, const QStringList &servers)
{
    for (int i = 0; i < count; ++i)
        m_all.push_back(std::make_unique<Commuter>(servers[i % servers.size()]));
}

QStringList Commuters::stop()
{
    for (const auto &commuter : m_all)
        commuter->stop(); // all first: the one that is waited for is not to meet crowds
    QStringList failures;
    for (const auto &commuter : m_all) {
        commuter->waitUntilHome();
        failures += commuter->failures();
    }
    return failures;
}

int Commuters::journeys() const
{
    return std::accumulate(m_all.begin(), m_all.end(), 0, [](int sum, const auto &commuter) {
        return sum + commuter->journeys();
    });
}

} // namespace sharedserver::test
