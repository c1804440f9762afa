#include "cli/nearestword.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace sharedserver {

namespace {

/// How many letters must be added, removed or exchanged (Levenshtein's distance).
qsizetype distance(const QString &from, const QString &to)
{
    std::vector<qsizetype> row(size_t(to.size()) + 1);
    std::iota(row.begin(), row.end(), 0);
    for (qsizetype i = 0; i < from.size(); ++i) {
        qsizetype diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 1; j < row.size(); ++j) {
            const qsizetype exchanged = diagonal + (from[i] == to[qsizetype(j) - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({exchanged, row[j] + 1, row[j - 1] + 1});
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
