#include "tests/app/innertray.h"

#include "app/settings/translation.h"
#include "tests/support/commandline.h"

#include <QApplication>
#include <QFileInfo>
#include <QTest>

namespace sharedserver::test {

InnerTray::InnerTray()
{
    const auto begun = application.begin(false);
    if (!begun)
        qFatal("The tray does not begin: %s", qPrintable(begun.error().message));
}

int onDesktop(int argc, char **argv, const std::function<int(Desktop *)> &work)
{
    Desktop desktop;
    desktop.enter();
    // Where it finds whom to hand over to; else that is beside it.
    const QByteArray folder = QFileInfo(programUnderTest()).path().toUtf8();
    qputenv("PATH", folder + ':' + qgetenv("PATH"));
    const QApplication application(argc, argv);
    QApplication::setQuitOnLastWindowClosed(false);
    installTranslations(QLocale::c());
    return work(&desktop);
}

int runOnDesktop(int argc, char **argv,
                 const std::function<std::unique_ptr<QObject>(Desktop *)> &test)
{
    return onDesktop(argc, argv, [&](Desktop *desktop) {
        const auto object = test(desktop);
        return QTest::qExec(object.get(), argc, argv);
    });
}

void useMeanwhile(const QString &name, const TestClient &client, const QStringList &serverArguments)
{
    const QStringList arguments{"use", name, "--pid", client.pidText(), "--", TEST_SERVER};
    const CommandResult result = runMeanwhile(arguments + serverArguments);
    QVERIFY2(result.exitCode == 0, qPrintable(result.errors));
}

QJsonObject infoMeanwhile(const QString &name)
{
    return runMeanwhile({"info", name, "--json"}).json();
}

} // namespace sharedserver::test
