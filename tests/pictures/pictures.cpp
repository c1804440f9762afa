// Takes the pictures of docs/pictures, and more to judge the windows by:
//
//   pictures FOLDER light|dark SCENE…
//
// The scenes are functions below. What they show is real: the tray, its servers, their clients.
// QT_SCALE_FACTOR says how fine the screen is.

#include "app/settings/settingsdialog.h"
#include "app/window/addserverdialog.h"
#include "app/window/detailspane.h"
#include "app/window/servertable.h"
#include "tests/app/widgets.h"
#include "tests/pictures/scene.h"

#include <QApplication>
#include <QLineEdit>
#include <QMap>
#include <QPalette>
#include <QStyleFactory>
#include <QTest>

#include <cstdio>

using namespace sharedserver;
using namespace sharedserver::test;

namespace {

void fillWithThree(Scene *scene)
{
    const qint64 editor = scene->startClient("nvim", {"--headless", "--clean"});
    const qint64 second = scene->startClient("nvim", {"--headless", "--clean"});
    const qint64 shell = scene->startClient("bash", {"-c", "read -r"});
    scene->use("redis", editor,
               {"redis-server", "--port", "16379", "--save", "", "--appendonly", "no"},
               {"--working-dir", scene->makeFolder("shop"), "--metadata", "Neovim, ~/shop",
                "--grace-period", "10m"});
    scene->use("redis", second, {"redis-server"}, {"--metadata", "Neovim, ~/shop/admin"});
    scene->use("redis", shell, {"redis-server"}, {"--metadata", "make test"});
    scene->use("docs", shell, {"python3", "-u", "-m", "http.server", "18000"},
               {"--working-dir", scene->makeFolder("shop/docs"), "--grace-period", "5m"});
    scene->unuse("docs", shell);
    scene->crash("indexer", shell);
}

void choose(const MainWindow *window, const QString &name)
{
    window->findChild<ServerTable *>()->choose(name);
}

void showPage(const MainWindow *window, int page)
{
    window->findChild<DetailsPane *>()->setCurrentIndex(page);
}

void empty(Scene *scene)
{
    scene->shoot(scene->openWindow(), "empty");
}

void window(Scene *scene)
{
    fillWithThree(scene);
    MainWindow *window = scene->openWindow();
    choose(window, "redis");
    scene->shoot(window, "window");
}

void pages(Scene *scene)
{
    fillWithThree(scene);
    MainWindow *window = scene->openWindow();
    choose(window, "redis");
    showPage(window, 1);
    scene->shoot(window, "clients");
    showPage(window, 2);
    QTest::keyClicks(window->findChild<DetailsPane *>()->findChild<QLineEdit *>(), "ready");
    scene->shoot(window, "log");
    showPage(window, 3);
    scene->shoot(window, "history");
    choose(window, "indexer");
    showPage(window, 0);
    scene->shoot(window, "crashed");
}

void many(Scene *scene)
{
    const qint64 shell = scene->startClient("bash", {"-c", "read -r"});
    for (int i = 1; i <= 200; ++i)
        scene->use(QString("service-%1").arg(i, 3, 10, QChar('0')), shell, {"sleep", "1h"});
    scene->shoot(scene->openWindow(), "many");
    scene->closeWindow();
    scene->shootMenu("many-menu");
}

void longNames(Scene *scene)
{
    const qint64 shell = scene->startClient("bash", {"-c", "read -r"});
    QStringList command{"python3", "-c", "import time; time.sleep(3600)"};
    for (int i = 0; i < 30; ++i)
        command.append(QString("--option-%1=/a/rather/long/path/to/some/thing").arg(i));
    scene->use(QString("a-server-with-a-very-long-name-").repeated(3).chopped(1), shell, command);
    scene->use("b", shell, {"sleep", "1h"});
    MainWindow *window = scene->openWindow();
    scene->shoot(window, "long");
    window->resize(window->minimumSizeHint());
    scene->shoot(window, "long-narrow");
    scene->closeWindow();
    scene->shootMenu("long-menu");
}

void menu(Scene *scene)
{
    fillWithThree(scene);
    scene->shootMenu("menu");
}

void dialogs(Scene *scene)
{
    Settings settings;
    SettingsDialog settingsDialog(&settings);
    settingsDialog.show();
    scene->shoot(&settingsDialog, "settings");
    AddServerDialog add("/home/ada/.config/sharedserver/servers.json", "5m");
    add.show();
    scene->shoot(&add, "add");
    const auto fields = add.findChildren<QLineEdit *>();
    fields.at(0)->setText("a/b");
    fields.at(1)->setText("serve");
    scene->shoot(&add, "add-wrong");
}

/// What most dark desktops look like.
QPalette darkPalette()
{
    QPalette palette(QColor(0x35, 0x38, 0x3c), QColor(0x2b, 0x2d, 0x30));
    palette.setColor(QPalette::Base, QColor(0x1f, 0x21, 0x24));
    palette.setColor(QPalette::AlternateBase, QColor(0x26, 0x28, 0x2b));
    palette.setColor(QPalette::Highlight, QColor(0x3d, 0x7a, 0xc4));
    palette.setColor(QPalette::HighlightedText, Qt::white);
    palette.setColor(QPalette::Link, QColor(0x6c, 0xb0, 0xf5));
    palette.setColor(QPalette::ToolTipBase, QColor(0x45, 0x4a, 0x50));
    palette.setColor(QPalette::ToolTipText, QColor(0xf0, 0xf0, 0xf0));
    return palette;
}

} // namespace

int main(int argc, char **argv)
{
    const QMap<QString, void (*)(Scene *)> scenes{
        {"empty", empty},    {"window", window}, {"pages", pages},     {"many", many},
        {"long", longNames}, {"menu", menu},     {"dialogs", dialogs},
    };
    QStringList arguments;
    for (int i = 1; i < argc; ++i)
        arguments.append(argv[i]);
    if (arguments.size() < 3) {
        std::fprintf(stderr, "usage: pictures FOLDER light|dark SCENE…\n");
        return 2;
    }
    const QString folder = arguments.takeFirst();
    const QString colours = arguments.takeFirst();
    return onDesktop(argc, argv, [&](Desktop *desktop) {
        QApplication::setStyle(QStyleFactory::create("Fusion"));
        const QString scale = qEnvironmentVariable("QT_SCALE_FACTOR", "1");
        const QString height = QString::number(28 * scale.toInt());
        QStringList panel{"--expand", "false",  "--widthtype", "request",  "--align",
                          "left",     "--edge", "top",         "--height", height};
        if (colours == "dark") {
            QApplication::setPalette(darkPalette());
            panel += {"--tint", "0x2b2d30", "--transparent", "true", "--alpha", "0"};
        }
        desktop->start("trayer", panel);
        for (const QString &name : std::as_const(arguments)) {
            if (!scenes.contains(name)) {
                std::fprintf(stderr, "pictures: there is no scene '%s'\n", qPrintable(name));
                return 2;
            }
            Scene scene(desktop, folder, '-' + colours + (scale == "1" ? "" : '@' + scale + 'x'));
            scenes.value(name)(&scene);
        }
        return 0;
    });
}
