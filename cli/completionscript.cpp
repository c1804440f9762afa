#include "cli/completionscript.h"

#include "cli/commandtable.h"

namespace sharedserver {

QString completionScript(const QString &shell)
{
    if (shell == QLatin1String("bash"))
        return completion::bash();
    if (shell == QLatin1String("zsh"))
        return completion::zsh();
    if (shell == QLatin1String("fish"))
        return completion::fish();
    return {};
}

namespace completion {

QList<const CommandSpec *> visibleCommands()
{
    QList<const CommandSpec *> commands;
    for (const CommandEntry &entry : commandTable()) {
        if (entry.group != CommandGroup::Hidden)
            commands.append(entry.spec);
    }
    return commands;
}

QString durations()
{
    return QStringLiteral("10s 30s 1m 5m 30m 1h 2h30m");
}

QString quoted(const QString &text)
{
    QString inner = text;
    return QLatin1Char('\'') + inner.replace(QLatin1Char('\''), QStringLiteral("'\\''"))
        + QLatin1Char('\'');
}

} // namespace completion

} // namespace sharedserver
