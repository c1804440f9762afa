#pragma once

#include <QLocale>

namespace sharedserver {

/// The application's texts in the user's language, and Qt's own for its buttons; English where
/// there is no translation. For an application that is there and has not shown anything yet.
void installTranslations(const QLocale &locale = QLocale());

} // namespace sharedserver
