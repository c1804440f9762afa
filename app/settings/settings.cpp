#include "app/settings/settings.h"

#include "core/base/duration.h"

namespace sharedserver {

namespace {

const QString kStartHidden = QStringLiteral("start/hidden");
const QString kGracePeriod = QStringLiteral("servers/gracePeriod");
const QString kOnQuit = QStringLiteral("quit/servers");
const QString kIconTheme = QStringLiteral("tray/icon");
const QString kNoTrayTold = QStringLiteral("tray/missingTold");
const QString kPresetGracePeriod = QStringLiteral("5m");

QString newsKey(Settings::News news)
{
    switch (news) {
    case Settings::News::Started:
        return QStringLiteral("notify/started");
    case Settings::News::Crashed:
        return QStringLiteral("notify/crashed");
    case Settings::News::StoppedAfterGrace:
        break;
    }
    return QStringLiteral("notify/stoppedAfterGrace");
}

// As they stand in the file, in the order of the enumerations.
const QStringList kOnQuitWords = {QStringLiteral("ask"), QStringLiteral("keep"),
                                  QStringLiteral("stop")};
const QStringList kThemeWords = {QStringLiteral("automatic"), QStringLiteral("light"),
                                 QStringLiteral("dark")};

} // namespace

Settings::Settings(QObject *parent)
    : QObject(parent)
    , m_store(QStringLiteral("sharedserver"), QStringLiteral("sharedserver-tray"))
{
}

QVariant Settings::value(const QString &key, const QVariant &preset) const
{
    return m_store.value(key, preset);
}

void Settings::setValue(const QString &key, const QVariant &value)
{
    if (m_store.value(key) == value)
        return;
    m_store.setValue(key, value);
    emit changed();
}

bool Settings::startHidden() const
{
    return value(kStartHidden, false).toBool();
}

void Settings::setStartHidden(bool hidden)
{
    setValue(kStartHidden, hidden);
}

bool Settings::wantsNews(News news) const
{
    return value(newsKey(news), news == News::Crashed).toBool();
}

void Settings::setWantsNews(News news, bool wanted)
{
    setValue(newsKey(news), wanted);
}

QString Settings::gracePeriod() const
{
    const QString text = value(kGracePeriod, kPresetGracePeriod).toString();
    return Duration::parse(text) ? text : kPresetGracePeriod;
}

void Settings::setGracePeriod(const QString &period)
{
    setValue(kGracePeriod, period);
}

OnQuit Settings::onQuit() const
{
    const auto word = kOnQuitWords.indexOf(value(kOnQuit, kOnQuitWords.first()).toString());
    return word < 0 ? OnQuit::Ask : OnQuit(word);
}

void Settings::setOnQuit(OnQuit choice)
{
    setValue(kOnQuit, kOnQuitWords.at(int(choice)));
}

IconTheme Settings::iconTheme() const
{
    const auto word = kThemeWords.indexOf(value(kIconTheme, kThemeWords.first()).toString());
    return word < 0 ? IconTheme::Automatic : IconTheme(word);
}

void Settings::setIconTheme(IconTheme theme)
{
    setValue(kIconTheme, kThemeWords.at(int(theme)));
}

bool Settings::knowsOfNoTray() const
{
    return value(kNoTrayTold, false).toBool();
}

void Settings::setKnowsOfNoTray()
{
    m_store.setValue(kNoTrayTold, true);
}

QByteArray Settings::windowState(const QString &part) const
{
    return value(QStringLiteral("window/") + part, {}).toByteArray();
}

void Settings::setWindowState(const QString &part, const QByteArray &state)
{
    m_store.setValue(QStringLiteral("window/") + part, state);
}

} // namespace sharedserver
