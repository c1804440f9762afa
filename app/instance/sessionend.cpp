#include "app/instance/sessionend.h"

#include <QEvent>
#include <QGuiApplication>
#include <QSessionManager>

namespace sharedserver {

SessionEnd::SessionEnd(QObject *parent)
    : QObject(parent)
{
    qApp->installEventFilter(this);
    // Whether it starts with the next session is what the autostart entry says, and that is hidden:
    // a session manager would start it a second time, without its options.
    const auto isNotPartOfTheSession = [](QSessionManager &manager) {
        manager.setRestartHint(QSessionManager::RestartNever);
    };
    connect(qGuiApp, &QGuiApplication::commitDataRequest, this, isNotPartOfTheSession,
            Qt::DirectConnection);
    connect(qGuiApp, &QGuiApplication::saveStateRequest, this, isNotPartOfTheSession,
            Qt::DirectConnection);
}

bool SessionEnd::eventFilter(QObject *watched, QEvent *event)
{
    if (watched != qApp || event->type() != QEvent::Quit)
        return false;
    emit asked();
    return true;
}

} // namespace sharedserver
