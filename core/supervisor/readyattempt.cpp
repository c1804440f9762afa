#include "core/supervisor/readyattempt.h"

#include "core/base/bytes.h"
#include "core/log/logfollower.h"
#include "core/process/exitstatus.h"
#include "core/process/filedescriptor.h"
#include "core/supervisor/serverprocess.h"

#include <QNetworkAccessManager>
#include <QNetworkProxy>
#include <QNetworkReply>
#include <QRegularExpression>
#include <QTcpSocket>

#include <fcntl.h>

namespace sharedserver {

namespace {

/// Something listens on a port.
class TcpAttempt : public ReadyAttempt
{
public:
    explicit TcpAttempt(const ReadyCheck &check)
        : m_port(check.port)
        , m_hosts(check.host.isEmpty()
                      // Not "localhost": looking it up takes a thread, and may find one of the two.
                      ? QStringList{QStringLiteral("127.0.0.1"), QStringLiteral("::1")}
                      : QStringList{check.host})
    {
        m_socket.setProxy(QNetworkProxy::NoProxy);
        connect(&m_socket, &QTcpSocket::connected, this, [this] { emit ended(true); });
        connect(&m_socket, &QTcpSocket::errorOccurred, this, &TcpAttempt::tryNext,
                Qt::QueuedConnection);
    }

    void start() override { tryNext(); }

private:
    void tryNext()
    {
        if (m_hosts.isEmpty()) {
            emit ended(false);
            return;
        }
        m_socket.abort();
        m_socket.connectToHost(m_hosts.takeFirst(), m_port);
    }

    quint16 m_port;
    QStringList m_hosts;
    QTcpSocket m_socket;
};

/// A URL answers, and not with an error.
class HttpAttempt : public ReadyAttempt
{
public:
    explicit HttpAttempt(const ReadyCheck &check)
        : m_url(check.text)
    {
        m_network.setProxy(QNetworkProxy::NoProxy);
    }

    void start() override
    {
        QNetworkRequest request(m_url);
        // A redirection is an answer; where it leads to may be another server.
        request.setAttribute(QNetworkRequest::RedirectPolicyAttribute,
                             QNetworkRequest::ManualRedirectPolicy);
        QNetworkReply *reply = m_network.get(request);
        // The head says it all, and the body may never end.
        connect(reply, &QNetworkReply::metaDataChanged, this, [this, reply] { judge(reply); });
        connect(reply, &QNetworkReply::finished, this, [this, reply] { judge(reply); });
    }

private:
    void judge(const QNetworkReply *reply)
    {
        if (m_isJudged)
            return;
        m_isJudged = true;
        const int status =
            reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(); // 0 without answer
        emit ended(status >= 200 && status < 400);
    }

    QUrl m_url;
    QNetworkAccessManager m_network;
    bool m_isJudged = false;
};

/// A line of the server's output matches.
class LogAttempt : public ReadyAttempt
{
public:
    LogAttempt(const ReadyCheck &check, const ReadySubject &subject)
        : m_expression(check.text)
        , m_follower(subject.logPath)
        , m_subject(subject)
    {
        connect(&m_follower, &LogFollower::appended, this, &LogAttempt::read);
    }

    bool isPatient() const override { return true; }

    void start() override
    {
        LogPosition begin;
        if (const auto chain = LogChain::open(m_subject.logPath))
            begin = {chain->identity(), m_subject.logOffset};
        m_follower.beginAt(begin);
    }

private:
    // What is searched of a line without an end.
    static constexpr qsizetype kMostOfALine = 64 * 1024;

    void read(const QByteArray &text)
    {
        m_pending += text;
        qsizetype begin = 0;
        qsizetype end = m_pending.indexOf('\n');
        while (end >= 0) {
            match(m_pending.mid(begin, end - begin));
            begin = end + 1;
            end = m_pending.indexOf('\n', begin);
        }
        m_pending.remove(0, begin);
        // A prompt has no end of line, and yet may be what is waited for.
        match(m_pending);
        if (m_pending.size() > kMostOfALine)
            m_pending.clear();
    }

    void match(const QByteArray &line)
    {
        if (m_isFound || line.isEmpty() || !m_expression.match(displayText(line)).hasMatch())
            return;
        m_isFound = true;
        emit ended(true);
    }

    QRegularExpression m_expression;
    LogFollower m_follower;
    ReadySubject m_subject;
    QByteArray m_pending;
    bool m_isFound = false;
};

/// A command ends with exit code 0. It runs in the server's world, but its output goes nowhere.
class ExecAttempt : public ReadyAttempt
{
public:
    ExecAttempt(const ReadyCheck &check, const ReadySubject &subject)
        : m_spec(subject.spec)
        , m_process(subject.monitor)
    {
        m_spec.command = check.command;
        m_process.setBoundToUs();
        connect(&m_process, &ServerProcess::executionFailed, this, [this] { emit ended(false); });
        connect(&m_process, &ServerProcess::ended, this,
                [this](const ExitStatus &status) { emit ended(status.exitCode == 0); });
    }

    void start() override
    {
        const auto executable = resolveExecutable(m_spec);
        const FileDescriptor nowhere(::open("/dev/null", O_WRONLY | O_CLOEXEC));
        const bool isHeld = executable && nowhere.isOpen()
            && m_process.startHeld(*executable, m_spec, nowhere.get());
        if (isHeld)
            m_process.release();
        else
            emit ended(false);
    }

private:
    LaunchSpec m_spec;
    ServerProcess m_process;
};

} // namespace

Result<void> canAttempt(const ReadyCheck &check)
{
    const QString https = QStringLiteral("https");
    const bool needsTls =
        check.kind == ReadyCheck::Kind::Http && QUrl(check.text).scheme() == https;
    if (!needsTls || QNetworkAccessManager().supportedSchemes().contains(https))
        return {};
    return failure(
        Error::Kind::Usage,
        QStringLiteral("cannot be '%1': this build of sharedserver has no TLS. Use http, "
                       "tcp, log or exec")
            .arg(check.text));
}

std::unique_ptr<ReadyAttempt> makeReadyAttempt(const ReadyCheck &check, const ReadySubject &subject)
{
    switch (check.kind) {
    case ReadyCheck::Kind::Tcp:
        return std::make_unique<TcpAttempt>(check);
    case ReadyCheck::Kind::Http:
        return std::make_unique<HttpAttempt>(check);
    case ReadyCheck::Kind::Log:
        return std::make_unique<LogAttempt>(check, subject);
    case ReadyCheck::Kind::Exec:
        break;
    }
    return std::make_unique<ExecAttempt>(check, subject);
}

} // namespace sharedserver
