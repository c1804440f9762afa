#include "cli/toptable.h"

#include "cli/servertext.h"
#include "cli/texttable.h"
#include "core/base/duration.h"

#include <algorithm>

namespace sharedserver {

namespace {

// NAME and STATE.
constexpr int kLeastColumns = 2;

QString percentText(double percent)
{
    return QStringLiteral("%1 %").arg(percent, 0, 'f', 1);
}

QString counted(qint64 count, const char *what)
{
    return QStringLiteral("%1 %2%3").arg(count).arg(QLatin1String(what),
                                                    count == 1 ? QString() : QStringLiteral("s"));
}

} // namespace

void TopTable::read(const LockfileStore &store, bool withCpu)
{
    m_now = QDateTime::currentDateTimeUtc();
    m_servers.clear();
    readAllServers(store, [this](const ServerInfo &info) { m_servers.append(info); });
    if (!withCpu)
        return;
    QList<ProcessId> leaders;
    for (const ServerInfo &info : std::as_const(m_servers)) {
        if (info.isRunning() && info.record)
            leaders.append(info.record->server);
    }
    if (leaders.isEmpty())
        m_cpu.forget();
    else
        m_cpu.measure(leaders, m_now.toMSecsSinceEpoch());
}

/// Since the last look, or since its start where this is the first one.
std::optional<double> TopTable::cpuOf(const ServerInfo &info) const
{
    if (!info.record)
        return {};
    if (const auto percent = m_cpu.percent(info.record->server))
        return *percent;
    const auto use = m_cpu.use(info.record->server);
    if (!use)
        return {};
    const auto life = std::max<qint64>(1, info.uptime(m_now).count());
    return double(use->cpuMicroseconds) / double(life) / 10.0;
}

std::optional<quint64> TopTable::memoryOf(const ServerInfo &info) const
{
    const auto use = info.record ? m_cpu.use(info.record->server) : std::nullopt;
    return use ? std::optional(use->residentBytes) : std::nullopt;
}

QList<ServerInfo> TopTable::sorted() const
{
    QList<ServerInfo> all = m_servers; // by name
    const auto most = [&](const auto &valueOf) {
        std::stable_sort(all.begin(), all.end(), [&](const ServerInfo &a, const ServerInfo &b) {
            return valueOf(a) > valueOf(b);
        });
    };
    switch (m_order) {
    case TopOrder::Name:
        break;
    case TopOrder::Cpu:
        most([this](const ServerInfo &info) { return cpuOf(info); });
        break;
    case TopOrder::Memory:
        most([this](const ServerInfo &info) { return memoryOf(info); });
        break;
    case TopOrder::Uptime:
        most([this](const ServerInfo &info) { return info.uptime(m_now); });
        break;
    }
    return all;
}

QString TopTable::summary() const
{
    qint64 clients = 0;
    double cpu = 0;
    quint64 memory = 0;
    for (const ServerInfo &info : m_servers) {
        clients += info.clients.count();
        cpu += cpuOf(info).value_or(0);
        memory += memoryOf(info).value_or(0);
    }
    return QStringList{counted(m_servers.size(), "server"), counted(clients, "client"),
                       percentText(cpu) + QStringLiteral(" CPU"), memoryText(memory)}
        .join(QStringLiteral(", "));
}

QStringList TopTable::lines(int columns) const
{
    TextTable table({QStringLiteral("NAME"), QStringLiteral("STATE"), QStringLiteral("CLIENTS"),
                     QStringLiteral("CPU"), QStringLiteral("MEMORY"), QStringLiteral("UPTIME")});
    const QList<ServerInfo> all = sorted();
    for (const ServerInfo &info : all) {
        const QString none = QStringLiteral("-");
        const bool isRunning = info.isRunning();
        const auto cpu = cpuOf(info);
        const auto memory = memoryOf(info);
        table.addRow({{info.name},
                      stateCell(info),
                      {isRunning ? QString::number(info.clients.count()) : none},
                      {isRunning && cpu ? percentText(*cpu) : none},
                      {isRunning && memory ? memoryText(*memory) : none},
                      {isRunning ? humanDuration(info.uptime(m_now)) : none}});
    }
    return table.toText(m_style, columns, kLeastColumns)
        .split(QLatin1Char('\n'), Qt::SkipEmptyParts);
}

} // namespace sharedserver
