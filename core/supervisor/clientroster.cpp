#include "core/supervisor/clientroster.h"

#include <utility>

namespace sharedserver {

ClientRoster::ClientRoster(LockfileStore *store, ProcessMonitor *monitor, const QString &name,
                           QObject *parent)
    : QObject(parent)
    , m_store(store)
    , m_monitor(monitor)
    , m_name(name)
{
}

ClientRoster::~ClientRoster() = default;

void ClientRoster::setForeign(WhenEmpty whenEmpty)
{
    m_whenEmpty = whenEmpty;
    m_watching = false;
    m_watches.clear();
    m_dead.clear();
}

void ClientRoster::setOwn()
{
    m_whenEmpty = WhenEmpty::Remove;
    m_watching = true;
    // Until now nobody asked whether these are the processes that the file means.
    m_table.keepLiveOnly();
    take(m_table);
}

Result<bool> ClientRoster::attach(const ClientRecord &client)
{
    bool isNew = false;
    const auto table = change([&](ClientTable &all) { isNew = all.attach(client); });
    if (!table)
        return Failure(table.error());
    take(*table);
    return isNew;
}

Result<bool> ClientRoster::detach(const ProcessId &process)
{
    bool wasAttached = false;
    const auto table = change([&](ClientTable &all) { wasAttached = all.detach(process); });
    if (!table)
        return Failure(table.error());
    take(*table);
    return wasAttached;
}

bool ClientRoster::isFileMissing() const
{
    if (m_table.isEmpty())
        return false;
    return !m_store->hasClients(m_name);
}

Result<ClientTable> ClientRoster::change(const std::function<void(ClientTable &)> &alter)
{
    // A lost or damaged file, which is about to be written again, must not take the others with it:
    // to count one whom another tool has just detached is better than to lose one who is attached.
    return m_store->updateClients(m_name, alter,
                                  {.whenEmpty = m_whenEmpty,
                                   .ifLost = m_watching ? m_table : ClientTable(),
                                   .reader = &m_reader});
}

bool ClientRoster::reload()
{
    const auto read = m_store->readClients(m_name, &m_reader);
    if (!read && !isDamage(read.error())) {
        m_isUnknown = m_table.isEmpty();
        return false;
    }
    m_isUnknown = false;
    // Gone with several people in it: no tool does that on purpose. With one in it, it may be
    // another tool's detach, which removes the file.
    const bool isLost = !read || (!*read && m_table.count() > 1);
    if (isLost && !m_watching && !read)
        return false; // another tool's, which mends it or not; what it says next will count
    if (isLost && m_watching) {
        rewrite();
        return false;
    }
    ClientTable table = read->value_or(ClientTable());
    if (m_watching && table.keepLiveOnly(m_table)) {
        const auto updated =
            m_store->updateClients(m_name, [this](ClientTable &all) { all.keepLiveOnly(m_table); },
                                   {.whenEmpty = m_whenEmpty, .reader = &m_reader});
        if (updated)
            table = *updated;
    }
    if (table == m_table)
        return false;
    take(table);
    return true;
}

void ClientRoster::clear()
{
    m_watches.clear();
    m_table = ClientTable();
    m_isUnknown = false;
    m_store->removeClients(m_name);
}

Result<void> ClientRoster::rewrite()
{
    const QList<ClientRecord> clients = m_table.clients();
    const auto table = m_store->updateClients(m_name,
                                              [&clients](ClientTable &all) {
                                                  for (const ClientRecord &client : clients)
                                                      all.attach(client);
                                              },
                                              {.whenEmpty = m_whenEmpty, .reader = &m_reader});
    if (!table)
        return Failure(table.error());
    take(*table);
    return {};
}

void ClientRoster::take(const ClientTable &table)
{
    m_table = table;
    m_isUnknown = false;
    if (!m_watching)
        return;
    for (auto entry = m_watches.begin(); entry != m_watches.end();) {
        const ClientRecord *client = table.find(entry->first);
        const bool isStillThere = client && client->process == entry->second->process();
        entry = isStillThere ? std::next(entry) : m_watches.erase(entry);
    }
    const QList<ClientRecord> clients = table.clients();
    for (const ClientRecord &client : clients) {
        std::unique_ptr<ProcessWatch> &watch = m_watches[client.process.pid];
        if (watch)
            continue;
        watch = std::make_unique<ProcessWatch>(m_monitor, client.process);
        connect(watch.get(), &ProcessWatch::ended, this,
                [this, process = client.process] { noteDeath(process); });
    }
}

void ClientRoster::noteDeath(const ProcessId &process)
{
    if (m_dead.isEmpty())
        connect(m_monitor, &ProcessMonitor::told, this, &ClientRoster::buryDead,
                Qt::SingleShotConnection);
    m_dead.append(process);
}

void ClientRoster::buryDead()
{
    QList<ProcessId> dead = std::exchange(m_dead, {});
    // Who has left meanwhile has not died as a client.
    dead.removeIf([this](const ProcessId &process) {
        const ClientRecord *client = m_table.find(process.pid);
        return !client || client->process != process;
    });
    if (dead.isEmpty())
        return;
    const auto detachAll = [&dead](ClientTable &all) {
        for (const ProcessId &process : std::as_const(dead))
            all.detach(process);
    };
    auto table = change(detachAll);
    if (!table) {
        // The file cannot be written now (a full disk); memory is what grace goes by, and the
        // entries name dead processes, which no reader counts.
        table = m_table;
        detachAll(*table);
    }
    take(*table);
    emit clientsDied(dead);
}

} // namespace sharedserver
