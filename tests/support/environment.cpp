#include "tests/support/environment.h"

#include "core/process/platform.h"

namespace sharedserver::test {

QByteArrayList environmentOf(qint64 pid)
{
    QByteArrayList entries;
    for (const std::string &entry : platform::initialEnvironment(pid_t(pid)))
        entries.append(QByteArray::fromStdString(entry));
    return entries;
}

} // namespace sharedserver::test
