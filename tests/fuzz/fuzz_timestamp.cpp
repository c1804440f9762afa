// An instant keeps the text that it was read from, and what we write of it reads back the same.

#include "core/base/timestamp.h"
#include "tests/fuzz/fuzz.h"

using namespace sharedserver;

void fuzz::tryInput(const QByteArray &input)
{
    const QString text = QString::fromUtf8(input);
    const auto read = Timestamp::parse(text);
    if (!read)
        return;
    HOLDS(read->isValid());
    HOLDS(read->text() == text);
    HOLDS(read->time().timeSpec() == Qt::UTC);
    const int year = read->time().date().year();
    if (year < 1 || year > 9999)
        return; // an offset leads out of what RFC 3339 can write
    const auto again = Timestamp::parse(Timestamp(read->time()).text());
    HOLDS(again);
    HOLDS(again->time() == read->time());
}
