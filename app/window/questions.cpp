#include "app/window/questions.h"

#include "core/base/displaycommand.h"

#include <QCheckBox>
#include <QCoreApplication>
#include <QJsonArray>
#include <QMessageBox>
#include <QPushButton>

namespace sharedserver::questions {

namespace {

struct Questions
{
    Q_DECLARE_TR_FUNCTIONS(Questions)
};

/// A box that is deleted with its end and shows users' texts as they are.
QMessageBox *makeBox(QWidget *parent, QMessageBox::Icon icon, const QString &title,
                     const QString &text)
{
    auto *box = new QMessageBox(icon, title, printableLines(text), QMessageBox::NoButton, parent);
    box->setTextFormat(Qt::PlainText);
    box->setAttribute(Qt::WA_DeleteOnClose);
    return box;
}

/// Named by ourselves: Qt's own translations are not on every machine.
QPushButton *addCancel(QMessageBox *box)
{
    QPushButton *cancel = box->addButton(QMessageBox::Cancel);
    cancel->setText(Questions::tr("Cancel"));
    return cancel;
}

void present(QMessageBox *box)
{
    box->open();
    box->raise();
    box->activateWindow();
}

} // namespace

void askKill(QWidget *parent, const QString &name, const std::function<void()> &yes)
{
    QMessageBox *box = makeBox(parent, QMessageBox::Warning, Questions::tr("Kill Server"),
                               Questions::tr("Kill '%1' at once?").arg(name));
    box->setInformativeText(Questions::tr("It cannot save anything, and its clients lose it."));
    QPushButton *kill = box->addButton(Questions::tr("&Kill"), QMessageBox::DestructiveRole);
    box->setDefaultButton(addCancel(box));
    QObject::connect(kill, &QPushButton::clicked, box, yes);
    present(box);
}

QWidget *askQuit(QWidget *parent, int servers,
                 const std::function<void(OnQuit choice, bool remember)> &answer)
{
    QMessageBox *box =
        makeBox(parent, QMessageBox::Question, Questions::tr("Quit"),
                Questions::tr("%n server(s) running. Should they go on?", nullptr, servers));
    box->setInformativeText(
        Questions::tr("Servers that go on are looked after in the background: they are "
                      "stopped when nobody uses them any more."));
    auto *remember = new QCheckBox(Questions::tr("&Remember my choice"));
    box->setCheckBox(remember);
    QPushButton *keep = box->addButton(Questions::tr("&Let Them Go On"), QMessageBox::AcceptRole);
    QPushButton *stop = box->addButton(Questions::tr("&Stop Them"), QMessageBox::DestructiveRole);
    addCancel(box);
    box->setDefaultButton(keep);
    QObject::connect(keep, &QPushButton::clicked, box,
                     [=] { answer(OnQuit::Keep, remember->isChecked()); });
    QObject::connect(stop, &QPushButton::clicked, box,
                     [=] { answer(OnQuit::Stop, remember->isChecked()); });
    present(box);
    return box;
}

void showFailure(QWidget *parent, const QString &name, const Error &error)
{
    QMessageBox *box = makeBox(parent, QMessageBox::Warning, name, error.message);
    const QJsonArray tail = error.details.value(QLatin1String("log_tail")).toArray();
    QStringList lines;
    for (const QJsonValue &line : tail)
        lines.append(line.toString());
    if (!lines.isEmpty())
        box->setDetailedText(printableLines(lines.join(QLatin1Char('\n'))));
    box->addButton(QMessageBox::Ok)->setText(Questions::tr("OK"));
    present(box);
}

} // namespace sharedserver::questions
