#include "app/servers/servermodel.h"

#include "app/servers/timetext.h"
#include "app/servers/tooltiptext.h"
#include "app/tray/stateicon.h"
#include "core/base/bytes.h"
#include "core/base/displaycommand.h"
#include "core/base/shelltext.h"
#include "core/supervisor/supervisor.h"

#include <QLocale>

#include <algorithm>

namespace sharedserver {

ServerModel::ServerModel(QObject *parent)
    : QAbstractTableModel(parent)
{
}

ServerModel::~ServerModel() = default;

void ServerModel::follow(Supervisor *supervisor)
{
    m_supervisor = supervisor;
    const QList<ServerInfo> servers = supervisor->list();
    for (const ServerInfo &info : servers) {
        if (info.willRestart())
            putStopped(info, QStringLiteral("crashed"));
        else
            put(info);
    }
    for (const auto event :
         {&Supervisor::serverFound, &Supervisor::serverStarted, &Supervisor::serverAttached,
          &Supervisor::serverReady, &Supervisor::serverDetached, &Supervisor::serverGrace})
        connect(supervisor, event, this, &ServerModel::put);
    connect(supervisor, &Supervisor::serverStopped, this, &ServerModel::putStopped);
    connect(supervisor, &Supervisor::serverFailed, this, &ServerModel::putFailed);
    connect(supervisor, &Supervisor::serverGone, this, &ServerModel::handleGone);
    connect(supervisor, &Supervisor::directoryChanged, this, &ServerModel::readProblems,
            Qt::QueuedConnection);
}

QDateTime ServerModel::now() const
{
    return m_supervisor ? m_supervisor->now() : QDateTime::currentDateTimeUtc();
}

int ServerModel::rowOf(const QString &name) const
{
    const auto place = std::lower_bound(
        m_rows.cbegin(), m_rows.cend(), name,
        [](const ServerRow &row, const QString &wanted) { return row.info.name < wanted; });
    return place != m_rows.cend() && place->info.name == name ? int(place - m_rows.cbegin()) : -1;
}

const ServerRow *ServerModel::find(const QString &name) const
{
    const int row = rowOf(name);
    return row < 0 ? nullptr : &m_rows.at(row);
}

int ServerModel::stoppableCount() const
{
    return int(std::count_if(m_rows.cbegin(), m_rows.cend(),
                             [](const ServerRow &row) { return row.canStop(); }));
}

/// The row of that name, made where there is none.
ServerRow &ServerModel::rowFor(const QString &name)
{
    const int known = rowOf(name);
    if (known >= 0)
        return m_rows[known];
    const auto place = std::lower_bound(
        m_rows.cbegin(), m_rows.cend(), name,
        [](const ServerRow &row, const QString &wanted) { return row.info.name < wanted; });
    const int at = int(place - m_rows.cbegin());
    beginInsertRows({}, at, at);
    m_rows.insert(at, ServerRow());
    m_rows[at].info.name = name;
    endInsertRows();
    return m_rows[at];
}

void ServerModel::tellChanged(const QString &name)
{
    const int row = rowOf(name);
    if (row >= 0)
        emit dataChanged(index(row, 0), index(row, ColumnCount - 1));
    emit serverChanged(name);
}

void ServerModel::remove(int row)
{
    const QString name = m_rows.at(row).info.name;
    beginRemoveRows({}, row, row);
    m_rows.removeAt(row);
    endRemoveRows();
    emit serverChanged(name);
}

void ServerModel::put(const ServerInfo &info)
{
    ServerRow &row = rowFor(info.name);
    const auto resources = row.info.resources;
    row.info = info;
    row.info.resources = resources;
    row.endReason.clear();
    row.failure.clear();
    row.isSeen = true;
    tellChanged(info.name);
}

void ServerModel::putStopped(const ServerInfo &info, const QString &reason)
{
    ServerRow &row = rowFor(info.name);
    if (m_supervisor) {
        if (const auto spec = m_supervisor->launchSpec(info.name))
            row.spec = spec;
    }
    const auto record = row.info.record;
    row.info = info;
    if (!row.info.record && record) {
        row.info.record = record;
        row.info.record->restartAt.reset(); // of before
    }
    row.cpuPercent.reset();
    row.endReason = reason;
    row.failure.clear();
    row.isSeen = reason != QLatin1String("crashed");
    tellChanged(info.name);
}

void ServerModel::putFailed(const ServerInfo &info, const Error &error)
{
    putStopped(info, QString());
    ServerRow &row = rowFor(info.name);
    row.failure = error.message;
    row.vainRestarts = error.details.value(QLatin1String("restarts")).toInt();
    row.isSeen = false;
    tellChanged(info.name);
}

void ServerModel::handleGone(const QString &name)
{
    // Nobody has told how it ended: let go of, or replaced by another of the same name.
    const ServerRow *row = find(name);
    if (row && row->info.isRunning())
        forget(name);
}

void ServerModel::markSeen(const QString &name)
{
    const int row = rowOf(name);
    if (row < 0 || m_rows.at(row).isSeen)
        return;
    m_rows[row].isSeen = true;
    tellChanged(name);
}

void ServerModel::forget(const QString &name)
{
    const int row = rowOf(name);
    if (row < 0)
        return;
    const auto definition = m_rows.at(row).definition;
    if (!definition) {
        remove(row);
        return;
    }
    m_rows[row] = ServerRow();
    m_rows[row].info.name = name;
    m_rows[row].definition = definition;
    tellChanged(name);
}

void ServerModel::setDefinitions(const QList<ServerDefinition> &definitions)
{
    QHash<QString, ServerDefinition> left;
    for (const ServerDefinition &definition : definitions)
        left.insert(definition.name, definition);
    for (int row = rowCount() - 1; row >= 0; --row) {
        const QString name = m_rows.at(row).info.name;
        const auto found = left.constFind(name);
        const bool wasDefined = m_rows.at(row).definition.has_value();
        if (found != left.constEnd())
            m_rows[row].definition = *found;
        else
            m_rows[row].definition.reset();
        left.remove(name);
        const ServerRow &now = m_rows.at(row);
        if (wasDefined && !now.definition && !now.info.isRunning() && now.command().isEmpty())
            remove(row);
        else if (wasDefined || now.definition)
            tellChanged(name);
    }
    for (const ServerDefinition &definition : std::as_const(left)) {
        rowFor(definition.name).definition = definition;
        tellChanged(definition.name);
    }
}

void ServerModel::readProblems()
{
    if (!m_supervisor)
        return;
    const LockfileStore &store = m_supervisor->store();
    const QStringList names = store.names();
    for (const QString &name : names) {
        const ServerRow *row = find(name);
        if (row && row->info.isRunning())
            continue;
        const ServerInfo info = readServerInfo(store, name);
        if (!info.problem.isEmpty() && (!row || row->info.problem != info.problem))
            put(info);
    }
    for (int row = rowCount() - 1; row >= 0; --row) {
        const ServerInfo &info = m_rows.at(row).info;
        if (!info.problem.isEmpty() && readServerInfo(store, info.name).problem.isEmpty())
            forget(info.name);
    }
}

void ServerModel::tick(bool withResources)
{
    if (m_rows.isEmpty())
        return;
    if (withResources)
        measure();
    emit dataChanged(index(0, Uptime), index(rowCount() - 1, Memory));
}

void ServerModel::measure()
{
    QList<ProcessId> leaders;
    for (const ServerRow &row : std::as_const(m_rows)) {
        if (row.info.isRunning() && row.info.record)
            leaders.append(row.info.record->server);
    }
    m_cpu.measure(leaders, now().toMSecsSinceEpoch());
    for (ServerRow &row : m_rows) {
        if (!row.info.isRunning() || !row.info.record)
            continue;
        const auto use = m_cpu.use(row.info.record->server);
        if (!use)
            continue;
        row.info.resources = use;
        row.cpuPercent = m_cpu.percent(row.info.record->server);
    }
}

void ServerModel::forgetResources()
{
    m_cpu.forget();
    for (ServerRow &row : m_rows) {
        row.cpuPercent.reset();
        row.info.resources.reset();
    }
}

int ServerModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int ServerModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString ServerModel::text(const ServerRow &row, int column) const
{
    const ServerInfo &info = row.info;
    switch (column) {
    case Name:
        return info.name;
    case State:
        return row.stateText();
    case Pid:
        return info.isRunning() && info.record ? QString::number(info.record->server.pid)
                                               : QString();
    case Clients:
        return info.isRunning() ? QLocale().toString(info.clients.count()) : QString();
    case Uptime:
        return info.isRunning() ? timeText(info.uptime(now())) : QString();
    case Grace:
        if (const auto seconds = info.graceRemaining(now()))
            return timeText(std::chrono::seconds(*seconds));
        return {};
    case Cpu:
        return row.cpuPercent ? tr("%1 %").arg(QLocale().toString(*row.cpuPercent, 'f', 1))
                              : QString();
    case Memory:
        return info.resources
            ? QLocale().formattedDataSize(qint64(info.resources->residentBytes), 1)
            : QString();
    default:
        return {};
    }
}

QString ServerModel::toolTip(const ServerRow &row, int column)
{
    if (!row.info.problem.isEmpty())
        return row.info.problem;
    if (!row.failure.isEmpty())
        return row.failure;
    const QString command = shellText(row.command());
    // A long name is cut short in the table.
    return column == Name ? row.info.name + QLatin1Char('\n') + command : command;
}

QVariant ServerModel::sortValue(const ServerRow &row, int column) const
{
    const ServerInfo &info = row.info;
    switch (column) {
    case State:
        return int(row.look());
    case Pid:
        return info.isRunning() && info.record ? info.record->server.pid : qint64(-1);
    case Clients:
        return info.isRunning() ? info.clients.count() : -1;
    case Uptime:
        return info.isRunning() ? qint64(info.uptime(now()).count()) : qint64(-1);
    case Grace:
        return info.graceRemaining(now()).value_or(-1);
    case Cpu:
        return row.cpuPercent.value_or(-1);
    case Memory:
        return info.resources ? qint64(info.resources->residentBytes) : qint64(-1);
    default:
        return info.name;
    }
}

QVariant ServerModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const ServerRow &row = m_rows.at(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return printable(text(row, index.column()));
    case Qt::DecorationRole:
        return index.column() == State ? lookIcon(row.look()) : QVariant();
    case Qt::ToolTipRole:
        return toolTipText(toolTip(row, index.column()));
    case Qt::TextAlignmentRole:
        return int((index.column() >= Pid ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case SortRole:
        return sortValue(row, index.column());
    case FilterRole:
        return QString(row.info.name + QLatin1Char('\n') + row.stateText() + QLatin1Char('\n')
                       + shellText(row.command()));
    default:
        return {};
    }
}

QVariant ServerModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int((section >= Pid ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Name:
        return tr("Name");
    case State:
        return tr("State");
    case Pid:
        return tr("PID");
    case Clients:
        return tr("Clients");
    case Uptime:
        return tr("Uptime");
    case Grace:
        return tr("Stops in");
    case Cpu:
        return tr("CPU");
    case Memory:
        return tr("Memory");
    default:
        return {};
    }
}

} // namespace sharedserver
