// A program that outlives its starter gets what it was given, and nothing else.

#include "core/process/detachedprocess.h"
#include "core/process/filedescriptor.h"
#include "core/process/inheritance.h"
#include "core/process/platform.h"
#include "core/process/processid.h"
#include "tests/support/leftovers.h"
#include "tests/support/patience.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <cerrno>
#include <csignal>
#include <memory>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace sharedserver;
using namespace sharedserver::test;

class TestDetachedProcess : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void hasASessionOfItsOwn();
    void isNobodysChild();
    void argumentsAreExact();
    void environmentIsExact();
    void anEmptyEnvironmentIsEmpty();
    void runsInTheRoot();
    void standardStreamsAreNull();
    void nothingElseIsOpen();
    void beginsAsFromAShell();
    void passedDescriptorsWork();
    void withoutADescriptorItIsNotStarted();
    void ownDescriptorsStayAsTheyWere();
    void whatCannotBeExecutedIsAnError_data();
    void whatCannotBeExecutedIsAnError();
    void nothingStaysOpenHere();

private:
    QByteArray path(const char *name) const { return m_folder->filePath(name).toUtf8(); }
    /// A server that writes down what it has got.
    DetachedCommand testServer() const;
    /// Starts it, and reads what it has written: argv, directory, umask and environment.
    QByteArrayList dumpOf(const DetachedCommand &command) const;
    std::optional<platform::ProcessInfo> theProgram() const;

    std::unique_ptr<QTemporaryDir> m_folder;
    QByteArray m_mark; ///< is in the environment of all that a test starts
};

namespace {

QByteArray contentOf(const QByteArray &path)
{
    QFile file(QFile::decodeName(path));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

bool hasProc()
{
    return QFile::exists("/proc/self/fd");
}

/// What a process has open: where its numbers lead.
QMap<int, QByteArray> descriptorsOf(pid_t pid)
{
    QMap<int, QByteArray> descriptors;
    const QByteArray folder = "/proc/" + QByteArray::number(pid) + "/fd";
    const auto all = QDir::AllEntries | QDir::System | QDir::NoDotAndDotDot;
    const QStringList numbers = QDir(QString::fromUtf8(folder)).entryList(all);
    for (const QString &number : numbers) {
        char target[4096];
        const QByteArray link = folder + '/' + number.toUtf8();
        const ssize_t length = readlink(link.constData(), target, sizeof(target));
        if (length >= 0) // the one that was the listing itself is closed again
            descriptors.insert(number.toInt(), QByteArray(target, length));
    }
    return descriptors;
}

} // namespace

void TestDetachedProcess::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(m_folder->isValid());
    m_mark = "DETACHED_BY=" + m_folder->path().toUtf8();
}

void TestDetachedProcess::cleanup()
{
    killProcessesWith(m_mark);
    m_folder.reset();
}

DetachedCommand TestDetachedProcess::testServer() const
{
    return {{TEST_SERVER, "--dump", path("dump")}, {m_mark}, {}};
}

QByteArrayList TestDetachedProcess::dumpOf(const DetachedCommand &command) const
{
    const auto started = startDetached(command);
    if (!started)
        qFatal("%s", qPrintable(started.error().message));
    if (!QTest::qWaitFor([this] { return QFile::exists(m_folder->filePath("dump")); }, kPatienceMs))
        qFatal("The program has written nothing");
    QByteArray content = contentOf(path("dump"));
    content.chop(1); // each entry ends by a NUL
    return content.split('\0');
}

std::optional<platform::ProcessInfo> TestDetachedProcess::theProgram() const
{
    const QList<Leftover> found = processesWith(m_mark);
    return found.size() == 1 ? platform::inspect(pid_t(found.first().pid)) : std::nullopt;
}

void TestDetachedProcess::hasASessionOfItsOwn()
{
    dumpOf(testServer());
    const auto program = theProgram();
    QVERIFY(program.has_value());
    QVERIFY(program->session != getsid(0));
    QVERIFY(program->group != getpgrp());
    // A session's leader gets a terminal by opening one.
    QVERIFY(program->session != program->pid);
}

void TestDetachedProcess::isNobodysChild()
{
    dumpOf(testServer());
    const auto program = theProgram();
    QVERIFY(program.has_value());
    QVERIFY(program->parent != getpid());
    QVERIFY(waitpid(-1, nullptr, WNOHANG) < 0); // nor has anybody else become one
    QCOMPARE(errno, ECHILD);
}

