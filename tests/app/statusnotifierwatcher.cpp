#include "tests/app/statusnotifierwatcher.h"

#include <QDBusMessage>

namespace sharedserver::test {

QStringList StatusNotifierWatcher::items() const
{
    const QMutexLocker lock(&m_mutex);
    return m_items;
}

void StatusNotifierWatcher::RegisterStatusNotifierItem(const QString &service)
{
    const QMutexLocker lock(&m_mutex);
    m_items.append(service.startsWith('/') ? message().service() : service);
}

} // namespace sharedserver::test
