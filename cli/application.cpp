#include "cli/application.h"

namespace sharedserver {

namespace {

/// Sets a variable for as long as it exists. It must not stay: a watcher would inherit it, and what
/// it starts would see a world that is not its caller's.
class TemporaryVariable
{
public:
    TemporaryVariable(const char *name, const QByteArray &value)
        : m_name(name)
        , m_wasSet(qEnvironmentVariableIsSet(name))
        , m_before(qgetenv(name))
    {
        qputenv(name, value);
    }
    ~TemporaryVariable()
    {
        if (m_wasSet)
            qputenv(m_name, m_before);
        else
            qunsetenv(m_name);
    }
    TemporaryVariable(const TemporaryVariable &) = delete;
    TemporaryVariable &operator=(const TemporaryVariable &) = delete;

private:
    const char *m_name;
    bool m_wasSet;
    QByteArray m_before;
};

void dropMessage(QtMsgType, const QMessageLogContext &, const QString &) {}

} // namespace

std::unique_ptr<QCoreApplication> makeApplication(CommandContext &context)
{
    // Qt's own event dispatcher does all we need; GLib's costs memory and two more libraries'
    // initialisation. Only the constructor looks at this.
    const TemporaryVariable noGlib("QT_NO_GLIB", "1");
    // It complains about locales that are not UTF-8; our marks take care of those.
    const QtMessageHandler before = qInstallMessageHandler(dropMessage);
    auto application = std::make_unique<QCoreApplication>(context.argc, context.argv);
    qInstallMessageHandler(before);
    return application;
}

} // namespace sharedserver
