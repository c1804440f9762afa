#include "tests/app/widgets.h"

namespace sharedserver::test {

QAbstractButton *findButton(const QWidget *window, const QString &text)
{
    const auto all = window->findChildren<QAbstractButton *>();
    for (QAbstractButton *button : all) {
        if (button->text().remove('&').remove(QChar(0x2026)) == text)
            return button;
    }
    return nullptr;
}

QStringList rowTexts(const QAbstractItemModel *model, int row)
{
    QStringList texts;
    for (int column = 0; column < model->columnCount(); ++column)
        texts.append(model->index(row, column).data().toString());
    return texts;
}

QLineEdit *field(const QWidget *window, const QString &name)
{
    const auto all = window->findChildren<QLineEdit *>();
    for (QLineEdit *edit : all) {
        if (edit->accessibleName() == name)
            return edit;
    }
    return nullptr;
}

} // namespace sharedserver::test
