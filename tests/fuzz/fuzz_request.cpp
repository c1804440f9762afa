// A line of the control socket: what is taken for a request has the types that it must have, params
// that are accepted are usable, and answers of ours read back the same.

#include "core/base/duration.h"
#include "core/base/servername.h"
#include "core/control/params.h"
#include "core/control/protocol.h"
#include "tests/fuzz/fuzz.h"

#include <QJsonDocument>
#include <QSet>

using namespace sharedserver;

namespace {

bool isPath(const QByteArray &path)
{
    return path.isEmpty() || (path.startsWith('/') && !path.contains('\0'));
}

void tryAnswer(const protocol::Request &request)
{
    const Error told{Error::Kind::Conflict, request.method, request.params};
    const QByteArray line = protocol::line(protocol::errorAnswer(request.id, told));
    HOLDS(line.count('\n') == 1 && line.endsWith('\n'));
    const QJsonObject answer = QJsonDocument::fromJson(line).object();
    HOLDS(answer.value(QLatin1String("id")) == request.id);
    const Error read = protocol::errorFromAnswer(answer.value(QLatin1String("error")).toObject());
    HOLDS(read.kind == told.kind && read.message == told.message);
    HOLDS(protocol::line(protocol::errorAnswer(request.id, read)) == line);
}

void tryName(const QJsonObject &json)
{
    Params params(json);
    const QString name = params.serverName();
    HOLDS(params.error().has_value() != isServerName(name));
}

void tryNumbers(const QJsonObject &json)
{
    Params params(json);
    const ProcessId process = params.processId();
    HOLDS(params.error() || process.pid > 0);
    const auto patience = params.patience();
    HOLDS(params.error() || !patience || patience->count() > 0);
    const qint64 lines = params.number("lines", 50, 1, 10000);
    HOLDS(lines >= 1 && lines <= 10000);
}

void tryLaunchSpec(const QJsonObject &json)
{
    Params params(json);
    const LaunchSpec spec = params.launchSpec({"A=1", "B=2", "A=3"});
    if (params.error()) {
        HOLDS(params.error()->kind == Error::Kind::Usage && !params.error()->message.isEmpty());
        return;
    }
    HOLDS(isPath(spec.workingDirectory) && isPath(spec.logFile));
    HOLDS(Duration::parse(spec.gracePeriod));
    HOLDS(spec.umask.value_or(0) >= 0 && spec.umask.value_or(0) <= 0777);
    QSet<QByteArray> names;
    for (const QByteArray &entry : spec.environment) {
        HOLDS(!entry.contains('\0'));
        names.insert(entry.left(entry.indexOf('=')));
    }
    HOLDS(names.size() == spec.environment.size());
    for (const QByteArray &argument : spec.command)
        HOLDS(!argument.contains('\0'));
    // As it is handed over from one watcher to the next.
    const LaunchSpec again = LaunchSpec::fromJson(spec.toJson());
    HOLDS(again.command == spec.command && again.environment == spec.environment);
    HOLDS(again.workingDirectory == spec.workingDirectory && again.logFile == spec.logFile);
}

} // namespace

void fuzz::tryInput(const QByteArray &input)
{
    const auto request = protocol::parseRequest(input);
    if (!request) {
        const QJsonValue &id = request.error().id;
        HOLDS(id.isNull() || id.isDouble() || id.isString());
        return;
    }
    HOLDS(request->id.isDouble() || request->id.isString());
    // Qt's reader drops a byte order mark at the beginning of a string.
    if (!input.contains("\xef\xbb\xbf") && !input.toLower().contains("\\ufeff"))
        tryAnswer(*request);
    tryName(request->params);
    tryNumbers(request->params);
    tryLaunchSpec(request->params);
}
