#include "app/window/overviewpage.h"

#include "app/servers/servermodel.h"
#include "core/base/bytes.h"
#include "core/base/displaycommand.h"
#include "core/base/shelltext.h"

#include <QFontDatabase>
#include <QGridLayout>
#include <QLabel>
#include <QLocale>

namespace sharedserver {

OverviewPage::OverviewPage(const ServerModel *model, QWidget *parent)
    : QScrollArea(parent)
    , m_model(model)
{
    auto *content = new QWidget;
    // Not a QFormLayout: that of Qt 6.4.2 was seen to write beyond its memory (heightForWidth)
    // where rows that wrap come and go.
    auto *grid = new QGridLayout(content);
    grid->setHorizontalSpacing(12);
    grid->setColumnStretch(1, 1);
    m_fullName = addLine(grid, tr("Name:"));
    m_state = addLine(grid, tr("State:"));
    m_trouble = addLine(grid, tr("Trouble:"));
    m_command = addLine(grid, tr("Command:"));
    m_command.text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_directory = addLine(grid, tr("Directory:"));
    m_started = addLine(grid, tr("Started:"));
    m_gracePeriod = addLine(grid, tr("Grace period:"));
    m_log = addLine(grid, tr("Log file:"));
    m_definition = addLine(grid, tr("Defined as:"));
    grid->setRowStretch(grid->rowCount(), 1);
    setWidget(content);
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setAccessibleName(tr("Overview"));
    setAccessibleDescription(tr("What the server runs, where and since when"));
    refresh();
}

OverviewPage::Line OverviewPage::addLine(QGridLayout *grid, const QString &title)
{
    const Line line{new QLabel(title), new QLabel};
    line.title->setBuddy(line.text);
    line.text->setTextFormat(Qt::PlainText);
    line.text->setWordWrap(true);
    line.text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    line.text->setAccessibleName(title.chopped(1));
    const int row = grid->rowCount();
    grid->addWidget(line.title, row, 0, Qt::AlignRight | Qt::AlignTop);
    grid->addWidget(line.text, row, 1);
    return line;
}

/// A line without text is not shown.
void OverviewPage::setLine(const Line &line, const QString &value)
{
    const QString text = printableLines(value);
    if (line.text->text() != text)
        line.text->setText(text);
    line.text->setAccessibleDescription(text);
    line.title->setVisible(!text.isEmpty());
    line.text->setVisible(!text.isEmpty());
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
