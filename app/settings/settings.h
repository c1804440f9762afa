#pragma once

#include "app/tray/stateicon.h"

#include <QObject>
#include <QSettings>

namespace sharedserver {

/// What becomes of running servers when the tray is quit.
enum class OnQuit { Ask, Keep, Stop };

/// The user's choices, kept by QSettings. Values that make no sense count as not chosen.
class Settings : public QObject
{
    Q_OBJECT
public:
    explicit Settings(QObject *parent = nullptr);

    bool startHidden() const;
    void setStartHidden(bool hidden);

    enum class News { Started, Crashed, StoppedAfterGrace };
    /// Whether the user wants to be told; at first only of crashes.
    bool wantsNews(News news) const;
    void setWantsNews(News news, bool wanted);

    /// For servers that are started here and say none themselves.
    QString gracePeriod() const;
    void setGracePeriod(const QString &period);

    OnQuit onQuit() const;
    void setOnQuit(OnQuit choice);

    IconTheme iconTheme() const;
    void setIconTheme(IconTheme theme);

    /// Whether the user has been told already that this desktop has no tray.
    bool knowsOfNoTray() const;
    void setKnowsOfNoTray();

    QByteArray windowState(const QString &part) const;
    void setWindowState(const QString &part, const QByteArray &state);

signals:
    void changed();

private:
    QVariant value(const QString &key, const QVariant &preset) const;
    void setValue(const QString &key, const QVariant &value);

    QSettings m_store;
};

} // namespace sharedserver
