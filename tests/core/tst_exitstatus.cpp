// How ends of processes are told, to people and in JSON.

#include "core/process/exitstatus.h"

#include <QTest>

#include <csignal>

using namespace sharedserver;

class TestExitStatus : public QObject
{
    Q_OBJECT
private slots:
    void readsWaitStatuses_data();
    void readsWaitStatuses();
    void readsWell_data();
    void readsWell();
    void everyExitCodeComesThrough();
};

namespace {

using Number = std::optional<int>;

constexpr int kCoreDumped = 0x80;
constexpr int kStopped = 0x7f;
constexpr int kContinued = 0xffff;

} // namespace

Q_DECLARE_METATYPE(Number)

void TestExitStatus::readsWaitStatuses_data()
{
    QTest::addColumn<Number>("waitStatus");
    QTest::addColumn<Number>("exitCode");
    QTest::addColumn<Number>("signal");
    QTest::addColumn<bool>("isFailure");

    QTest::newRow("unknown") << Number() << Number() << Number() << false;
    QTest::newRow("success") << Number(0) << Number(0) << Number() << false;
    QTest::newRow("code 1") << Number(1 << 8) << Number(1) << Number() << true;
    QTest::newRow("code 127") << Number(127 << 8) << Number(127) << Number() << true;
    QTest::newRow("code 255") << Number(255 << 8) << Number(255) << Number() << true;
    QTest::newRow("SIGTERM") << Number(SIGTERM) << Number() << Number(SIGTERM) << true;
    QTest::newRow("SIGKILL") << Number(SIGKILL) << Number() << Number(SIGKILL) << true;
    QTest::newRow("core dumped") << Number(SIGSEGV | kCoreDumped) << Number() << Number(SIGSEGV)
                                 << true;
    QTest::newRow("only stopped") << Number(SIGSTOP << 8 | kStopped) << Number() << Number()
                                  << false;
    QTest::newRow("only continued") << Number(kContinued) << Number() << Number() << false;
}

void TestExitStatus::readsWaitStatuses()
{
    QFETCH(Number, waitStatus);
    QFETCH(Number, exitCode);
    QFETCH(Number, signal);
    QFETCH(bool, isFailure);
    const ExitStatus status = ExitStatus::fromWaitStatus(waitStatus);
    QCOMPARE(status.exitCode, exitCode);
    QCOMPARE(status.signal, signal);
    QCOMPARE(status.isFailure(), isFailure);
    QCOMPARE(status.isKnown(), exitCode || signal);
}

void TestExitStatus::readsWell_data()
{
    QTest::addColumn<Number>("exitCode");
    QTest::addColumn<Number>("signal");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QJsonObject>("json");

    const QJsonValue null;
    QTest::newRow("unknown") << Number() << Number() << "unknown exit status"
                             << QJsonObject{{"exit_code", null}, {"signal", null}};
    QTest::newRow("success") << Number(0) << Number() << "exit code 0"
                             << QJsonObject{{"exit_code", 0}, {"signal", null}};
    QTest::newRow("code 3") << Number(3) << Number() << "exit code 3"
                            << QJsonObject{{"exit_code", 3}, {"signal", null}};
    QTest::newRow("killed") << Number() << Number(9) << "signal 9 (SIGKILL)"
                            << QJsonObject{{"exit_code", null}, {"signal", 9}};
    QTest::newRow("terminated") << Number() << Number(15) << "signal 15 (SIGTERM)"
                                << QJsonObject{{"exit_code", null}, {"signal", 15}};
    QTest::newRow("crashed") << Number() << Number(11) << "signal 11 (SIGSEGV)"
                             << QJsonObject{{"exit_code", null}, {"signal", 11}};
    QTest::newRow("aborted") << Number() << Number(6) << "signal 6 (SIGABRT)"
                             << QJsonObject{{"exit_code", null}, {"signal", 6}};
    QTest::newRow("a signal without a name") << Number() << Number(60) << "signal 60"
                                             << QJsonObject{{"exit_code", null}, {"signal", 60}};
}

void TestExitStatus::readsWell()
{
    QFETCH(Number, exitCode);
    QFETCH(Number, signal);
    QFETCH(QString, text);
    QFETCH(QJsonObject, json);
    const ExitStatus status{exitCode, signal};
    QCOMPARE(status.text(), text);
    QCOMPARE(status.toJson(), json);
}

void TestExitStatus::everyExitCodeComesThrough()
{
    for (int code = 0; code < 256; ++code) {
        const ExitStatus status = ExitStatus::fromWaitStatus(code << 8);
        QCOMPARE(status.exitCode, std::optional<int>(code));
        QVERIFY(!status.signal.has_value());
        QCOMPARE(status.isFailure(), code != 0);
    }
}

QTEST_GUILESS_MAIN(TestExitStatus)
#include "tst_exitstatus.moc"
