#pragma once

#include "app/window/mainwindow.h"
#include "tests/app/innertray.h"
#include "tests/app/notificationservice.h"

#include <QProcess>

#include <memory>
#include <vector>

namespace sharedserver::test {

/// A tray with real servers and real clients, and the camera: what is seen on the screen goes into
/// files.
class Scene
{
public:
    /// Files go to this folder, their names end with `suffix`.
    Scene(Desktop *desktop, const QString &folder, const QString &suffix);
    ~Scene();

    /// A process that lives as long as the scene.
    qint64 startClient(const QString &program, const QStringList &arguments);
    /// `use`, with more options or not.
    void use(const QString &name, qint64 client, const QStringList &command,
             const QStringList &options = {}) const;
    void unuse(const QString &name, qint64 client) const;
    /// A server that runs for a moment and then crashes.
    void crash(const QString &name, qint64 client) const;
    QString makeFolder(const QString &name) const;

    MainWindow *openWindow();
    void closeWindow();
    void shoot(QWidget *window, const QString &name) const;
    /// The corner of the screen with the panel, and the menu that is open above it.
    void shootMenu(const QString &name) const;

    TrayApplication *application() { return &m_tray.application; }

private:
    QString fileFor(const QString &name) const;

    Desktop *m_desktop;
    QString m_folder;
    QString m_suffix;
    QWidget m_wallpaper;
    std::vector<std::unique_ptr<QProcess>> m_clients;
    NotificationService m_news; ///< or the icon shows them, over everything else
    InnerTray m_tray;
};

} // namespace sharedserver::test
