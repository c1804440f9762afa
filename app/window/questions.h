#pragma once

#include "app/settings/settings.h"
#include "core/base/error.h"

#include <functional>

class QWidget;

namespace sharedserver::questions {

// All of these return at once; the user answers when he likes. Without a parent they stand alone.

/// Calls `yes` where the user wants it.
void askKill(QWidget *parent, const QString &name, const std::function<void()> &yes);

/// Calls `answer` unless the user would rather not quit at all; `remember` is whether he does not
/// want to be asked again. Returns the question, which is gone when it is answered.
QWidget *askQuit(QWidget *parent, int servers,
                 const std::function<void(OnQuit choice, bool remember)> &answer);

/// Tells what has come to nothing.
void showFailure(QWidget *parent, const QString &name, const Error &error);

} // namespace sharedserver::questions
