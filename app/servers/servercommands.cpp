#include "app/servers/servercommands.h"

#include "app/servers/servermodel.h"
#include "core/supervisor/supervisor.h"

#include <QDir>
#include <QFile>

namespace sharedserver {

namespace {

/// `environment` with these variables set: programs read the first of a name.
QByteArrayList withVariables(QByteArrayList environment, const QByteArrayList &variables)
{
    for (const QByteArray &variable : variables) {
        const QByteArray name = variable.left(variable.indexOf('=') + 1);
        environment.removeIf([&](const QByteArray &entry) { return entry.startsWith(name); });
        environment.append(variable);
    }
    return environment;
}

} // namespace

ServerCommands::ServerCommands(ServerModel *model, const CallerContext &context, QObject *parent)
    : QObject(parent)
    , m_model(model)
    , m_context(context)
{
}

void ServerCommands::follow(Supervisor *supervisor)
{
    m_supervisor = supervisor;
}

Done ServerCommands::answerFor(const QString &name)
{
    ++m_own[name];
    return [this, name](const Result<Outcome> &result) {
        if (--m_own[name] == 0)
            m_own.remove(name);
        if (!result) {
            emit failed(name, result.error());
            return;
        }
        for (const QString &warning : result->warnings)
            emit warned(name, warning);
    };
}

/// The world of the start before, where that is known, and in it what the definition says.
LaunchSpec ServerCommands::specFor(const QString &name) const
{
    const ServerRow *row = m_model->find(name);
    if (!row)
        return {};
    LaunchSpec spec = row->spec.value_or(LaunchSpec());
    spec.command = row->command();
    spec.workingDirectory = row->workingDirectory();
    if (row->definition && (row->startsAsDefined() || !row->spec)) {
        spec.environment =
            withVariables(spec.environment.isEmpty() ? m_context.environment : spec.environment,
                          row->definition->environment);
        spec.logFile = row->definition->logFile;
        spec.gracePeriod = row->definition->gracePeriod;
        spec.ready = row->definition->ready;
        spec.restart = row->definition->restart;
    } else if (row->info.record && spec.gracePeriod.isEmpty()) {
        spec.gracePeriod = row->info.record->gracePeriod;
    }
    return spec;
}

void ServerCommands::start(const QString &name)
{
    startNew(name, specFor(name));
}

void ServerCommands::startNew(const QString &name, LaunchSpec spec)
{
    if (!m_supervisor)
        return;
    if (spec.environment.isEmpty())
        spec.environment = m_context.environment;
    if (spec.workingDirectory.isEmpty())
        spec.workingDirectory = QFile::encodeName(QDir::homePath());
    if (!spec.umask)
        spec.umask = m_context.umask;
    if (spec.gracePeriod.isEmpty())
        spec.gracePeriod = m_gracePeriod;
    m_supervisor->start(name, {}, spec, answerFor(name));
}

void ServerCommands::stop(const QString &name)
{
    if (m_supervisor)
        m_supervisor->stop(name, {}, answerFor(name));
}

void ServerCommands::restart(const QString &name)
{
    if (!m_supervisor)
        return;
    // Without a command it is the one of before, and ours stands in for what is not known of it.
    LaunchSpec standIn;
    standIn.environment = m_context.environment;
    standIn.umask = m_context.umask;
    m_supervisor->restart(name, standIn, {}, answerFor(name));
}

void ServerCommands::kill(const QString &name)
{
    if (m_supervisor)
        m_supervisor->kill(name, answerFor(name));
}

void ServerCommands::stopAll()
{
    for (int row = 0; row < m_model->rowCount(); ++row) {
        if (m_model->at(row).canStop())
            stop(m_model->at(row).info.name);
    }
}

void ServerCommands::forget(const QString &name)
{
    const ServerRow *row = m_model->find(name);
    if (row && !row->info.isRunning())
        m_model->forget(name);
}

} // namespace sharedserver
