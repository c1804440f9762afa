#include "cli/program.h"

#include "cli/command.h"
#include "cli/commandtable.h"
#include "cli/helptext.h"
#include "cli/output.h"
#include "cli/rawarguments.h"

namespace sharedserver {

namespace {

bool isHelpOption(const QString &word)
{
    return word == QLatin1String("-h") || word == QLatin1String("--help");
}

bool isVersionOption(const QString &word)
{
    return word == QLatin1String("-V") || word == QLatin1String("--version");
}

int refuse(Output &output, const QString &message)
{
    output.error(Error{Error::Kind::Usage, message});
    return kExitUsage;
}

int refuseWord(Output &output, const QString &word, bool inAdmin)
{
    const QString help =
        inAdmin ? QStringLiteral("sharedserver help admin") : QStringLiteral("sharedserver help");
    if (word.startsWith(QLatin1Char('-'))) {
        return refuse(
            output,
            QStringLiteral("There is no option '%1' before a command. See '%2'.").arg(word, help));
    }
    return refuse(output,
                  QStringLiteral("There is no command '%1'.%2 See '%3'.")
                      .arg(inAdmin ? QStringLiteral("admin ") + word : word,
                           commandHint(word, inAdmin), help));
}

} // namespace

int runProgram(int argc, char **argv, Output &output)
{
    RawArguments arguments = RawArguments::fromArgv(argc, argv);
    const bool inAdmin =
        !arguments.words.isEmpty() && arguments.words.first() == QLatin1String(kAdminPrefix);
    if (inAdmin)
        arguments.words.removeFirst();
    const QString help = inAdmin ? adminHelpText() : programHelpText();

    if (arguments.words.isEmpty()) {
        output.errorText(help);
        return kExitUsage;
    }
    const QString word = arguments.words.takeFirst();
    if (isHelpOption(word)) {
        output.text(help);
        return output.finish(kExitSuccess);
    }
    if (isVersionOption(word)) {
        output.text(QStringLiteral("sharedserver " SHAREDSERVER_VERSION "\n"));
        return output.finish(kExitSuccess);
    }
    const CommandEntry *entry = findCommand(word, inAdmin);
    if (inAdmin && word == QLatin1String("help")) {
        arguments.words.prepend(QLatin1String(kAdminPrefix)); // admin help = help admin
        entry = findCommand(word, false);
    }
    if (!entry)
        return refuseWord(output, word, inAdmin);
    CommandContext context{output, argc, argv};
    return output.finish(entry->make()->execute(arguments, context));
}

} // namespace sharedserver
