// The log as the window shows it: live, searched, followed, paused, and without the control
// sequences that servers print for terminals.

#include "app/window/logview.h"

#include <QCheckBox>
#include <QElapsedTimer>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QProcess>
#include <QScrollBar>
#include <QTemporaryDir>
#include <QTest>
#include <QTextBlock>
#include <QTimer>
#include <QToolButton>
#include <QWheelEvent>

#include <functional>

using namespace sharedserver;

Q_DECLARE_METATYPE(std::function<void(QPlainTextEdit *)>)

class TestLogView : public QObject
{
    Q_OBJECT
private slots:
    void showsWhatComes();
    void pauseHoldsItStill();
    void follows();
    void scrollingUpEndsToFollow_data();
    void scrollingUpEndsToFollow();
    void newLinesDoNotEndToFollow();
    void searches();
    void readsOnlyWhileItIsSeen();
    void aServerThatPrintsWithoutEndHoldsUpNobody();
};

namespace {

struct Bench
{
    Bench()
    {
        view.setPath(path().toUtf8());
        view.resize(500, 300);
        view.show();
    }
    QString path() const { return folder.filePath("web.log"); }
    void print(const QByteArray &text) const
    {
        QFile file(path());
        QVERIFY(file.open(QIODevice::Append));
        file.write(text);
    }
    QPlainTextEdit *text() const { return view.findChild<QPlainTextEdit *>(); }
    QToolButton *button(const QString &name) const
    {
        const auto all = view.findChildren<QToolButton *>();
        for (QToolButton *one : all) {
            if (one->accessibleName() == name || one->text().remove('&') == name)
                return one;
        }
        return nullptr;
    }

    QTemporaryDir folder;
    LogView view;
};

} // namespace

void TestLogView::showsWhatComes()
{
    const Bench bench;
    QCOMPARE(bench.view.shownText(), QString());
    bench.print("first\n");
    QTRY_COMPARE(bench.view.shownText(), "first\n");
    bench.print("\x1b[32msecond\x1b[0m\n");
    QTRY_COMPARE(bench.view.shownText(), "first\nsecond\n");
}

void TestLogView::pauseHoldsItStill()
{
    Bench bench;
    bench.print("first\n");
    QTRY_COMPARE(bench.view.shownText(), "first\n");
    QToolButton *pause = bench.button("Pause");
    pause->click();
    bench.print("second\n");
    // Another view of it tells when that has come.
    LogView other;
    other.setPath(bench.path().toUtf8());
    other.show();
    QTRY_COMPARE(other.shownText(), "first\nsecond\n");
    QCOMPARE(bench.view.shownText(), "first\n");
    QCOMPARE(pause->text().remove('&'), "Resume");
    pause->click();
    QTRY_COMPARE(bench.view.shownText(), "first\nsecond\n");
}

void TestLogView::follows()
{
    const Bench bench;
    bench.print(QByteArray("line\n").repeated(500));
    const QScrollBar *bar = bench.text()->verticalScrollBar();
    QTRY_VERIFY(bar->maximum() > 0 && bar->value() == bar->maximum());
    auto *follow = bench.view.findChild<QCheckBox *>();
    follow->setChecked(false);
    bench.text()->verticalScrollBar()->setValue(3);
    bench.print("more\n");
    QTRY_VERIFY(bench.view.shownText().endsWith("more\n"));
    QCOMPARE(bar->value(), 3);
    follow->setChecked(true);
    QCOMPARE(bar->value(), bar->maximum());
}

