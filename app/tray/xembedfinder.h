#pragma once

#include <QAbstractNativeEventFilter>
#include <QObject>

#include <cstdint>

namespace sharedserver {

/// Finds an X11 panel with a system tray, now or later (freedesktop.org's System Tray Protocol
/// specification: the owner of _NET_SYSTEM_TRAY_Sn, who announces himself by a MANAGER message to
/// the root window). Finds nothing on other platforms.
class XEmbedFinder
    : public QObject
    , public QAbstractNativeEventFilter
{
    Q_OBJECT
public:
    explicit XEmbedFinder(QObject *parent = nullptr);
    ~XEmbedFinder() override;

    void begin();

    bool nativeEventFilter(const QByteArray &type, void *message, qintptr *result) override;

signals:
    void found();

private:
    std::uint32_t m_manager = 0; ///< these two are atoms
    std::uint32_t m_selection = 0;
};

} // namespace sharedserver
