#pragma once

#include <QObject>

namespace sharedserver {

/// The end of the desktop's session, as Qt learns of it: from an X11 session manager (XSMP's "Die")
/// or from macOS. Qt would close all windows and leave the event loop; here it is only told, so
/// that servers find their next watcher before the program ends. So it does with
/// QCoreApplication::quit(); exit() is what ends the loop.
class SessionEnd : public QObject
{
    Q_OBJECT
public:
    /// There must be a QGuiApplication.
    explicit SessionEnd(QObject *parent = nullptr);

signals:
    void asked();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
};

} // namespace sharedserver
