// Lines over a local socket, for one who waits: what the command line asks the watcher through.

#include "core/control/linesocket.h"

#include <QTest>

#include <array>
#include <future>
#include <memory>

#include <sys/socket.h>
#include <unistd.h>

using namespace sharedserver;
using namespace std::chrono_literals;
using Transfer = LineSocket::Transfer;
using Time = LineSocket::Time;

namespace {

/// Two ends of a connection: one is tested, the other plays the watcher.
struct Connection
{
    Connection()
    {
        std::array<int, 2> ends{};
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
            qFatal("There is no socket pair.");
        socket = std::make_unique<LineSocket>(FileDescriptor(ends[0]));
        other.reset(ends[1]);
    }

    void say(const QByteArray &bytes) const
    {
        if (write(other.get(), bytes.constData(), size_t(bytes.size())) != bytes.size())
            qFatal("The other end does not take what is said.");
    }

    std::unique_ptr<LineSocket> socket;
    FileDescriptor other;
};

Time::time_point patient()
{
    return Time::now() + 60s;
}

} // namespace

class TestLineSocket : public QObject
{
    Q_OBJECT
private slots:
    void linesAreCutWhereverTheyCome();
    void aLineMayBeLong();
    void halfALineIsWaitedForUntilTheDeadline();
    void anEndWithinALineIsAnEnd();
    void moreThanTheKernelTakesIsSentWhole();
    void aReaderWhoDoesNotReadIsGivenUp();
    void sendingToNobodyRaisesNoSignal();
    void waitingForTheEndDropsWhatStillComes();
};

void TestLineSocket::linesAreCutWhereverTheyCome()
{
    const Connection connection;
    connection.say("one\ntwo\nth");
    QByteArray line;
    QCOMPARE(connection.socket->receive(&line, patient()), Transfer::Success);
    QCOMPARE(line, "one\n");
    QCOMPARE(connection.socket->receive(&line, patient()), Transfer::Success);
    QCOMPARE(line, "two\n");
    connection.say("ree\n");
    QCOMPARE(connection.socket->receive(&line, patient()), Transfer::Success);
    QCOMPARE(line, "three\n");
}

void TestLineSocket::aLineMayBeLong()
{
    const Connection connection;
    const QByteArray whole = QByteArray(1024 * 1024, 'x') + '\n';
    const auto saying = std::async(std::launch::async, [&] { connection.say(whole); });
    QByteArray line;
    QCOMPARE(connection.socket->receive(&line, patient()), Transfer::Success);
    QCOMPARE(line, whole);
}

void TestLineSocket::halfALineIsWaitedForUntilTheDeadline()
{
    const Connection connection;
    connection.say("half");
    QByteArray line;
    QCOMPARE(connection.socket->receive(&line, Time::now() + 10ms), Transfer::TimedOut);
    // And is not lost.
    connection.say(" and half\n");
    QCOMPARE(connection.socket->receive(&line, patient()), Transfer::Success);
    QCOMPARE(line, "half and half\n");
}

void TestLineSocket::anEndWithinALineIsAnEnd()
{
    Connection connection;
    connection.say("whole\nhalf");
    connection.other.reset();
    QByteArray line;
    QCOMPARE(connection.socket->receive(&line, patient()), Transfer::Success);
    QCOMPARE(line, "whole\n");
    QCOMPARE(connection.socket->receive(&line, patient()), Transfer::Ended);
}

void TestLineSocket::moreThanTheKernelTakesIsSentWhole()
{
    const Connection connection;
    const QByteArray whole(4 * 1024 * 1024, 'x');
    auto reading = std::async(std::launch::async, [&] {
        QByteArray all(whole.size(), '\0');
        qsizetype done = 0;
        while (done < all.size()) {
            const ssize_t count =
                read(connection.other.get(), all.data() + done, size_t(all.size() - done));
            if (count <= 0)
                break;
            done += count;
        }
        return all.left(done);
    });
    const Transfer sent = connection.socket->send(whole, patient());
    QCOMPARE(reading.get(), whole);
    QCOMPARE(sent, Transfer::Success);
}

void TestLineSocket::aReaderWhoDoesNotReadIsGivenUp()
{
    const Connection connection;
    QCOMPARE(connection.socket->send(QByteArray(4 * 1024 * 1024, 'x'), Time::now() + 10ms),
             Transfer::TimedOut);
}

void TestLineSocket::sendingToNobodyRaisesNoSignal()
{
    Connection connection;
    connection.other.reset();
    // A SIGPIPE would end this test.
    QCOMPARE(connection.socket->send("anyone?\n", patient()), Transfer::Ended);
}

void TestLineSocket::waitingForTheEndDropsWhatStillComes()
{
    Connection connection;
    connection.say("farewell\n");
    QCOMPARE(connection.socket->waitForEnd(Time::now() + 10ms), Transfer::TimedOut);
    connection.say("really\n");
    connection.other.reset();
    QCOMPARE(connection.socket->waitForEnd(patient()), Transfer::Success);
}

QTEST_GUILESS_MAIN(TestLineSocket)
#include "tst_linesocket.moc"
