// Desktops on which the panel comes late, comes again, or never comes. The tray is a process of its
// own here: a program asks only once in its life which kind of tray there is.

#include "tests/app/desktop.h"
#include "tests/app/panel.h"
#include "tests/app/trayprocess.h"
#include "tests/support/testworld.h"

#include <QFile>
#include <QTest>

#include <memory>

using namespace sharedserver;
using namespace sharedserver::test;

class TestTrayComesAndGoes : public QObject
{
    Q_OBJECT
private slots:
    void aLatePanelGetsTheIcon();
    void aPanelThatRestartsGetsItAgain();
    void aLateXEmbedPanelGetsTheIcon();
    void withoutATrayTheWindowOpensAndSaysSoOnce();
    void aSecondStartRaisesTheWindow();
    void aClickOpensTheWindow();
};

namespace {

const QString kWindow = QStringLiteral("Shared Servers");

/// How many windows of this title are on the screen.
qsizetype windowCount(Desktop *desktop, const QString &title = kWindow)
{
    const QString found =
        desktop->run("xdotool", {"search", "--onlyvisible", "--name", '^' + title + '$'});
    return found.split('\n', Qt::SkipEmptyParts).size();
}

} // namespace

void TestTrayComesAndGoes::aLatePanelGetsTheIcon()
{
    const TestWorld world;
    Desktop desktop;
    TrayProcess tray({"--hidden"}, desktop.environment());
    QVERIFY(tray.waitUntilReady());
    const Panel panel(desktop.busAddress());
    QTRY_VERIFY(panel.hasPicture());
    QCOMPARE(windowCount(&desktop), 0);
    QVERIFY(tray.quit());
}

void TestTrayComesAndGoes::aPanelThatRestartsGetsItAgain()
{
    const TestWorld world;
    Desktop desktop;
    auto panel = std::make_unique<Panel>(desktop.busAddress());
    TrayProcess tray({"--hidden"}, desktop.environment());
    QTRY_VERIFY(panel->hasPicture());
    for (int round = 0; round < 2; ++round) {
        panel.reset();
        panel = std::make_unique<Panel>(desktop.busAddress());
        QTRY_VERIFY(panel->hasPicture());
        QVERIFY(Panel::find(panel->menu(), "Open Window").isEnabled);
    }
    QVERIFY(tray.quit());
}

void TestTrayComesAndGoes::aLateXEmbedPanelGetsTheIcon()
{
    const TestWorld world;
    Desktop desktop;
    TrayProcess tray({"--hidden"}, desktop.environment());
    QVERIFY(tray.waitUntilReady());
    for (int round = 0; round < 2; ++round) {
        QProcess *panel = desktop.start("trayer", {"--expand", "false", "--widthtype", "request"});
        const auto hasIcon = [&] {
            return desktop.run("xwininfo", {"-root", "-tree"})
                .contains(R"(("sharedserver-tray" "sharedserver-tray"))");
        };
        QTRY_VERIFY_WITH_TIMEOUT(hasIcon(), 20000);
        panel->terminate();
        QVERIFY(panel->waitForFinished());
    }
    QVERIFY(tray.quit());
}

void TestTrayComesAndGoes::withoutATrayTheWindowOpensAndSaysSoOnce()
{
    const TestWorld world;
    Desktop desktop;
    {
        TrayProcess tray({"--hidden"}, desktop.environment());
        QTRY_COMPARE(windowCount(&desktop), 1);
        QVERIFY(tray.quit());
    }
    QFile settings(world.path("config/sharedserver/sharedserver-tray.conf"));
    QVERIFY(settings.open(QIODevice::ReadOnly));
    QVERIFY(settings.readAll().contains("missingTold=true"));
}

void TestTrayComesAndGoes::aSecondStartRaisesTheWindow()
{
    const TestWorld world;
    Desktop desktop;
    const Panel panel(desktop.busAddress());
    TrayProcess tray({"--hidden"}, desktop.environment());
    QTRY_VERIFY(panel.hasPicture());
    TrayProcess hidden({"--hidden"}, desktop.environment());
    QVERIFY(hidden.waitForEnd());
    QCOMPARE(hidden.exitCode(), 0);
    QCOMPARE(windowCount(&desktop), 0);
    TrayProcess second({}, desktop.environment());
    QVERIFY(second.waitForEnd());
    QCOMPARE(second.exitCode(), 0);
    QTRY_COMPARE(windowCount(&desktop), 1);
    QVERIFY(tray.isRunning());
    TrayProcess quitter({"--quit"}, desktop.environment());
    QVERIFY(quitter.waitForEnd());
    QCOMPARE(quitter.exitCode(), 0);
    QVERIFY(tray.waitForEnd());
}

void TestTrayComesAndGoes::aClickOpensTheWindow()
{
    const TestWorld world;
    Desktop desktop;
    const Panel panel(desktop.busAddress());
    TrayProcess tray({"--hidden"}, desktop.environment());
    QTRY_VERIFY(panel.hasPicture());
    QCOMPARE(windowCount(&desktop), 0);
    panel.activate();
    QTRY_COMPARE(windowCount(&desktop), 1);
    QVERIFY(tray.quit());
}

QTEST_GUILESS_MAIN(TestTrayComesAndGoes)
#include "tst_traycomesandgoes.moc"
