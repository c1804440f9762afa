#include "app/instance/singleinstance.h"
#include "app/settings/translation.h"
#include "app/tray/stateicon.h"
#include "app/trayapplication.h"
#include "core/process/callercontext.h"
#include "core/process/filedescriptor.h"
#include "core/process/terminationsignals.h"

#include <QApplication>
#include <QCommandLineParser>

#include <cstdio>

using namespace sharedserver;

namespace {

int fail(const Error &error)
{
    std::fprintf(stderr, "%s\n", qUtf8Printable(error.message));
    return 1;
}

struct Options
{
    Q_DECLARE_TR_FUNCTIONS(Options)
public:
    bool hidden = false;
    bool show = false;
    bool quit = false;

    static Options parse(const QCoreApplication &application)
    {
        const QCommandLineOption hidden(QStringLiteral("hidden"), tr("Start with the icon alone"));
        const QCommandLineOption show(QStringLiteral("show"), tr("Open the window"));
        const QCommandLineOption quit(QStringLiteral("quit"),
                                      tr("End the tray that runs; its servers go on unless the "
                                         "settings say otherwise"));
        QCommandLineParser parser;
        parser.setApplicationDescription(
            tr("Shows shared servers in the desktop's tray, and looks after them."));
        parser.addHelpOption();
        parser.addVersionOption();
        parser.addOptions({hidden, show, quit});
        parser.process(application);
        return {
            .hidden = parser.isSet(hidden), .show = parser.isSet(show), .quit = parser.isSet(quit)};
    }
};

} // namespace

int main(int argc, char **argv)
{
    fillStandardStreams();
    const CallerContext context = CallerContext::current(); // before a watcher changes the umask
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("sharedserver-tray"));
    QApplication::setApplicationVersion(QStringLiteral(SHAREDSERVER_VERSION));
    QApplication::setDesktopFileName(QStringLiteral("sharedserver"));
    QApplication::setQuitOnLastWindowClosed(false);
    installTranslations();
    QApplication::setApplicationDisplayName(TrayApplication::tr("Shared Servers"));
    QApplication::setWindowIcon(programIcon());

    const Options options = Options::parse(application);
    const auto location = LockDirectory::locate();
    const auto directory = LockDirectory::openOrCreate(location);
    if (!directory)
        return fail(directory.error());
    SingleInstance instance(*directory);
    if (options.quit) {
        const auto ended = instance.endOther();
        return ended ? 0 : fail(ended.error());
    }
    const auto role = instance.settle(options.hidden ? "hidden" : "show");
    if (!role)
        return fail(role.error());
    if (*role == SingleInstance::Role::Second)
        return 0;

    TerminationSignals unixSignals;
    TrayApplication tray(location, *directory, context);
    QObject::connect(&instance, &SingleInstance::told, &tray, &TrayApplication::obey);
    QObject::connect(&instance, &SingleInstance::quitAsked, &tray, &TrayApplication::quitQuietly);
    QObject::connect(&unixSignals, &TerminationSignals::received, &tray,
                     &TrayApplication::quitQuietly);
    const bool showsWindow = options.show || !(options.hidden || tray.settings()->startHidden());
    if (const auto begun = tray.begin(showsWindow); !begun)
        return fail(begun.error());
    return QApplication::exec();
}
