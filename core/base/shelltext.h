#pragma once

#include <QByteArrayList>
#include <QString>

namespace sharedserver {

/// A command as one could type it in a shell: words with special characters are quoted. What is not
/// UTF-8 is shown as well as it can be.
QString shellText(const QByteArrayList &command);

} // namespace sharedserver
