#pragma once

#include "app/servers/serverrow.h"
#include "core/process/cpumeter.h"

#include <QAbstractTableModel>
#include <QHash>
#include <QPointer>

namespace sharedserver {

class Supervisor;

/// The servers as a table, sorted by name and kept by the supervisor's events alone: those that
/// run, those that have stopped or failed since the tray began, and those that are defined.
///
/// What passes with time (uptime, grace, CPU, memory) is read anew by tick(), which whoever shows
/// it calls.
class ServerModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column { Name, State, Pid, Clients, Uptime, Grace, Cpu, Memory, ColumnCount };
    enum Role { SortRole = Qt::UserRole, FilterRole };

    explicit ServerModel(QObject *parent = nullptr);
    ~ServerModel() override;

    /// Shows the servers of this supervisor, as they are now and as they become.
    void follow(Supervisor *supervisor);
    /// The definitions, in place of those of before.
    void setDefinitions(const QList<ServerDefinition> &definitions);
    /// Tells the views what time has changed; with `withResources` also measures.
    void tick(bool withResources);
    /// The figures are not shown any more, and would be wrong when they are again.
    void forgetResources();

    const ServerRow &at(int row) const { return m_rows.at(row); }
    /// -1 where there is none.
    int rowOf(const QString &name) const;
    const ServerRow *find(const QString &name) const;
    /// How many can be stopped.
    int stoppableCount() const;
    /// The supervisor's idea of the time.
    QDateTime now() const;

    /// The user has looked at its trouble.
    void markSeen(const QString &name);
    /// Takes one that does not run off the list; a defined one stays, without its past.
    void forget(const QString &name);

    // The supervisor's events, as the model takes them.
    /// How a server is now: running, or with files that cannot be read.
    void put(const ServerInfo &info);
    void putStopped(const ServerInfo &info, const QString &reason);
    void putFailed(const ServerInfo &info, const Error &error);
    void handleGone(const QString &name);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

signals:
    /// This server is there, has changed, or is gone from the list.
    void serverChanged(const QString &name);

private:
    ServerRow &rowFor(const QString &name);
    void tellChanged(const QString &name);
    void remove(int row);
    void measure();
    /// Shows the servers whose files cannot be read, and those no more whose files can.
    void readProblems();
    QString text(const ServerRow &row, int column) const;
    static QString toolTip(const ServerRow &row, int column);
    QVariant sortValue(const ServerRow &row, int column) const;

    QList<ServerRow> m_rows;
    CpuMeter m_cpu;
    QPointer<Supervisor> m_supervisor;
};

} // namespace sharedserver
