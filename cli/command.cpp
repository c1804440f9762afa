#include "cli/command.h"

#include "cli/commandarguments.h"
#include "cli/helptext.h"
#include "cli/output.h"
#include "cli/rawarguments.h"

namespace sharedserver {

QString joinedWords(std::span<const char *const> words, const char *separator)
{
    QString text;
    for (const char *word : words) {
        if (!text.isEmpty())
            text += QLatin1String(separator);
        text += QLatin1String(word);
    }
    return text;
}

int Command::execute(const RawArguments &arguments, CommandContext &context)
{
    const auto parsed = CommandArguments::parse(m_spec, arguments);
    if (!parsed) {
        Error error = parsed.error();
        error.message +=
            QStringLiteral(" See 'sharedserver help %1'.").arg(QLatin1String(m_spec.name));
        context.output.error(error);
        return kExitUsage;
    }
    if (parsed->isHelpWanted()) {
        context.output.text(commandHelpText(m_spec));
        return kExitSuccess;
    }
    const auto code = run(*parsed, context);
    if (code)
        return *code;
    context.output.error(code.error());
    return code.error().kind == Error::Kind::Usage ? kExitUsage : kExitFailure;
}

} // namespace sharedserver
