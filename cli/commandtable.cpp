#include "cli/commandtable.h"

#include "cli/commands/commands.h"
#include "core/base/nearestword.h"

namespace sharedserver {

namespace {

constexpr CommandEntry everyday(const CommandSpec &spec, MakeCommand make)
{
    return {&spec, CommandGroup::Everyday, false, make};
}

constexpr CommandEntry admin(const CommandSpec &spec, MakeCommand make)
{
    return {&spec, CommandGroup::Admin, true, make};
}

constexpr CommandEntry adminOnly(const CommandSpec &spec, MakeCommand make)
{
    return {&spec, CommandGroup::Admin, false, make};
}

constexpr CommandEntry hidden(const CommandSpec &spec, MakeCommand make)
{
    return {&spec, CommandGroup::Hidden, false, make};
}

constexpr CommandEntry kTable[] = {
    everyday(commands::kUse, commands::makeUse),
    everyday(commands::kUnuse, commands::makeUnuse),
    everyday(commands::kRun, commands::makeRun),
    everyday(commands::kWait, commands::makeWait),
    everyday(commands::kList, commands::makeList),
    everyday(commands::kInfo, commands::makeInfo),
    everyday(commands::kCheck, commands::makeCheck),
    everyday(commands::kLogs, commands::makeLogs),
    everyday(commands::kEvents, commands::makeEvents),
    everyday(commands::kTop, commands::makeTop),
    everyday(commands::kConfig, commands::makeConfig),
    everyday(commands::kCompletion, commands::makeCompletion),
    everyday(commands::kHelp, commands::makeHelp),
    admin(commands::kStart, commands::makeStart),
    admin(commands::kStop, commands::makeStop),
    admin(commands::kRestart, commands::makeRestart),
    admin(commands::kIncref, commands::makeIncref),
    admin(commands::kDecref, commands::makeDecref),
    admin(commands::kDebug, commands::makeDebug),
    admin(commands::kDoctor, commands::makeDoctor),
    admin(commands::kKill, commands::makeKill),
    adminOnly(commands::kLockdir, commands::makeLockdir),
    hidden(commands::kWatch, commands::makeWatch),
    hidden(commands::kCompleteNames, commands::makeCompleteNames),
};

bool belongs(const CommandEntry &entry, bool inAdmin)
{
    return inAdmin ? entry.group == CommandGroup::Admin
                   : entry.group != CommandGroup::Admin || entry.isShortcut;
}

} // namespace

std::span<const CommandEntry> commandTable()
{
    return kTable;
}

const CommandEntry *findCommand(const QString &name, bool inAdmin)
{
    for (const CommandEntry &entry : kTable) {
        const bool isNamed = name == QLatin1String(entry.spec->name)
            || (entry.spec->alias && name == QLatin1String(entry.spec->alias));
        if (isNamed && belongs(entry, inAdmin))
            return &entry;
    }
    return nullptr;
}

QStringList commandNames(bool inAdmin)
{
    QStringList names;
    for (const CommandEntry &entry : kTable) {
        if (entry.group != CommandGroup::Hidden && belongs(entry, inAdmin))
            names.append(QLatin1String(entry.spec->name));
    }
    if (!inAdmin)
        names.append(QLatin1String(kAdminPrefix));
    return names;
}

QString commandHint(const QString &word, bool inAdmin)
{
    QString near = nearestWord(word, commandNames(inAdmin));
    if (commandNames(!inAdmin).contains(word)) // the right word, but `admin` is missing or too much
        near = inAdmin ? word : QLatin1String(kAdminPrefix) + QLatin1Char(' ') + word;
    return near.isEmpty() ? QString() : QStringLiteral(" Did you mean '%1'?").arg(near);
}

} // namespace sharedserver
