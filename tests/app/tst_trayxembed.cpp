// The tray on a panel of X11's own kind (XEmbed, trayer), driven by mouse and keyboard alone.

#include "app/tray/traymenu.h"
#include "app/window/logview.h"
#include "app/window/mainwindow.h"
#include "app/window/servertable.h"
#include "tests/app/innertray.h"
#include "tests/app/widgets.h"
#include "tests/support/commandline.h"
#include "tests/support/patience.h"

#include <QMessageBox>
#include <QTest>

#include <csignal>
#include <functional>

using namespace sharedserver;
using namespace sharedserver::test;

class TestTrayXEmbed : public QObject
{
    Q_OBJECT
public:
    explicit TestTrayXEmbed(Desktop *desktop)
        : m_desktop(desktop)
    {
    }

private slots:
    void theMenuIsDrivenByMouse();
    void theMenuIsDrivenByKeyboard();
    void aClickOpensTheWindow();
    void aCrashIsToldByTheIconWhereNobodyElseCan();

private:
    void findIcon(QString *window) const;
    void clickIcon(int button) const;
    void clickUntil(int button, const std::function<bool()> &isShown) const;
    void moveTo(QPoint position) const;
    void openMenu() const;

    Desktop *m_desktop;
};

namespace {

QString plain(const QString &text)
{
    return QString(text).remove('&');
}

/// The entry of a menu that begins so.
QAction *findAction(const QMenu *menu, const QString &text)
{
    const QList<QAction *> all = menu->actions();
    for (QAction *action : all) {
        if (plain(action->text()).startsWith(text))
            return action;
    }
    return nullptr;
}

QPoint middleOf(const QMenu *menu, const QString &text)
{
    return menu->mapToGlobal(menu->actionGeometry(findAction(menu, text)).center());
}

QString state(const QString &name)
{
    return infoMeanwhile(name).value("state").toString();
}

} // namespace

void TestTrayXEmbed::findIcon(QString *window) const
{
    const auto isThere = [&] {
        *window =
            m_desktop->run("xdotool", {"search", "--onlyvisible", "--class", "^tst_trayxembed$"})
                .trimmed();
        return !window->isEmpty() && !window->contains('\n');
    };
    QTRY_VERIFY_WITH_TIMEOUT(isThere(), 20000);
}

void TestTrayXEmbed::clickIcon(int button) const
{
    QString icon;
    findIcon(&icon);
    m_desktop->run("xdotool",
                   {"mousemove", "--window", icon, "8", "8", "click", QString::number(button)});
}

void TestTrayXEmbed::clickUntil(int button, const std::function<bool()> &isShown) const
{
    // Again where that had no effect: the panel may have moved the icon between the look and the
    // click. Not soon, though: a second click closes what the first one has opened.
    const auto hasOpened = [&] {
        if (isShown()) // QTRY_VERIFY asks once more in the end
            return true;
        clickIcon(button);
        return QTest::qWaitFor(isShown, 10000);
    };
    QTRY_VERIFY_WITH_TIMEOUT(hasOpened(), 2 * kPatienceMs);
}

void TestTrayXEmbed::moveTo(QPoint position) const
{
    m_desktop->run("xdotool",
                   {"mousemove", QString::number(position.x()), QString::number(position.y())});
}

void TestTrayXEmbed::openMenu() const
{
    clickUntil(3, [] { return shownWindow<TrayMenu>() != nullptr; });
}

void TestTrayXEmbed::theMenuIsDrivenByMouse()
{
    const InnerTray tray;
    const TestClient client;
    useMeanwhile("web", client);
    openMenu();
    auto *menu = shownWindow<TrayMenu>();
    QVERIFY(findAction(menu, "web — Active, 1 client"));
    moveTo(middleOf(menu, "web"));
    const QMenu *sub = findAction(menu, "web")->menu();
    QTRY_VERIFY(sub->isVisible());
    moveTo(middleOf(sub, "Kill"));
    QTRY_COMPARE(sub->activeAction(), findAction(sub, "Kill"));
    m_desktop->run("xdotool", {"click", "1"});
    QTRY_VERIFY(shownWindow<QMessageBox>());
    const QAbstractButton *kill = findButton(shownWindow<QMessageBox>(), "Kill");
    moveTo(kill->mapToGlobal(kill->rect().center()));
    m_desktop->run("xdotool", {"click", "1"});
    QTRY_COMPARE(state("web"), "stopped");
    QVERIFY(!shownWindow<QMessageBox>());
}

void TestTrayXEmbed::theMenuIsDrivenByKeyboard()
{
    const InnerTray tray;
    const TestClient client;
    useMeanwhile("web", client);
    openMenu();
    auto *menu = shownWindow<TrayMenu>();
    m_desktop->run("xdotool", {"key", "Down"});
    QTRY_COMPARE(menu->activeAction(), findAction(menu, "web"));
    m_desktop->run("xdotool", {"key", "Right"});
    const QMenu *sub = findAction(menu, "web")->menu();
    QTRY_VERIFY(sub->isVisible());
    m_desktop->run("xdotool", {"key", "t"}); // S&top
    QTRY_COMPARE(state("web"), "stopped");
    QTRY_VERIFY(!menu->isVisible());
}

void TestTrayXEmbed::aClickOpensTheWindow()
{
    const InnerTray tray;
    clickUntil(1, [] { return shownWindow<MainWindow>() != nullptr; });
}

void TestTrayXEmbed::aCrashIsToldByTheIconWhereNobodyElseCan()
{
    const InnerTray tray;
    const TestClient client;
    useMeanwhile("web", client, {"--say", "out of memory"});
    QString icon;
    findIcon(&icon);
    QCOMPARE(::kill(pid_t(infoMeanwhile("web").value("pid").toInteger()), SIGKILL), 0);
    QWidget *balloon = nullptr;
    const auto isShown = [&balloon] {
        const QWidgetList all = QApplication::topLevelWidgets();
        const auto found = std::find_if(all.begin(), all.end(), [](const QWidget *widget) {
            return widget->inherits("QBalloonTip") && widget->isVisible();
        });
        balloon = found == all.end() ? nullptr : *found;
        return balloon != nullptr;
    };
    QTRY_VERIFY(isShown());
    QTest::mouseClick(balloon, Qt::LeftButton);
    QTRY_VERIFY(shownWindow<MainWindow>());
    const auto *log = shownWindow<MainWindow>()->findChild<LogView *>();
    QVERIFY(log->isVisible());
    QTRY_VERIFY(log->shownText().contains("out of memory"));
}

int main(int argc, char **argv)
{
    return runOnDesktop(argc, argv, [](Desktop *desktop) {
        desktop->start("trayer", {"--expand", "false", "--widthtype", "request"});
        return std::make_unique<TestTrayXEmbed>(desktop);
    });
}

#include "tst_trayxembed.moc"
