#pragma once

#include <QAbstractButton>
#include <QAbstractItemModel>
#include <QApplication>
#include <QLineEdit>
#include <QWidget>

namespace sharedserver::test {

/// The shown window of this kind, or nothing.
template<typename Window>
Window *shownWindow()
{
    const QWidgetList all = QApplication::topLevelWidgets();
    for (QWidget *widget : all) {
        auto *window = qobject_cast<Window *>(widget);
        if (window && window->isVisible())
            return window;
    }
    return nullptr;
}

/// The button that says so, its underlines and dots aside.
QAbstractButton *findButton(const QWidget *window, const QString &text);

/// The texts of one row of a table.
QStringList rowTexts(const QAbstractItemModel *model, int row);

/// The field that is so called, or nothing.
QLineEdit *field(const QWidget *window, const QString &name);

} // namespace sharedserver::test
