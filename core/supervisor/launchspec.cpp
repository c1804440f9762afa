#include "core/supervisor/launchspec.h"

#include "core/base/bytes.h"

#include <sys/stat.h>
#include <unistd.h>

namespace sharedserver {

namespace {

// What the C library searches where PATH is not set (confstr(3), _CS_PATH), and where most
// programs are.
constexpr char kDefaultPath[] = "/usr/local/bin:/bin:/usr/bin";

QByteArray absolutePath(const QByteArray &path, const QByteArray &directory)
{
    return path.startsWith('/') ? path : directory + '/' + path;
}

bool isExecutableFile(const QByteArray &path)
{
    struct stat status;
    return stat(path.constData(), &status) == 0 && S_ISREG(status.st_mode)
        && access(path.constData(), X_OK) == 0;
}

/// The absolute path of a command word, empty where nothing executable is found.
QByteArray findProgram(const QByteArray &word, const LaunchSpec &spec)
{
    if (word.isEmpty())
        return {};
    if (word.contains('/')) {
        const QByteArray path = absolutePath(word, spec.workingDirectory);
        return isExecutableFile(path) ? path : QByteArray();
    }
    QByteArray searchPath = spec.environmentValue("PATH");
    if (searchPath.isEmpty())
        searchPath = kDefaultPath;
    for (const QByteArray &entry : searchPath.split(':')) {
        // An empty entry means the working directory (exec(3), POSIX "PATH").
        const QByteArray directory = absolutePath(entry, spec.workingDirectory);
        const QByteArray path = directory + '/' + word;
        if (isExecutableFile(path))
            return path;
    }
    return {};
}

bool holdsWhiteSpace(const QByteArray &text)
{
    for (const char c : text) {
        if (c == ' ' || c == '\t' || c == '\n')
            return true;
    }
    return false;
}

Failure notExecutable(const QByteArray &word, const LaunchSpec &spec)
{
    const QString name = displayText(word);
    if (!word.contains('/')) {
        return failure(Error::Kind::CannotStart,
                       QStringLiteral("Command '%1' was not found in PATH. Check its spelling, or "
                                      "give its full path.")
                           .arg(name));
    }
    struct stat status;
    const QByteArray path = absolutePath(word, spec.workingDirectory);
    if (stat(path.constData(), &status) != 0) {
        return failure(Error::Kind::CannotStart,
                       QStringLiteral("Command '%1' does not exist. Check its path.").arg(name));
    }
    return failure(Error::Kind::CannotStart,
                   QStringLiteral("Command '%1' is not an executable file. Make it one with "
                                  "'chmod +x', or run it through its interpreter.")
                       .arg(name));
}

} // namespace

QJsonObject LaunchSpec::toJson() const
{
    QJsonObject json{
        {QStringLiteral("command"), jsonFromBytes(command)},
        {QStringLiteral("env"), jsonFromBytes(environment)},
        {QStringLiteral("working_dir"), textFromBytes(workingDirectory)},
        {QStringLiteral("log_file"), textFromBytes(logFile)},
        {QStringLiteral("grace_period"), gracePeriod},
        {QStringLiteral("restart"), restartPolicyWord(restart)},
    };
    if (ready)
        json.insert(QStringLiteral("ready"), ready->source);
    if (umask)
        json.insert(QStringLiteral("umask"), *umask);
    return json;
}

LaunchSpec LaunchSpec::fromJson(const QJsonObject &json)
{
    LaunchSpec spec;
    spec.command = bytesFromJson(json.value(QLatin1String("command")).toArray());
    spec.environment = bytesFromJson(json.value(QLatin1String("env")).toArray());
    spec.workingDirectory = bytesFromText(json.value(QLatin1String("working_dir")).toString());
    spec.logFile = bytesFromText(json.value(QLatin1String("log_file")).toString());
    spec.gracePeriod = json.value(QLatin1String("grace_period")).toString();
    spec.restart = restartPolicyFromWord(json.value(QLatin1String("restart")).toString())
                       .value_or(RestartPolicy::Never);
    if (const auto check = ReadyCheck::fromJson(json.value(QLatin1String("ready")).toObject()))
        spec.ready = *check;
    const QJsonValue mask = json.value(QLatin1String("umask"));
    if (mask.isDouble())
        spec.umask = mask.toInt() & 0777;
    return spec;
}

QByteArray LaunchSpec::environmentValue(const char *name) const
{
    const QByteArray prefix = QByteArray(name) + '=';
    for (const QByteArray &entry : environment) {
        if (entry.startsWith(prefix))
            return entry.mid(prefix.size());
    }
    return {};
}

Result<Executable> resolveExecutable(const LaunchSpec &spec)
{
    if (spec.command.isEmpty()) {
        return failure(Error::Kind::Usage,
                       QStringLiteral("No command was given. Add one after '--'."));
    }
    const QByteArray word = spec.command.first();
    const QByteArray program = findProgram(word, spec);
    if (!program.isEmpty())
        return Executable{program, spec.command};
    if (spec.command.size() == 1 && holdsWhiteSpace(word))
        return Executable{"/bin/sh", {"sh", "-c", word}};
    return notExecutable(word, spec);
}

} // namespace sharedserver
