#include "cli/texttable.h"

#include "core/base/displaycommand.h"

#include <algorithm>
#include <numeric>

namespace sharedserver {

namespace {

constexpr int kGap = 2;

int widthOf(const TextTable::Cell &cell)
{
    return int(cell.text.size()) + (cell.mark ? 2 : 0); // a mark and a space
}

QString padding(int width)
{
    return QString(std::max(width, 0), QLatin1Char(' '));
}

void removeTrailingSpace(QString *line)
{
    while (line->endsWith(QLatin1Char(' ')))
        line->chop(1);
}

} // namespace

QList<int> TextTable::widths() const
{
    QList<int> widths;
    for (const QString &heading : m_headings)
        widths.append(int(heading.size()));
    for (const QList<Cell> &row : m_rows) {
        for (qsizetype i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], widthOf(row[i]));
    }
    return widths;
}

QString TextTable::toText(const OutputStyle &style, int columns, int least) const
{
    QList<int> shown = widths();
    const auto total = [&shown] {
        return std::accumulate(shown.cbegin(), shown.cend(), kGap * (int(shown.size()) - 1));
    };
    while (shown.size() > least && total() > columns)
        shown.removeLast();

    QString text;
    const auto addLine = [&](const QList<Cell> &cells) {
        QString line;
        for (qsizetype i = 0; i < shown.size(); ++i) {
            const Cell &cell = cells.at(i);
            if (cell.mark)
                line += style.mark(*cell.mark) + QLatin1Char(' ');
            line += printable(cell.text) + padding(shown[i] - widthOf(cell) + kGap);
        }
        removeTrailingSpace(&line);
        text += line + QLatin1Char('\n');
    };
    QList<Cell> headings;
    for (const QString &heading : m_headings)
        headings.append({heading});
    addLine(headings);
    text += style.ruleCharacter().repeated(std::min(total(), columns)) + QLatin1Char('\n');
    for (const QList<Cell> &row : m_rows)
        addLine(row);
    return text;
}

} // namespace sharedserver
