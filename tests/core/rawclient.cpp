#include "tests/core/rawclient.h"

#include "core/control/controlsocket.h"
#include "core/control/protocol.h"
#include "core/lockfile/lockdirectory.h"

#include <QJsonDocument>

#include <cerrno>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

namespace sharedserver::test {

namespace {

// Far longer than any answer takes, also on a loaded machine with sanitizers.
constexpr int kAnswerPatienceMs = 40000;

bool waitUntil(int descriptor, short events)
{
    pollfd waited{descriptor, events, 0};
    int ready = 0;
    do {
        ready = poll(&waited, 1, kAnswerPatienceMs);
    } while (ready < 0 && errno == EINTR);
    return ready > 0;
}

} // namespace

RawClient::RawClient()
{
    const auto directory = LockDirectory::open(LockDirectory::locate());
    if (!directory || directory->isMissing())
        return;
    auto socket = connectToControlSocket(*directory);
    if (!socket)
        return;
    m_socket = std::move(*socket);
    fcntl(m_socket.get(), F_SETFL, O_NONBLOCK);
}

RawClient RawClient::greeted()
{
    RawClient client;
    const QJsonObject answer = client.ask("hello", {{"protocol", 1}, {"client", "a test"}});
    if (!answer.contains("result"))
        client.hangUp();
    return client;
}

bool RawClient::send(const QByteArray &bytes)
{
    qsizetype sent = 0;
    while (sent < bytes.size()) {
        const ssize_t count = ::send(m_socket.get(), bytes.constData() + sent,
                                     size_t(bytes.size() - sent), MSG_NOSIGNAL);
        if (count >= 0)
            sent += count;
        else if (errno != EINTR && (errno != EAGAIN || !waitUntil(m_socket.get(), POLLOUT)))
            return false;
    }
    return true;
}

bool RawClient::sendRequest(const QString &method, const QJsonObject &params, const QJsonValue &id)
{
    QJsonObject request = protocol::request(0, method, params);
    request.insert("id", id);
    return send(protocol::line(request));
}

QJsonObject RawClient::ask(const QString &method, const QJsonObject &params)
{
    const int id = ++m_lastId;
    if (!sendRequest(method, params, id))
        return {};
    for (;;) {
        const QJsonObject message = readMessage();
        if (message.isEmpty() || message.value("id") == QJsonValue(id))
            return message;
        m_events.append(message);
    }
}

QJsonObject RawClient::readMessage()
{
    qsizetype end = 0;
    while ((end = m_buffer.indexOf('\n')) < 0) {
        if (!readMore())
            return {};
    }
    const QJsonDocument document = QJsonDocument::fromJson(m_buffer.left(end));
    m_buffer.remove(0, end + 1);
    return document.object();
}

QJsonObject RawClient::readEvent()
{
    return m_events.isEmpty() ? readMessage() : m_events.takeFirst();
}

bool RawClient::waitForEnd()
{
    while (readMore())
        m_buffer.clear();
    return m_ended;
}

bool RawClient::readMore()
{
    char bytes[65536];
    ssize_t count = 0;
    while ((count = recv(m_socket.get(), bytes, sizeof(bytes), 0)) < 0) {
        const bool canGoOn =
            errno == EINTR || (errno == EAGAIN && waitUntil(m_socket.get(), POLLIN));
        if (!canGoOn) {
            m_ended = errno == ECONNRESET;
            return false;
        }
    }
    m_ended = count == 0;
    m_buffer.append(bytes, count);
    return count > 0;
}

int errorCode(const QJsonObject &answer)
{
    return answer.value("error").toObject().value("code").toInt();
}

QString errorMessage(const QJsonObject &answer)
{
    return answer.value("error").toObject().value("message").toString();
}

} // namespace sharedserver::test
