#include "cli/detachcommand.h"

#include "cli/commandarguments.h"
#include "cli/output.h"
#include "cli/watcherrequests.h"

namespace sharedserver {

Result<int> DetachCommand::run(const CommandArguments &arguments, CommandContext &context)
{
    const auto client = clientProcess(arguments);
    if (!client)
        return Failure(client.error());
    WatcherRequest request = namedRequest(QStringLiteral("unuse"), arguments);
    addClient(&request, *client, arguments);
    const auto answer = askAboutRunning(request);
    if (!answer)
        return Failure(answer.error());

    const QString name = arguments.serverName();
    const int refcount = answer->value(QLatin1String("info"))[QLatin1String("refcount")].toInt();
    if (answer->value(QLatin1String("outcome")) == QLatin1String("not_attached")) {
        context.output.line(Mark::Stopped,
                            QStringLiteral("Process %1 is not attached to server %2 (refcount: %3)")
                                .arg(client->pid)
                                .arg(name)
                                .arg(refcount));
    } else if (refcount == 0) {
        context.output.line(
            Mark::Warning,
            QStringLiteral("Detached from server %1 (refcount: 0, entering grace period)")
                .arg(name));
    } else {
        context.output.line(
            Mark::Done,
            QStringLiteral("Detached from server %1 (refcount: %2)").arg(name).arg(refcount));
    }
    printWarnings(*answer, context);
    return kExitSuccess;
}

} // namespace sharedserver
