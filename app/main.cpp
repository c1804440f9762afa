#include "app/instance/ownscope.h"
#include "app/instance/singleinstance.h"
#include "app/settings/translation.h"
#include "app/tray/stateicon.h"
#include "app/trayapplication.h"
#include "app/trayoptions.h"
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
        QCommandLineParser parser;
        parser.setApplicationDescription(
            tr("Shows shared servers in the desktop's tray, and looks after them."));
        parser.addHelpOption();
        parser.addVersionOption();
        for (const TrayOption &option : kTrayOptions)
            parser.addOption({QLatin1String(option.name), tr(option.summary)});
        parser.process(application);
        const auto isSet = [&parser](const TrayOption &option) {
            return parser.isSet(QLatin1String(option.name));
        };
        return {.hidden = isSet(kTrayHidden), .show = isSet(kTrayShow), .quit = isSet(kTrayQuit)};
    }
};

Result<void> endRunning()
{
    const auto directory = LockDirectory::open(LockDirectory::locate());
    if (!directory)
        return Failure(directory.error());
    return directory->isMissing() ? Result<void>() : SingleInstance(*directory).endOther();
}

/// Qt ends the program without a word for the user where it finds no display.
bool hasDisplay()
{
#if defined(Q_OS_UNIX) && !defined(Q_OS_MACOS)
    for (const char *variable : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}) {
        if (!qEnvironmentVariableIsEmpty(variable))
            return true;
    }
    return false;
#else
    return true;
#endif
}

int end(const Result<void> &result)
{
    return result ? 0 : fail(result.error());
}

/// What works without a display, too: help, the version, and the end of the one that runs.
int runWithoutDisplay(int &argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    installTranslations();
    if (Options::parse(application).quit)
        return end(endRunning());
    return fail({Error::Kind::Usage,
                 Options::tr("There is no desktop here: neither DISPLAY nor WAYLAND_DISPLAY is "
                             "set. The command 'sharedserver' works without one.")});
}

} // namespace

int main(int argc, char **argv)
{
    fillStandardStreams();
    const CallerContext context = CallerContext::current(); // before a watcher changes the umask
    QCoreApplication::setApplicationName(QStringLiteral("sharedserver-tray"));
    QCoreApplication::setApplicationVersion(QStringLiteral(SHAREDSERVER_VERSION));
    if (!hasDisplay())
        return runWithoutDisplay(argc, argv);
    QApplication application(argc, argv);
    QApplication::setDesktopFileName(QStringLiteral("sharedserver"));
    QApplication::setQuitOnLastWindowClosed(false);
    installTranslations();
    QApplication::setApplicationDisplayName(TrayApplication::tr("Shared Servers"));
    QApplication::setWindowIcon(programIcon());

    const Options options = Options::parse(application);
    if (options.quit)
        return end(endRunning());
    const auto location = LockDirectory::locate();
    const auto directory = LockDirectory::openOrCreate(location);
    if (!directory)
        return fail(directory.error());
    SingleInstance instance(*directory);
    const auto role = instance.settle(options.hidden ? "hidden" : "show");
    if (!role)
        return fail(role.error());
    if (*role == SingleInstance::Role::Second)
        return 0;

    leaveService();
    TerminationSignals unixSignals;
    TrayApplication tray(location, *directory, context);
    QObject::connect(&instance, &SingleInstance::told, &tray, &TrayApplication::obey);
    QObject::connect(&instance, &SingleInstance::quitAsked, &tray, &TrayApplication::quitQuietly);
    QObject::connect(&tray, &TrayApplication::leaving, &instance, &SingleInstance::stopAnswering);
    // Not quit(), which SessionEnd holds back.
    QObject::connect(&tray, &TrayApplication::finished, &application,
                     [] { QCoreApplication::exit(); });
    QObject::connect(&tray, &TrayApplication::directoryRestored, &instance,
                     &SingleInstance::moveTo);
    QObject::connect(&tray, &TrayApplication::directoryChanged, &instance,
                     &SingleInstance::handleDirectoryChange);
    QObject::connect(&unixSignals, &TerminationSignals::received, &tray,
                     &TrayApplication::quitQuietly);
    const bool showsWindow = options.show || !(options.hidden || tray.settings()->startHidden());
    if (const auto begun = tray.begin(showsWindow); !begun)
        return fail(begun.error());
    return QApplication::exec();
}
