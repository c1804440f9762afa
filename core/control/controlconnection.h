#pragma once

#include <QByteArrayList>
#include <QDeadlineTimer>
#include <QJsonObject>
#include <QJsonValue>
#include <QObject>
#include <QSet>

class QLocalSocket;
class QTimer;

namespace sharedserver {

struct Error;

/// One client of the control socket: cuts its bytes into requests, and enforces the protocol's
/// limits. Whatever it does wrong costs this connection at the most.
class ControlConnection : public QObject
{
    Q_OBJECT
public:
    /// Takes the socket over.
    explicit ControlConnection(QLocalSocket *socket, QObject *parent = nullptr);

    void answer(const QJsonValue &id, const QJsonObject &result);
    void answerError(const QJsonValue &id, const Error &error);
    void answerCoded(const QJsonValue &id, int code, const QString &message);
    void notify(const QByteArray &line);
    /// Waits until all answers are with the kernel, or that time has come: then it is false. Passes
    /// on what can be passed on at once in any case.
    bool flush(const QDeadlineTimer &deadline);
    bool isOpen() const { return !m_over && !m_hasHungUp; }
    /// Lets the client go at once, without a word.
    void dismiss();

    /// A hello of a version that we speak was said.
    void setGreeted();
    bool isGreeted() const { return m_greeted; }
    void subscribe(const QSet<QString> &names);
    /// Whether events of this server are wanted.
    bool wants(const QString &serverName) const;

    /// An environment that came in parts, for the next request that starts something.
    void stageEnvironment(const QByteArrayList &part);
    QByteArrayList takeStagedEnvironment();

signals:
    void requested(const QJsonValue &id, const QString &method, const QJsonObject &params);
    /// The connection has ended, for whatever reason.
    void ended();

private:
    void takeInput();
    void readLines();
    void readOn();
    void handleDisconnect();
    void readRequest(const QByteArray &line);
    void send(const QByteArray &line);
    void giveUp(int code, const QString &message);

    QLocalSocket *m_socket;
    QTimer *m_helloTimer; ///< until hello
    QByteArrayList m_staged;
    qsizetype m_stagedSize = 0;
    QSet<QString> m_names; ///< empty means all
    bool m_greeted = false;
    bool m_subscribed = false;
    bool m_over = false;
    QByteArray m_input; ///< what is not handled yet
    bool m_hasMore = false; ///< lines that are left for the next turn of the event loop
    bool m_hasHungUp = false;
};

} // namespace sharedserver
