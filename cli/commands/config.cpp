#include "cli/commands/commands.h"

#include "cli/commandarguments.h"
#include "cli/commands/options.h"
#include "cli/definitions.h"
#include "cli/output.h"
#include "core/base/bytes.h"
#include "core/base/servername.h"
#include "core/config/configschema.h"
#include "core/config/configwriter.h"

#include <QFile>
#include <QFileInfo>

#include <chrono>

namespace sharedserver::commands {

namespace {

constexpr CommandOption kConfigOptions[] = {kConfigFile, kGracePeriod, kEnv, kLogFile, kWorkingDir};
// They say what a new server is, so only `add` takes them.
constexpr CommandOption kAddOptions[] = {kGracePeriod, kEnv, kLogFile, kWorkingDir};

Failure noFile()
{
    return failure(Error::Kind::Corrupt,
                   QStringLiteral("There is no servers.json here. Make one with 'sharedserver "
                                  "config add NAME -- COMMAND'."));
}

Failure wrongUsage(const QString &message)
{
    return failure(Error::Kind::Usage,
                   message + QStringLiteral(" See 'sharedserver help config'."));
}

// For others that are at it.
constexpr std::chrono::seconds kPatience{5};

class Config : public Command
{
public:
    Config()
        : Command(kConfig)
    {
    }

protected:
    Result<int> run(const CommandArguments &arguments, CommandContext &context) override
    {
        const QStringList words = arguments.words();
        const QString action = words.value(0);
        if (action == QLatin1String("add"))
            return add(arguments, context);
        if (words.size() > 1 || !arguments.command().isEmpty())
            return wrongUsage(QStringLiteral("'config %1' takes no more words.").arg(action));
        for (const CommandOption &option : kAddOptions) {
            if (arguments.isSet(option.name)) {
                return wrongUsage(QStringLiteral("'config %1' takes no --%2; 'config add' does.")
                                      .arg(action, QLatin1String(option.name)));
            }
        }
        if (action == QLatin1String("check"))
            return check(arguments, context);
        if (action == QLatin1String("path"))
            return printPath(arguments, context);
        if (action == QLatin1String("schema")) {
            context.output.raw(kConfigSchema);
            return kExitSuccess;
        }
        return wrongUsage(
            QStringLiteral("'config' needs one of: %1.").arg(joinedWords(kConfigActions, ", ")));
    }

private:
    static Result<int> check(const CommandArguments &arguments, CommandContext &context)
    {
        const auto config = loadConfig(arguments);
        if (!config)
            return Failure(config.error());
        QStringList warnings = config->warnings();
        QStringList problems;
        const QStringList names = config->names();
        for (const QString &name : names) {
            warnings += config->warnings(name);
            const auto definition = config->definition(name);
            if (!definition)
                problems.append(definition.error().message);
        }
        for (const QString &warning : std::as_const(warnings))
            context.output.warning(warning);
        for (const QString &problem : std::as_const(problems))
            context.output.error(Error{Error::Kind::Corrupt, problem});
        if (!config->isFound())
            return noFile();
        if (!problems.isEmpty())
            return kExitFailure;
        context.output.line(Mark::Done,
                            QStringLiteral("%1 is fine (servers: %2)")
                                .arg(displayText(config->path()))
                                .arg(names.size()));
        return kExitSuccess;
    }

    static Result<int> printPath(const CommandArguments &arguments, CommandContext &context)
    {
        const auto found =
            findConfig(ConfigSearch::ofProcess(bytesFromText(arguments.value("config"))));
        if (!found)
            return Failure(found.error());
        for (const QString &warning : found->warnings)
            context.output.warning(warning);
        if (!found->file)
            return noFile();
        context.output.raw(found->file->path + '\n');
        return kExitSuccess;
    }

