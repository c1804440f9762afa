#include "tests/config/definedservers.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>

namespace sharedserver::test {

void define(const TestWorld &world, const QJsonObject &servers)
{
    const QString path = world.path("config/sharedserver/servers.json");
    QDir().mkpath(QFileInfo(path).path());
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        qFatal("Cannot write %s", qPrintable(path));
    file.write(QJsonDocument(QJsonObject{{"servers", servers}}).toJson());
}

QJsonObject web(const QJsonObject &more)
{
    QJsonObject definition{{"command", TEST_SERVER}};
    for (auto member = more.begin(); member != more.end(); ++member)
        definition.insert(member.key(), member.value());
    return {{"web", definition}};
}

QStringList useDefined(const TestClient &client)
{
    return {"use", "web", "--pid", client.pidText()};
}

} // namespace sharedserver::test
