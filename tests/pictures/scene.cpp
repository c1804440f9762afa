#include "tests/pictures/scene.h"

#include "app/servers/servermodel.h"
#include "app/tray/traymenu.h"
#include "app/window/servertable.h"
#include "tests/app/widgets.h"
#include "tests/support/commandline.h"

#include <QDir>
#include <QJsonArray>
#include <QMenu>
#include <QScreen>
#include <QTest>

#include <csignal>

namespace sharedserver::test {

namespace {

constexpr int kMargin = 24;
constexpr int kIconHeight = 24;

void check(const CommandResult &result)
{
    if (result.exitCode != 0)
        qFatal("%s", qPrintable(result.errors));
}

/// Waits until all figures are there; CPU takes two measurements.
void waitForFigures(const MainWindow *window)
{
    const QAbstractItemModel *servers = window->findChild<ServerTable *>()->model();
    const auto isComplete = [servers] {
        for (int row = 0; row < servers->rowCount(); ++row) {
            const QStringList texts = rowTexts(servers, row);
            if (!texts.at(ServerModel::Pid).isEmpty() && texts.at(ServerModel::Cpu).isEmpty())
                return false;
        }
        return true;
    };
    if (!QTest::qWaitFor(isComplete, 30000))
        qFatal("There are no figures");
}

} // namespace

Scene::Scene(Desktop *desktop, const QString &folder, const QString &suffix)
    : m_desktop(desktop)
    , m_folder(folder)
    , m_suffix(suffix)
    , m_news(desktop->busAddress())
{
    m_wallpaper.setGeometry(m_wallpaper.screen()->geometry());
    m_wallpaper.setPalette(QColor(0x5d, 0x74, 0x8c));
    m_wallpaper.setWindowFlag(Qt::X11BypassWindowManagerHint);
    m_wallpaper.show();
    m_wallpaper.lower();
}

Scene::~Scene()
{
    const QJsonArray servers = runMeanwhile({"list", "--json"}).jsonArray();
    for (const QJsonValue &server : servers)
        runMeanwhile({"admin", "kill", server["name"].toString()});
    for (const auto &client : m_clients) {
        client->kill();
        client->waitForFinished();
    }
}

qint64 Scene::startClient(const QString &program, const QStringList &arguments)
{
    m_clients.push_back(std::make_unique<QProcess>());
    QProcess *client = m_clients.back().get();
    client->start(program, arguments);
    if (!client->waitForStarted())
        qFatal("Cannot start %s", qPrintable(program));
    return client->processId();
}

QString Scene::makeFolder(const QString &name) const
{
    const QString folder = m_tray.world.path("home/" + name);
    QDir().mkpath(folder);
    return folder;
}

void Scene::use(const QString &name, qint64 client, const QStringList &command,
                const QStringList &options) const
{
    check(runMeanwhile(QStringList{"use", name, "--pid", QString::number(client)} + options
                       + QStringList("--") + command));
}

void Scene::unuse(const QString &name, qint64 client) const
{
    check(runMeanwhile({"unuse", name, "--pid", QString::number(client)}));
}

void Scene::crash(const QString &name, qint64 client) const
{
    use(name, client, {"python3", "-c", "import sys, time; time.sleep(1.5); sys.exit(3)"});
    if (!QTest::qWaitFor([&] { return infoMeanwhile(name)["state"].toString() == "stopped"; }))
        qFatal("It does not crash");
}

MainWindow *Scene::openWindow()
{
    m_tray.application.obey("show");
    waitForFigures(shownWindow<MainWindow>());
    return shownWindow<MainWindow>();
}

void Scene::closeWindow()
{
    shownWindow<MainWindow>()->close();
}

QString Scene::fileFor(const QString &name) const
{
    return m_folder + '/' + name + m_suffix + ".png";
}

void Scene::shoot(QWidget *window, const QString &name) const
{
    if (!QTest::qWaitForWindowExposed(window))
        qFatal("There is no window for %s", qPrintable(name));
    if (!window->grab().save(fileFor(name)))
        qFatal("Cannot write %s", qPrintable(fileFor(name)));
}

void Scene::shootMenu(const QString &name) const
{
    QStringList windows;
    const bool isThere = QTest::qWaitFor([&] {
        windows = m_desktop->run("xdotool", {"search", "--onlyvisible", "--class", "^pictures$"})
                      .split('\n', Qt::SkipEmptyParts);
        windows.removeAll(QString::number(m_wallpaper.winId()));
        return windows.size() == 1;
    });
    if (!isThere)
        qFatal("There is no icon");
    // At its lower edge, so that the menu does not cover it.
    const QString bottom = QString::number(kIconHeight * m_wallpaper.devicePixelRatioF());
    m_desktop->run("xdotool",
                   {"mousemove", "--window", windows.first(), "8", bottom, "click", "3"});
    if (!QTest::qWaitFor([] { return shownWindow<TrayMenu>() != nullptr; }))
        qFatal("The menu does not open");
    auto *menu = shownWindow<TrayMenu>();
    QTest::keyClick(menu, Qt::Key_Down);
    QTest::keyClick(menu, Qt::Key_Right);
    QMenu *sub = menu->activeAction()->menu();
    if (!QTest::qWaitForWindowExposed(sub))
        qFatal("The server's menu does not open");
    QRect area = menu->geometry() | sub->geometry();
    area = area.adjusted(-kMargin, -kMargin, kMargin, kMargin);
    area.setTopLeft({0, 0}); // the icon's corner
    area &= menu->screen()->geometry();
    const QPixmap picture =
        menu->screen()->grabWindow(0, area.x(), area.y(), area.width(), area.height());
    if (!picture.save(fileFor(name)))
        qFatal("Cannot write %s", qPrintable(fileFor(name)));
    QTest::keyClick(menu, Qt::Key_Escape);
    QTest::keyClick(menu, Qt::Key_Escape);
    menu->close();
}

} // namespace sharedserver::test
