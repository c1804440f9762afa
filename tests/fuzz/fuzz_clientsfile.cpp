// NAME.clients.json: one process is one reference, and what is written reads back the same.

#include "core/lockfile/clienttable.h"
#include "tests/fuzz/fuzz.h"

#include <QJsonDocument>

using namespace sharedserver;

void fuzz::tryInput(const QByteArray &input)
{
    const auto table = ClientTable::fromJson(input);
    if (!table) {
        HOLDS(table.error().kind == Error::Kind::Corrupt);
        return;
    }
    const QList<ClientRecord> clients = table->clients();
    HOLDS(table->count() == clients.size());
    HOLDS(table->isEmpty() == clients.isEmpty());
    for (const ClientRecord &client : clients) {
        HOLDS(client.process.pid > 0 && client.process.pid <= 0x7fffffff);
        HOLDS(client.attachedAt.isValid());
        HOLDS(*table->find(client.process.pid) == client);
    }

    const QByteArray written = table->toJson();
    const auto again = ClientTable::fromJson(written);
    HOLDS(again);
    HOLDS(*again == *table);
    HOLDS(QJsonDocument::fromJson(written)[QLatin1String("refcount")].toInt() == table->count());

    // Whoever is in it can leave, and only once.
    ClientTable left = *table;
    for (const ClientRecord &client : clients) {
        HOLDS(left.detach(client.process));
        HOLDS(!left.detach(client.process));
    }
    HOLDS(left.isEmpty());
}
