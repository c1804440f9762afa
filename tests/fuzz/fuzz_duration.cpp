// A duration keeps its text, is never nothing and never beyond a century, and what people are shown
// of it reads back.

#include "core/base/duration.h"
#include "tests/fuzz/fuzz.h"

#include <QRegularExpression>

using namespace sharedserver;

void fuzz::tryInput(const QByteArray &input)
{
    using std::chrono::hours;
    using std::chrono::milliseconds;
    const QString text = QString::fromUtf8(input);
    const auto duration = Duration::parse(text);
    if (!duration) {
        HOLDS(duration.error().kind == Error::Kind::Usage);
        return;
    }
    HOLDS(duration->text() == text);
    HOLDS(duration->value() > milliseconds(0));
    HOLDS(duration->value() <= hours(24 * 366 * 100));
    // The unit is required, and numbers are plain ones.
    HOLDS(text.contains(QRegularExpression(QStringLiteral("^[0-9a-zA-Z ]+$"))));
    HOLDS(!text.trimmed().back().isDigit());
    // Two units of it are shown, so no more than the smaller of them is lost.
    const auto shown = Duration::parse(humanDuration(duration->value()));
    HOLDS(shown);
    HOLDS(shown->value() <= duration->value());
    HOLDS(humanDuration(shown->value()) == humanDuration(duration->value()));
}
