// The windows are for everybody: all can be done by keyboard alone, and each control says what it
// is to those who cannot see it.

#include "app/settings/settingsdialog.h"
#include "app/window/addserverdialog.h"
#include "app/window/detailspane.h"
#include "app/window/logview.h"
#include "app/window/mainwindow.h"
#include "app/window/servertable.h"
#include "tests/app/innertray.h"
#include "tests/app/openwindow.h"
#include "tests/app/widgets.h"

#include <QAccessible>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QMessageBox>
#include <QTest>

using namespace sharedserver;
using namespace sharedserver::test;

class TestAccessibility : public QObject
{
    Q_OBJECT
private slots:
    void keysAreEnough();
    void everyControlIsNamedAndDescribed_data();
    void everyControlIsNamedAndDescribed();
    void tabReachesEveryControl();
};

void TestAccessibility::keysAreEnough()
{
    InnerTray tray;
    const TestClient client;
    useMeanwhile("database", client);
    useMeanwhile("web", client);
    MainWindow *window = openWindow(&tray);
    auto *table = window->findChild<ServerTable *>();
    table->setFocus();
    QTest::keyClick(table, Qt::Key_Home);
    QCOMPARE(table->chosen(), "database");
    QTest::keyClick(table, Qt::Key_Down);
    QCOMPARE(table->chosen(), "web");
    QTest::keyClick(table, Qt::Key_Return);
    QVERIFY(window->findChild<DetailsPane *>()->isAncestorOf(window->focusWidget())
            || window->findChild<DetailsPane *>() == window->focusWidget());
    QTest::keyClick(window, Qt::Key_L, Qt::ControlModifier);
    QTRY_VERIFY(window->findChild<LogView *>()->isVisible());
    QTest::keyClick(window, Qt::Key_T, Qt::ControlModifier);
    QTRY_COMPARE(rowOf(window, 1).at(1), "Stopped");
    QTest::keyClick(window, Qt::Key_Return, Qt::ControlModifier);
    QTRY_COMPARE(rowOf(window, 1).at(1), "Grace period");
    QTest::keyClick(window, Qt::Key_K, Qt::ControlModifier);
    QTRY_VERIFY(shownWindow<QMessageBox>());
    QTest::keyClick(shownWindow<QMessageBox>(), Qt::Key_Escape); // not after all
    QTRY_VERIFY(!shownWindow<QMessageBox>());
    QCOMPARE(rowOf(window, 1).at(1), "Grace period");
}

void TestAccessibility::everyControlIsNamedAndDescribed_data()
{
    QTest::addColumn<int>("which");
    QTest::newRow("window") << 0;
    QTest::newRow("settings") << 1;
    QTest::newRow("add server") << 2;
    QTest::newRow("window without servers") << 3;
}

void TestAccessibility::everyControlIsNamedAndDescribed()
{
    QFETCH(const int, which);
    InnerTray tray;
    const TestClient client;
    if (which != 3)
        useMeanwhile("web", client);
    Settings settings;
    SettingsDialog settingsDialog(&settings);
    AddServerDialog addDialog("/nowhere", "5m");
    QWidget *window = openWindow(&tray);
    if (which == 1)
        window = &settingsDialog;
    else if (which == 2)
        window = &addDialog;
    window->show();
    int controls = 0;
    const auto all = window->findChildren<QWidget *>();
    for (QWidget *widget : all) {
        // A box's inner parts have it.
        if (widget->focusPolicy() == Qt::NoFocus || !widget->isVisibleTo(window)
            || widget->focusProxy() || widget->objectName().startsWith("qt_")
            || qobject_cast<QHeaderView *>(widget))
            continue;
        ++controls;
        const QAccessibleInterface *face = QAccessible::queryAccessibleInterface(widget);
        QVERIFY(face);
        const QString what = QString(widget->metaObject()->className()) + ' '
            + face->text(QAccessible::Name) + " in "
            + widget->parentWidget()->metaObject()->className();
        QVERIFY2(!face->text(QAccessible::Name).isEmpty(), qPrintable(what));
        // "OK" and "Cancel" say enough.
        if (!qobject_cast<QDialogButtonBox *>(widget->parentWidget()))
            QVERIFY2(!face->text(QAccessible::Description).isEmpty(), qPrintable(what));
    }
    QVERIFY(controls > 3);
}

void TestAccessibility::tabReachesEveryControl()
{
    InnerTray tray;
    const TestClient client;
    useMeanwhile("web", client);
    MainWindow *window = openWindow(&tray);
    pressInDetails(window, window->findChild<LogView *>());
    window->findChild<ServerTable *>()->setFocus();
    QSet<QWidget *> reached;
    for (QWidget *at = window->focusWidget(); at && !reached.contains(at);
         at = window->focusWidget()) {
        reached.insert(at);
        QTest::keyClick(at, Qt::Key_Tab,
                        at->inherits("QPlainTextEdit") ? Qt::ControlModifier : Qt::NoModifier);
    }
    const auto all = window->findChildren<QAbstractButton *>();
    for (QAbstractButton *button : all) {
        if (button->isVisible() && button->isEnabled() && button->focusPolicy() != Qt::NoFocus)
            QVERIFY2(reached.contains(button), qPrintable(button->text()));
    }
    for (const char *name : {"Filter", "Search the log"})
        QVERIFY2(reached.contains(field(window, name)), name);
}

QTEST_MAIN(TestAccessibility)
#include "tst_accessibility.moc"
