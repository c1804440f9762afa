#include "app/window/addserverdialog.h"

#include "app/servers/commandtext.h"
#include "app/servers/tooltiptext.h"
#include "core/base/bytes.h"
#include "core/base/duration.h"
#include "core/base/servername.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QFontDatabase>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace sharedserver {

AddServerDialog::AddServerDialog(const QByteArray &path, const QString &gracePeriod,
                                 QWidget *parent)
    : QDialog(parent)
    , m_name(new QLineEdit)
    , m_command(new QLineEdit)
    , m_directory(new QLineEdit(QDir::homePath()))
    , m_gracePeriod(new QLineEdit(gracePeriod))
    , m_remember(new QCheckBox(tr("&Remember it")))
    , m_error(new QLabel)
{
    setWindowTitle(tr("Add Server"));
    m_name->setPlaceholderText(tr("for example: web"));
    m_name->setAccessibleName(tr("Name"));
    m_name->setToolTip(tr("By which everybody asks for it"));
    m_command->setPlaceholderText(QStringLiteral("python3 -m http.server 8000"));
    m_command->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_command->setMinimumWidth(fontMetrics().horizontalAdvance(QLatin1Char('0')) * 60);
    m_command->setAccessibleName(tr("Command"));
    m_command->setToolTip(tr("Words as they stand, or anything that a shell understands"));
    m_directory->setAccessibleName(tr("Directory"));
    m_directory->setToolTip(tr("Where it is started"));
    m_gracePeriod->setPlaceholderText(QStringLiteral("5m"));
    m_gracePeriod->setAccessibleName(tr("Grace period"));
    m_gracePeriod->setToolTip(tr("How long it goes on without clients: 30s, 5m, 2h30m"));
    m_remember->setChecked(true);
    m_remember->setToolTip(toolTipText(tr("Define it in %1").arg(displayText(path))));
    m_error->setWordWrap(true);
    m_error->setTextFormat(Qt::PlainText);
    m_error->setAccessibleName(tr("What is wrong"));

    auto *browse = new QPushButton(tr("&Browse…"));
    browse->setToolTip(tr("Choose the directory"));
    connect(browse, &QPushButton::clicked, this, &AddServerDialog::chooseDirectory);
    auto *directoryRow = new QHBoxLayout;
    directoryRow->addWidget(m_directory, 1);
    directoryRow->addWidget(browse);
    auto *hint = new QLabel(tr("Nobody uses it at first, so it stops after this time unless "
                               "somebody comes."));
    hint->setWordWrap(true);
    hint->setForegroundRole(QPalette::PlaceholderText);
    auto *form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->addRow(tr("&Name:"), m_name);
    form->addRow(tr("&Command:"), m_command);
    form->addRow(tr("&Directory:"), directoryRow);
    form->addRow(tr("&Grace period:"), m_gracePeriod);
    form->addRow(QString(), hint);
    form->addRow(QString(), m_remember);
    // The row's buddy is a layout, so its label gets one by hand.
    if (auto *label = qobject_cast<QLabel *>(form->labelForField(directoryRow)))
        label->setBuddy(m_directory);

    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    buttons->button(QDialogButtonBox::Cancel)->setText(tr("Cancel"));
    m_add = buttons->addButton(tr("&Start Server"), QDialogButtonBox::AcceptRole);
    m_add->setToolTip(tr("Start it now"));
    connect(buttons, &QDialogButtonBox::accepted, this, &AddServerDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &AddServerDialog::reject);
    for (QLineEdit *field : {m_name, m_command, m_directory, m_gracePeriod})
        connect(field, &QLineEdit::textChanged, this, &AddServerDialog::check);
    auto *layout = new QVBoxLayout(this);
    layout->addLayout(form);
    layout->addWidget(m_error);
    layout->addStretch();
    layout->addWidget(buttons);
    check();
}

Result<ServerDefinition> AddServerDialog::definition() const
{
    ServerDefinition definition;
    definition.name = m_name->text().trimmed();
    if (!isServerName(definition.name)) {
        return failure(Error::Kind::Usage,
                       tr("'%1' is no server name. Use 1 to 100 letters (A to Z), digits and "
                          ". _ @ : + -, beginning with a letter or a digit.")
                           .arg(definition.name));
    }
    definition.command = commandFromText(m_command->text());
    if (definition.command.isEmpty())
        return failure(Error::Kind::Usage, tr("Give the command that starts the server."));
    const QFileInfo directory(m_directory->text());
    if (!directory.isAbsolute() || !directory.isDir()) {
        return failure(Error::Kind::Usage,
                       tr("There is no directory '%1'.").arg(m_directory->text()));
    }
    definition.workingDirectory = QFile::encodeName(directory.absoluteFilePath());
    if (!m_gracePeriod->text().isEmpty()) {
        const auto period = Duration::parse(m_gracePeriod->text());
        if (!period) {
            return failure(Error::Kind::Usage,
                           tr("'%1' is not a time span. Write it like 30s, 5m, 1h or 2h30m.")
                               .arg(m_gracePeriod->text()));
        }
        definition.gracePeriod = period->text();
    }
    return definition;
}

bool AddServerDialog::isRemembered() const
{
    return m_remember->isChecked();
}

/// Says what is wrong, but not of what the user has not come to yet.
void AddServerDialog::check()
{
    const auto wanted = definition();
    const bool isBegun = !m_name->text().isEmpty() && !m_command->text().isEmpty();
    m_error->setText(wanted || !isBegun ? QString() : wanted.error().message);
    m_error->setVisible(!m_error->text().isEmpty());
    m_add->setEnabled(wanted.has_value());
}

void AddServerDialog::accept()
{
    if (const auto wanted = definition())
        emit confirmed(*wanted, isRemembered());
}

void AddServerDialog::showError(const QString &message)
{
    m_error->setText(message);
    m_error->show();
}

void AddServerDialog::chooseDirectory()
{
    const QString chosen =
        QFileDialog::getExistingDirectory(this, tr("Directory of the Server"), m_directory->text());
    if (!chosen.isEmpty())
        m_directory->setText(chosen);
}

} // namespace sharedserver
