#pragma once

#include "app/window/mainwindow.h"
#include "tests/app/innertray.h"

#include <QStringList>

namespace sharedserver::test {

/// The tray's window, opened and active.
MainWindow *openWindow(InnerTray *tray);

/// The texts of one row of its servers.
QStringList rowOf(const MainWindow *window, int row);

/// Turns to this page of what is said of the chosen server.
void pressInDetails(const MainWindow *window, QWidget *page);

} // namespace sharedserver::test
