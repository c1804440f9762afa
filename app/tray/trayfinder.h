#pragma once

#include <QObject>
#include <QTimer>

#include <memory>

namespace sharedserver {

class StatusNotifierFinder;
class XEmbedFinder;

/// Finds out whether this desktop has a place for a tray icon, now or later.
///
/// Qt looks for a StatusNotifierItem host only once in a process's life, at the first question
/// about the tray (qgenericunixthemes.cpp), and never notices one that comes later, as panels do
/// at login. So nobody may ask Qt before found().
class TrayFinder : public QObject
{
    Q_OBJECT
public:
    /// How long a desktop that is just starting may take to bring up its panel.
    static constexpr std::chrono::seconds kPatience{10};

    explicit TrayFinder(QObject *parent = nullptr);
    ~TrayFinder() override;

    void begin();

signals:
    /// From now on Qt can make an icon. Comes once.
    void found();
    /// None has come so far. It is still being looked for.
    void missing();

private:
    void handleFound();

    std::unique_ptr<StatusNotifierFinder> m_notifier;
    std::unique_ptr<XEmbedFinder> m_xembed;
    QTimer m_patience;
    bool m_isFound = false;
};

} // namespace sharedserver
