#include "cli/commands/commands.h"

#include "cli/commandarguments.h"
#include "cli/output.h"
#include "cli/watcherrequests.h"

namespace sharedserver::commands {

namespace {

/// Whether all of it is mended.
bool printFindings(const QJsonArray &findings, Output &output)
{
    bool isWell = true;
    for (const QJsonValue &finding : findings) {
        const bool isMended = finding[QLatin1String("mended")].toBool();
        isWell = isWell && isMended;
        output.line(isMended ? Mark::Done : Mark::Warning,
                    QStringLiteral("%1: %2 %3")
                        .arg(finding[QLatin1String("name")].toString(),
                             finding[QLatin1String("problem")].toString(),
                             finding[QLatin1String("action")].toString()));
    }
    return isWell;
}

class Doctor : public Command
{
public:
    Doctor()
        : Command(kDoctor)
    {
    }

protected:
    Result<int> run(const CommandArguments &arguments, CommandContext &context) override
    {
        const auto directory = LockDirectory::open(LockDirectory::locate());
        if (!directory)
            return Failure(directory.error());
        QJsonArray findings;
        if (!directory->isMissing()) {
            WatcherRequest request{.method = QStringLiteral("doctor"), .params = {}};
            if (!arguments.serverName().isEmpty())
                request.params.insert(QStringLiteral("name"), arguments.serverName());
            const auto answer = ask(request);
            if (!answer)
                return Failure(answer.error());
            findings = answer->value(QLatin1String("findings")).toArray();
        }
        if (findings.isEmpty())
            context.output.line(Mark::Done, QStringLiteral("All is well: no problems found"));
        return printFindings(findings, context.output) ? kExitSuccess : kExitFailure;
    }
};

} // namespace

const CommandSpec kDoctor{
    .name = "doctor",
    .alias = nullptr,
    .operands = Operands::OptionalServerName,
    .tail = Tail::None,
    .summary = "Find and mend what crashes have left behind",
    .description =
        "Looks for files that do not say the truth, such as those of servers that are dead,\n"
        "mends what can be mended, and says what is left: then the exit code is 1.",
    .example = "sharedserver admin doctor",
    .options = {},
};

std::unique_ptr<Command> makeDoctor()
{
    return makeCommand<Doctor>();
}

} // namespace sharedserver::commands
