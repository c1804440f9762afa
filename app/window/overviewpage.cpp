#include "app/window/overviewpage.h"

#include "app/servers/servermodel.h"
#include "core/base/bytes.h"
#include "core/base/displaycommand.h"
#include "core/base/shelltext.h"

#include <QFontDatabase>
#include <QFormLayout>
#include <QLabel>
#include <QLocale>

namespace sharedserver {

OverviewPage::OverviewPage(const ServerModel *model, QWidget *parent)
    : QScrollArea(parent)
    , m_model(model)
{
    auto *content = new QWidget;
    auto *form = new QFormLayout(content);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->setLabelAlignment(Qt::AlignRight | Qt::AlignTop);
    form->setRowWrapPolicy(QFormLayout::DontWrapRows);
    form->setHorizontalSpacing(12);
    m_fullName = addLine(form, tr("Name:"));
    m_state = addLine(form, tr("State:"));
    m_trouble = addLine(form, tr("Trouble:"));
    m_command = addLine(form, tr("Command:"));
    m_command->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_directory = addLine(form, tr("Directory:"));
    m_started = addLine(form, tr("Started:"));
    m_gracePeriod = addLine(form, tr("Grace period:"));
    m_log = addLine(form, tr("Log file:"));
    m_definition = addLine(form, tr("Defined as:"));
    setWidget(content);
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setAccessibleName(tr("Overview"));
    setAccessibleDescription(tr("What the server runs, where and since when"));
    refresh();
}

QLabel *OverviewPage::addLine(QFormLayout *form, const QString &title)
{
    auto *line = new QLabel;
    line->setTextFormat(Qt::PlainText);
    line->setWordWrap(true);
    line->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    line->setAccessibleName(title.chopped(1));
    form->addRow(title, line);
    return line;
}

/// A line without text is not shown.
void OverviewPage::setLine(QLabel *line, const QString &value)
{
    const QString text = printableLines(value);
    if (line->text() != text)
        line->setText(text);
    line->setAccessibleDescription(text);
    auto *form = qobject_cast<QFormLayout *>(line->parentWidget()->layout());
    if (form->isRowVisible(line) == text.isEmpty())
        form->setRowVisible(line, !text.isEmpty());
}

void OverviewPage::setServer(const QString &name)
{
    m_name = name;
    refresh();
}

void OverviewPage::refresh()
{
    const ServerRow *server = m_model->find(m_name);
    widget()->setVisible(server);
    if (!server)
        return;
    const auto &record = server->info.record;
    setLine(m_fullName, m_name);
    setLine(m_state, server->stateText());
    setLine(m_trouble, server->info.problem + server->failure);
    setLine(m_command, shellText(server->command()));
    setLine(m_directory, displayText(server->workingDirectory()));
    setLine(m_started,
            record && record->startedAt.isValid()
                ? QLocale().toString(record->startedAt.time().toLocalTime(), QLocale::LongFormat)
                : QString());
    setLine(m_gracePeriod, record ? record->gracePeriod : QString());
    setLine(m_log, displayText(server->logPath()));
    setLine(m_definition, server->definition ? server->definition->description : QString());
}

} // namespace sharedserver
