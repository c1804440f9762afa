#include "core/base/nearestword.h"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace sharedserver {

namespace {

/// How many letters must be added, removed, exchanged, or swapped with their neighbour (the
/// restricted form of Damerau's and Levenshtein's distance).
qsizetype distance(const QString &from, const QString &to)
{
    const size_t columns = size_t(to.size()) + 1;
    std::vector<qsizetype> beforeLast(columns);
    std::vector<qsizetype> last(columns);
    std::vector<qsizetype> row(columns);
    std::iota(row.begin(), row.end(), 0);
    for (qsizetype i = 0; i < from.size(); ++i) {
        std::swap(beforeLast, last);
        std::swap(last, row);
        row[0] = i + 1;
        for (size_t j = 1; j < columns; ++j) {
            const QChar letter = to[qsizetype(j) - 1];
            const qsizetype exchanged = last[j - 1] + (from[i] == letter ? 0 : 1);
            row[j] = std::min({exchanged, row[j - 1] + 1, last[j] + 1});
            const bool isSwapped =
                i > 0 && j > 1 && from[i - 1] == letter && from[i] == to[qsizetype(j) - 2];
            if (isSwapped)
                row[j] = std::min(row[j], beforeLast[j - 2] + 1);
        }
    }
    return row.back();
}

} // namespace

QString nearestWord(const QString &word, const QStringList &candidates)
{
    constexpr qsizetype kLongestWord = 64;
    if (word.size() > kLongestWord)
        return {};
    QString nearest;
    qsizetype least = std::min<qsizetype>(2, word.size() / 2) + 1;
    for (const QString &candidate : candidates) {
        const qsizetype steps = distance(word, candidate);
        if (steps < least) {
            least = steps;
            nearest = candidate;
        }
    }
    return nearest;
}

} // namespace sharedserver
