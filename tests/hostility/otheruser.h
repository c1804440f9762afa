#pragma once

#include <QByteArray>

#include <functional>

#include <sys/types.h>

namespace sharedserver::test {

/// Somebody whom this machine knows nothing of, and who is not `nobody`, whom other tests are.
constexpr uid_t kStranger = 65533;

/// Only root can be somebody else. Skip with kOnlyRoot where this is false.
bool canBeAnotherUser();
constexpr char kOnlyRoot[] = "Only root can be another user.";

/// Runs `act` in a process of the stranger's; what it returned, or -1 where that process died.
int asStranger(const std::function<int()> &act);

/// A process of the stranger's that listens on a socket at this path, and accepts and keeps
/// connections without a word until this object goes.
class StrangersSocket
{
public:
    explicit StrangersSocket(const QByteArray &path);
    ~StrangersSocket();
    StrangersSocket(const StrangersSocket &) = delete;
    StrangersSocket &operator=(const StrangersSocket &) = delete;

    bool isListening() const { return m_isListening; }
    pid_t pid() const { return m_process; }

private:
    pid_t m_process = -1;
    bool m_isListening = false;
};

} // namespace sharedserver::test
