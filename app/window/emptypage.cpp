#include "app/window/emptypage.h"

#include "app/tray/stateicon.h"

#include <QClipboard>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace sharedserver {

namespace {
const QString kFirstCommand = QStringLiteral("sharedserver use web -- python3 -m http.server 8000");
} // namespace

EmptyPage::EmptyPage(QWidget *parent)
    : QWidget(parent)
{
    auto *picture = new QLabel;
    picture->setPixmap(programIcon().pixmap(64));
    picture->setAlignment(Qt::AlignCenter);
    auto *title = new QLabel(tr("No servers yet"));
    QFont large = title->font();
    large.setPointSizeF(large.pointSizeF() * 1.4);
    large.setBold(true);
    title->setFont(large);
    title->setAlignment(Qt::AlignCenter);
    auto *text = new QLabel(tr("A server is started by the first who needs it and stopped after "
                               "the last. Start one in a terminal:"));
    text->setAlignment(Qt::AlignCenter);
    text->setWordWrap(true);

    auto *command = new QLineEdit(kFirstCommand);
    command->setReadOnly(true);
    command->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    command->setMinimumWidth(command->fontMetrics().horizontalAdvance(kFirstCommand) + 24);
    command->setCursorPosition(0);
    command->setAccessibleName(tr("A first command"));
    command->setAccessibleDescription(tr("To be run in a terminal"));
    auto *copy = new QPushButton(tr("&Copy"));
    copy->setAccessibleDescription(tr("Copies the command to the clipboard"));
    connect(copy, &QPushButton::clicked, this,
            [] { QGuiApplication::clipboard()->setText(kFirstCommand); });
    auto *add = new QPushButton(tr("&Add Server…"));
    add->setAccessibleDescription(tr("Defines a server and starts it"));
    connect(add, &QPushButton::clicked, this, &EmptyPage::addAsked);
    auto *orElse = new QLabel(tr("or start one here:"));
    orElse->setAlignment(Qt::AlignCenter);

    auto *commandRow = new QHBoxLayout;
    commandRow->addStretch();
    commandRow->addWidget(command);
    commandRow->addWidget(copy);
    commandRow->addStretch();
    auto *layout = new QVBoxLayout(this);
    layout->addStretch();
    layout->addWidget(picture);
    layout->addWidget(title);
    layout->addWidget(text);
    layout->addSpacing(8);
    layout->addLayout(commandRow);
    layout->addSpacing(8);
    layout->addWidget(orElse);
    layout->addWidget(add, 0, Qt::AlignCenter);
    layout->addStretch();
}

} // namespace sharedserver