    static Result<int> add(const CommandArguments &arguments, CommandContext &context)
    {
        auto definition = definitionOf(arguments);
        if (!definition)
            return Failure(definition.error());
        const ConfigSearch search =
            ConfigSearch::ofProcess(bytesFromText(arguments.value("config")));
        auto file = fileToChange(search);
        if (!file)
            return Failure(file.error());
        auto change = ConfigChange::begin(file->path, kPatience);
        if (!change)
            return Failure(change.error());
        file = fileToChange(search); // as others have left it
        if (!file)
            return Failure(file.error());
        keepPaths(&*definition, search.directory, projectFolder(file->path));
        const auto content = withDefinition(file->content, *definition);
        if (!content)
            return Failure(content.error());
        const auto written = change->write(*content, file->content);
        if (!written)
            return Failure(written.error());
        context.output.line(
            Mark::Done,
            QStringLiteral("Added %1 to %2").arg(definition->name, displayText(file->path)));
        if (const auto found = findConfig(search)) {
            for (const QString &warning : found->warnings)
                context.output.warning(warning);
        }
        return kExitSuccess;
    }

    /// Relative paths go on meaning what they mean here, in a file that stands elsewhere.
    static void keepPaths(ServerDefinition *definition, const QByteArray &here,
                          const QByteArray &folder)
    {
        for (QByteArray *path : {&definition->logFile, &definition->workingDirectory}) {
            const bool isRelative =
                !path->isEmpty() && !path->startsWith('/') && !path->startsWith("~/");
            if (isRelative && here != folder)
                *path = here + '/' + *path;
        }
    }

    static Result<ServerDefinition> definitionOf(const CommandArguments &arguments)
    {
        if (arguments.words().size() != 2 || arguments.command().value(0).isEmpty())
            return wrongUsage(QStringLiteral("'config add' needs a name and '-- COMMAND'."));
        const auto name = checkedServerName(arguments.words().at(1));
        if (!name)
            return Failure(name.error());
        ServerDefinition definition;
        definition.name = *name;
        definition.command = arguments.command();
        definition.gracePeriod = arguments.value("grace-period");
        definition.logFile = bytesFromText(arguments.value("log-file"));
        definition.workingDirectory = bytesFromText(arguments.value("working-dir"));
        const QStringList assignments = arguments.values("env");
        for (const QString &assignment : assignments)
            definition.environment.append(bytesFromText(assignment));
        return definition;
    }

    /// The file that is named or found, or else a new one here.
    static Result<ConfigFile> fileToChange(const ConfigSearch &search)
    {
        const QByteArray named = search.file.isEmpty() ? search.environmentFile : search.file;
        if (!named.isEmpty() && !QFile::exists(QFile::decodeName(named)))
            return ConfigFile{named, {}};
        const auto found = findConfig(search);
        if (!found)
            return Failure(found.error());
        if (!found->file) {
            const QByteArray path = search.directory + "/.sharedserver.json";
            if (QFile::exists(QFile::decodeName(path)))
                return failure(Error::Kind::Unsafe, found->warnings.join(QLatin1Char(' ')));
            // To nowhere: what is there is met above. Whoever made it chose what we would make.
            if (QFileInfo(QFile::decodeName(path)).isSymLink()) {
                return failure(Error::Kind::Unsafe,
                               QStringLiteral("'%1' is a symbolic link to nowhere. Remove it.")
                                   .arg(displayText(path)));
            }
            return ConfigFile{path, {}};
        }
        const auto understood = ServerConfig::parse(*found->file, processVariables());
        if (!understood)
            return Failure(understood.error());
        return *found->file;
    }
};

} // namespace

const CommandSpec kConfig{
    .name = "config",
    .alias = nullptr,
    .operands = Operands::ConfigAction,
    .tail = Tail::Optional,
    .summary = "Check, find and extend the definitions of servers",
    .description =
        "Definitions let 'use' and 'start' do without a command. They are in the first of\n"
        "these files that is there: the one of --config; the one of $SHAREDSERVER_CONFIG;\n"
        ".sharedserver.json or .sharedserver/servers.json here or in a folder above;\n"
        "~/.config/sharedserver/servers.json.\n"
        "\n"
        "check    says what is wrong with the file, and fails where something is\n"
        "path     prints which file it is\n"
        "schema   prints its JSON Schema, for editors\n"
        "add      adds a server to it, or begins a .sharedserver.json here",
    .example = "sharedserver config add web --grace-period 10m -- python3 -m http.server 8000\n"
               "sharedserver config check",
    .options = kConfigOptions,
};

std::unique_ptr<Command> makeConfig()
{
    return makeCommand<Config>();
}

} // namespace sharedserver::commands