void TestDetachedProcess::argumentsAreExact()
{
    if (!hasProc())
        QSKIP("This system has no /proc.");
    DetachedCommand command = testServer();
    command.argv += {"", " two  words ", "\xff\xfe", "$HOME", "a\nb", "*", "last"};
    // An empty argument cannot be told from the end of a part; the kernel keeps them as they are.
    dumpOf(command);
    const auto program = theProgram();
    QVERIFY(program.has_value());
    const QByteArray given = contentOf("/proc/" + QByteArray::number(program->pid) + "/cmdline");
    QCOMPARE(given, command.argv.join('\0') + '\0');
}

void TestDetachedProcess::environmentIsExact()
{
    DetachedCommand command = testServer();
    command.environment +=
        {"EMPTY=", "BYTES=\xff\x01", "no equals sign", "TWICE=1", "TWICE=2", "LINES=a\nb",
         "=x",     "ORDER=kept"};
    const QByteArrayList dump = dumpOf(command);
    const qsizetype end = dump.lastIndexOf("");
    QCOMPARE(dump.mid(end + 1), command.environment);
}

void TestDetachedProcess::anEmptyEnvironmentIsEmpty()
{
    if (!hasProc())
        QSKIP("This system has no /proc.");
    const QByteArray file = path("environment");
    const FileDescriptor output(open(file.constData(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    const QByteArray target = "of=/proc/self/fd/" + QByteArray::number(output.get());
    int line[2];
    QCOMPARE(pipe(line), 0);
    const FileDescriptor readEnd(line[0]);
    FileDescriptor writeEnd(line[1]);
    QVERIFY(startDetached({{"/bin/dd", "if=/proc/self/environ", target, "conv=notrunc"},
                           {},
                           {output.get(), writeEnd.get()}}));
    writeEnd.reset();
    char byte = 0;
    QCOMPARE(read(readEnd.get(), &byte, 1), ssize_t(0)); // the program has ended
    QVERIFY(QFile::exists(m_folder->filePath("environment")));
    QCOMPARE(contentOf(file), QByteArray());
}

void TestDetachedProcess::runsInTheRoot()
{
    const DetachedCommand command = testServer();
    const QByteArrayList dump = dumpOf(command);
    QCOMPARE(dump.value(command.argv.size() + 1), "/");
}

void TestDetachedProcess::standardStreamsAreNull()
{
    if (!hasProc())
        QSKIP("This system has no /proc.");
    dumpOf(testServer());
    const auto program = theProgram();
    QVERIFY(program.has_value());
    const auto descriptors = descriptorsOf(program->pid);
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        QCOMPARE(descriptors.value(stream), "/dev/null");
}

void TestDetachedProcess::nothingElseIsOpen()
{
    if (!hasProc())
        QSKIP("This system has no /proc.");
    // Some that would be passed on by exec, in many places, and some between that are meant to be.
    std::vector<FileDescriptor> kept;
    DetachedCommand command = testServer();
    for (int i = 0; i < 50; ++i)
        kept.emplace_back(open("/dev/zero", O_RDONLY));
    kept.emplace_back(fcntl(kept.front().get(), F_DUPFD, 900));
    command.inherited = {kept[10].get(), kept[30].get(), kept.back().get()};
    dumpOf(command);
    const auto program = theProgram();
    QVERIFY(program.has_value());
    const auto descriptors = descriptorsOf(program->pid);
    QCOMPARE(descriptors.size(), 3 + 3);
    for (const int number : command.inherited)
        QCOMPARE(descriptors.value(number), "/dev/zero");
}

/// Whatever its starter has made of signals, and of its limit of open files.
void TestDetachedProcess::beginsAsFromAShell()
{
    if (!hasProc())
        QSKIP("Only /proc shows a process's signals");
    rlimit before;
    QCOMPARE(getrlimit(RLIMIT_NOFILE, &before), 0);
    rlimit low = before;
    low.rlim_cur = 250;
    QCOMPARE(setrlimit(RLIMIT_NOFILE, &low), 0);
    raiseOpenFilesLimit();
    std::signal(SIGCHLD, SIG_IGN);
    const QByteArray script = "ulimit -Sn; grep -E 'Sig(Blk|Ign)' /proc/self/status";
    const QByteArray output = path("said");
    bool isStarted = false;
    {
        const SignalsBlocked allOfThem;
        isStarted = startDetached(
                        {{"/bin/sh", "-c", "exec >$0.part; " + script + "; mv $0.part $0", output},
                         {m_mark, "PATH=/usr/bin:/bin"},
                         {}})
                        .has_value();
    }
    std::signal(SIGCHLD, SIG_DFL);
    setrlimit(RLIMIT_NOFILE, &before);
    QVERIFY(isStarted);
    QTRY_VERIFY(QFile::exists(QFile::decodeName(output)));
    const QByteArray none(16, '0');
    QCOMPARE(contentOf(output), "250\nSigBlk:\t" + none + "\nSigIgn:\t" + none + "\n");
}

void TestDetachedProcess::passedDescriptorsWork()
{
    int line[2];
    QCOMPARE(pipe(line), 0);
    const FileDescriptor readEnd(line[0]);
    FileDescriptor writeEnd(line[1]);
    fcntl(line[1], F_SETFD, FD_CLOEXEC); // is passed all the same
    const QByteArray script = "echo it works >&" + QByteArray::number(line[1]);
    QVERIFY(startDetached({{"/bin/sh", "-c", script}, {m_mark}, {line[1]}}));
    writeEnd.reset();
    QFile output;
    QVERIFY(output.open(readEnd.get(), QIODevice::ReadOnly));
    QCOMPARE(output.readAll(), "it works\n");
}

void TestDetachedProcess::withoutADescriptorItIsNotStarted()
{
    DetachedCommand command = testServer();
    const FileDescriptor kept(open("/dev/zero", O_RDONLY));
    FileDescriptor gone(fcntl(kept.get(), F_DUPFD, 900)); // whose number nobody else gets soon
    command.inherited = {gone.get()};
    gone.reset();
    const auto started = startDetached(command);
    QVERIFY(!started.has_value());
    QVERIFY2(started.error().message.contains(strerror(EBADF)),
             qPrintable(started.error().message));
    QVERIFY(!theProgram().has_value());
}

void TestDetachedProcess::ownDescriptorsStayAsTheyWere()
{
    const FileDescriptor passed(open("/dev/zero", O_RDONLY | O_CLOEXEC));
    const FileDescriptor kept(open("/dev/zero", O_RDONLY));
    DetachedCommand command = testServer();
    command.inherited = {passed.get()};
    dumpOf(command);
    QCOMPARE(fcntl(passed.get(), F_GETFD), FD_CLOEXEC);
    QCOMPARE(fcntl(kept.get(), F_GETFD), 0);
}

void TestDetachedProcess::whatCannotBeExecutedIsAnError_data()
{
    QTest::addColumn<QByteArray>("program");
    QTest::addColumn<int>("error");

    QTest::newRow("not there") << QByteArray("/nowhere/program") << ENOENT;
    QTest::newRow("empty") << QByteArray("") << ENOENT;
    QTest::newRow("a directory") << QByteArray("/usr") << EACCES;
    QTest::newRow("not executable") << QByteArray("/etc/passwd") << EACCES;
    QTest::newRow("not searched in PATH") << QByteArray("sh") << ENOENT;
}

void TestDetachedProcess::whatCannotBeExecutedIsAnError()
{
    QFETCH(QByteArray, program);
    QFETCH(int, error);
    const auto started = startDetached({{program}, {m_mark}, {}});
    QVERIFY(!started.has_value());
    QCOMPARE(started.error().kind, Error::Kind::Io);
    QVERIFY(started.error().message.contains('\'' + QString::fromUtf8(program) + '\''));
    QVERIFY(started.error().message.contains(strerror(error)));
    QTRY_VERIFY(processesWith(m_mark).isEmpty());
    QVERIFY(waitpid(-1, nullptr, WNOHANG) < 0);
}

void TestDetachedProcess::nothingStaysOpenHere()
{
    if (!hasProc())
        QSKIP("This system has no /proc.");
    const auto before = descriptorsOf(getpid());
    QVERIFY(startDetached(testServer()));
    QVERIFY(!startDetached({{"/nowhere/program"}, {m_mark}, {}}));
    QCOMPARE(descriptorsOf(getpid()), before);
}

QTEST_GUILESS_MAIN(TestDetachedProcess)
#include "tst_detachedprocess.moc"
