// A name that is accepted holds allowed characters only and is safe as the stem of a file name;
// one that is not is refused in a message of bounded length.

#include "core/base/servername.h"
#include "core/lockfile/lockfilestore.h"
#include "tests/fuzz/fuzz.h"

#include <QRegularExpression>

using namespace sharedserver;

void fuzz::tryInput(const QByteArray &input)
{
    static const QRegularExpression allowed(
        QStringLiteral("\\A[A-Za-z0-9][A-Za-z0-9._@:+-]{0,99}\\z"));
    const QString name = QString::fromUtf8(input);
    const auto checked = checkedServerName(name);
    HOLDS(checked.has_value() == isServerName(name));
    HOLDS(checked.has_value() == allowed.match(name).hasMatch());
    if (!checked) {
        HOLDS(checked.error().kind == Error::Kind::Usage);
        HOLDS(checked.error().message.size() < 250);
        // A file of another shape is no lockfile of anybody's.
        HOLDS(LockfileStore::serverNameOf(name).isEmpty()
              || isServerName(LockfileStore::serverNameOf(name)));
        return;
    }
    HOLDS(*checked == name);
    HOLDS(LockfileStore::serverNameOf(LockfileStore::serverFileName(name)) == name);
    HOLDS(LockfileStore::serverNameOf(LockfileStore::clientsFileName(name)) == name);
}