void TestLogView::scrollingUpEndsToFollow_data()
{
    using Scroll = std::function<void(QPlainTextEdit *)>;
    QTest::addColumn<Scroll>("up");
    QTest::addColumn<Scroll>("toEnd");
    const auto wheel = [](int delta) {
        return [delta](QPlainTextEdit *text) {
            const QPoint place = text->viewport()->rect().center();
            QWheelEvent event(place, text->viewport()->mapToGlobal(place), {}, {0, delta},
                              Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
            QCoreApplication::sendEvent(text->viewport(), &event);
        };
    };
    const auto key = [](Qt::Key which, Qt::KeyboardModifier modifier) {
        return [=](QPlainTextEdit *text) { QTest::keyClick(text, which, modifier); };
    };
    const auto step = [](QAbstractSlider::SliderAction action) {
        return [action](QPlainTextEdit *text) { text->verticalScrollBar()->triggerAction(action); };
    };
    QTest::newRow("wheel") << Scroll(wheel(120)) << Scroll(wheel(-120 * 1000));
    QTest::newRow("keys") << Scroll(key(Qt::Key_Home, Qt::ControlModifier))
                          << Scroll(key(Qt::Key_End, Qt::ControlModifier));
    QTest::newRow("bar") << Scroll(step(QAbstractSlider::SliderPageStepSub))
                         << Scroll(step(QAbstractSlider::SliderToMaximum));
}

void TestLogView::scrollingUpEndsToFollow()
{
    using Scroll = std::function<void(QPlainTextEdit *)>;
    QFETCH(const Scroll, up);
    QFETCH(const Scroll, toEnd);
    const Bench bench;
    bench.print(QByteArray("line\n").repeated(500));
    const QScrollBar *bar = bench.text()->verticalScrollBar();
    QTRY_VERIFY(bar->maximum() > 0 && bar->value() == bar->maximum());
    const auto *follow = bench.view.findChild<QCheckBox *>();
    up(bench.text());
    QVERIFY(!follow->isChecked());
    const int place = bar->value();
    bench.print("more\n");
    QTRY_VERIFY(bench.view.shownText().endsWith("more\n"));
    QCOMPARE(bar->value(), place);
    toEnd(bench.text());
    QVERIFY(follow->isChecked());
    bench.print("the last\n");
    QTRY_VERIFY(bench.view.shownText().endsWith("the last\n"));
    QCOMPARE(bar->value(), bar->maximum());
}

void TestLogView::newLinesDoNotEndToFollow()
{
    const Bench bench;
    const auto *follow = bench.view.findChild<QCheckBox *>();
    const QScrollBar *bar = bench.text()->verticalScrollBar();
    // The first lines go as the last ones come, and the place in the text moves by itself.
    for (const QByteArray last : {"one\n", "two\n", "three\n"}) {
        bench.print(QByteArray("line\n").repeated(LogView::kMostLines - 10) + last);
        QTRY_VERIFY(bench.view.shownText().endsWith(QString::fromLatin1(last)));
        QVERIFY(follow->isChecked());
        QCOMPARE(bar->value(), bar->maximum());
    }
}

void TestLogView::searches()
{
    const Bench bench;
    bench.print("an apple\na pear\nAPPLE pie\n");
    QTRY_VERIFY(bench.view.shownText().endsWith("pie\n"));
    auto *search = bench.view.findChild<QLineEdit *>();
    QTest::keyClicks(search, "apple");
    const auto *matches = bench.view.findChild<QLabel *>();
    QCOMPARE(matches->text(), "2 match(es)");
    QCOMPARE(bench.text()->extraSelections().size(), 2);
    QTest::keyClick(search, Qt::Key_Return);
    const int first = bench.text()->textCursor().selectionStart();
    bench.button("Next match")->click();
    const int second = bench.text()->textCursor().selectionStart();
    QVERIFY(first != second);
    bench.button("Next match")->click(); // around
    QCOMPARE(bench.text()->textCursor().selectionStart(), first);
    bench.button("Previous match")->click();
    QCOMPARE(bench.text()->textCursor().selectionStart(), second);
    bench.print("an apple more\n");
    QTRY_COMPARE(matches->text(), "3 match(es)");
}

void TestLogView::readsOnlyWhileItIsSeen()
{
    Bench bench;
    bench.print("first\n");
    QTRY_COMPARE(bench.view.shownText(), "first\n");
    bench.view.hide();
    bench.print("second\n");
    LogView other;
    other.setPath(bench.path().toUtf8());
    other.show();
    QTRY_COMPARE(other.shownText(), "first\nsecond\n");
    QCOMPARE(bench.view.shownText(), "first\n");
    bench.view.show();
    QTRY_COMPARE(bench.view.shownText(), "first\nsecond\n");
}

void TestLogView::aServerThatPrintsWithoutEndHoldsUpNobody()
{
    const Bench bench;
    bench.print("begin\n");
    QTRY_COMPARE(bench.view.shownText(), "begin\n");
    QTest::keyClicks(bench.view.findChild<QLineEdit *>(), "line");
    QProcess server;
    server.setStandardOutputFile(bench.path());
    server.start("sh", {"-c", "i=0; while :; do i=$((i+1)); echo $i a line of many; done"});
    QVERIFY(server.waitForStarted());
    QElapsedTimer sinceLast;
    qint64 longest = 0;
    int beats = 0;
    QTimer heart;
    connect(&heart, &QTimer::timeout, this, [&] {
        longest = std::max(longest, beats > 0 ? sinceLast.restart() : 0);
        ++beats;
    });
    sinceLast.start();
    heart.start(5);
    const auto lastNumber = [&bench] {
        return bench.text()->document()->lastBlock().previous().text().section(' ', 0, 0).toInt();
    };
    // So many lines of a shell take their time.
    QTRY_VERIFY_WITH_TIMEOUT(beats > 100 && lastNumber() > 2 * LogView::kMostLines, 60000);
    server.kill();
    server.waitForFinished();
    QVERIFY2(longest < 10000, qPrintable(QString::number(longest))); // a piece takes much less
    QVERIFY(bench.text()->blockCount() <= LogView::kMostLines);
}

QTEST_MAIN(TestLogView)
#include "tst_logview.moc"
