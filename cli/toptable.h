#pragma once

#include "cli/outputstyle.h"
#include "core/lockfile/serverinfo.h"
#include "core/process/cpumeter.h"

#include <QStringList>

#include <optional>

namespace sharedserver {

/// By what `top` sorts its lines.
enum class TopOrder { Name, Cpu, Memory, Uptime };

/// The servers as `top` shows them, read from their files and the process table.
class TopTable
{
public:
    explicit TopTable(const OutputStyle &style)
        : m_style(style)
    {
    }

    /// Reads what runs. Without `withCpu`, what was known of the use of processors stays.
    void read(const LockfileStore &store, bool withCpu);
    bool isEmpty() const { return m_servers.isEmpty(); }
    void setOrder(TopOrder order) { m_order = order; }

    /// `3 servers, 5 clients, 12.3 % CPU, 120.4 MiB`.
    QString summary() const;
    /// Headings and servers, a line each, without what does not fit into `columns`.
    QStringList lines(int columns) const;

private:
    /// Nothing for a server that has come since read() looked at the use of processors.
    std::optional<double> cpuOf(const ServerInfo &info) const;
    std::optional<quint64> memoryOf(const ServerInfo &info) const;
    QList<ServerInfo> sorted() const;

    OutputStyle m_style;
    TopOrder m_order = TopOrder::Name;
    QList<ServerInfo> m_servers;
    CpuMeter m_cpu;
    QDateTime m_now;
};

} // namespace sharedserver
