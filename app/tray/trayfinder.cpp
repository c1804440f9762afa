#include "app/tray/trayfinder.h"

#include "app/tray/statusnotifierfinder.h"
#include "app/tray/xembedfinder.h"

#include <QSystemTrayIcon>

namespace sharedserver {

TrayFinder::TrayFinder(QObject *parent)
    : QObject(parent)
{
    m_patience.setSingleShot(true);
    connect(&m_patience, &QTimer::timeout, this, &TrayFinder::missing);
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
    m_patience.start(kPatience);
}

void TrayFinder::handleFound()
{
    if (std::exchange(m_isFound, true))
        return;
    m_patience.stop();
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
