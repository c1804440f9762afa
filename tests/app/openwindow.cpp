#include "tests/app/openwindow.h"

#include "app/window/detailspane.h"
#include "app/window/servertable.h"
#include "tests/app/widgets.h"

#include <QTest>

namespace sharedserver::test {

MainWindow *openWindow(InnerTray *tray)
{
    tray->application.obey("show");
    auto *window = shownWindow<MainWindow>();
    if (!window || !QTest::qWaitForWindowActive(window))
        qFatal("The window does not come");
    return window;
}

QStringList rowOf(const MainWindow *window, int row)
{
    return rowTexts(window->findChild<ServerTable *>()->model(), row);
}

void pressInDetails(const MainWindow *window, QWidget *page)
{
    window->findChild<DetailsPane *>()->setCurrentWidget(page);
}

} // namespace sharedserver::test
