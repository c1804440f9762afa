#include "app/tray/trayfinder.h"

#include "app/tray/statusnotifierfinder.h"
#include "app/tray/xembedfinder.h"

#include <QSystemTrayIcon>
#include <QTimer>

namespace sharedserver {

TrayFinder::TrayFinder(QObject *parent)
    : QObject(parent)
{
}

TrayFinder::~TrayFinder() = default;

void TrayFinder::begin()
{
#ifdef Q_OS_LINUX
    m_notifier = std::make_unique<StatusNotifierFinder>();
    connect(m_notifier.get(), &StatusNotifierFinder::found, this, &TrayFinder::handleFound);
    // Where there are both, the newer one is the better.
    connect(m_notifier.get(), &StatusNotifierFinder::notThere, this, [this] {
        if (m_xembed)
            return;
        m_xembed = std::make_unique<XEmbedFinder>();
        connect(m_xembed.get(), &XEmbedFinder::found, this, &TrayFinder::handleFound);
        m_xembed->begin();
    });
    m_notifier->begin();
#else
    if (QSystemTrayIcon::isSystemTrayAvailable())
        QMetaObject::invokeMethod(this, &TrayFinder::handleFound, Qt::QueuedConnection);
#endif
    QTimer::singleShot(kPatience, this, [this] {
        if (!m_isFound)
            emit missing();
    });
}

void TrayFinder::handleFound()
{
    if (std::exchange(m_isFound, true))
        return;
    // Later: one of them is just telling this.
    QMetaObject::invokeMethod(
        this,
        [this] {
            m_notifier.reset();
            m_xembed.reset();
            emit found();
        },
        Qt::QueuedConnection);
}

} // namespace sharedserver
