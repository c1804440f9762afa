// What the sanitizers find arrives where ./dev looks for it, also of a process that nobody listens
// to.

#include "tests/support/patience.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

class TestSanitizerReports : public QObject
{
    Q_OBJECT
private slots:
    void aFaultIsReportedToAFile_data();
    void aFaultIsReportedToAFile();
};

void TestSanitizerReports::aFaultIsReportedToAFile_data()
{
    QTest::addColumn<QByteArray>("report");
    const QByteArrayList sanitizers = QByteArray(SANITIZERS).split(',');
    const auto addRow = [&](const char *sanitizer, const QByteArray &report) {
        if (sanitizers.contains(sanitizer))
            QTest::newRow(sanitizer) << report;
    };
    addRow("address", "heap-buffer-overflow");
    addRow("undefined", "signed integer overflow");
    addRow("thread", "data race");
}

void TestSanitizerReports::aFaultIsReportedToAFile()
{
    QFETCH(QByteArray, report);
    const QTemporaryDir folder;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    // AddressSanitizer reads that of the leaks too, and last.
    for (const char *options : {"ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"}) {
        environment.insert(options,
                           environment.value(options) + ":log_path=" + folder.path() + "/report");
    }
    QProcess faulty;
    faulty.setProcessEnvironment(environment);
    faulty.setStandardOutputFile(QProcess::nullDevice());
    faulty.setStandardErrorFile(QProcess::nullDevice());
    faulty.start(FAULTY_PROGRAM, {QTest::currentDataTag()});
    QVERIFY(faulty.waitForFinished(sharedserver::test::kPatienceMs));

    const QStringList files = QDir(folder.path()).entryList(QDir::Files);
    QCOMPARE(files.size(), 1);
    QFile file(folder.filePath(files.first()));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readAll().contains(report));
}

QTEST_GUILESS_MAIN(TestSanitizerReports)
#include "tst_sanitizerreports.moc"
