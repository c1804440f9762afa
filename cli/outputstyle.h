#pragma once

#include <QString>

namespace sharedserver {

/// The little signs that lines begin with. Each has a shape of its own: colour only repeats it.
enum class Mark { Done, Warning, Running, Stopped, Failed };

/// What a terminal or file can show, by the environment.
struct OutputStyle
{
    bool isUnicode = false; ///< the locale's encoding is UTF-8
    bool isColored = false; ///< a terminal, and nobody objects (NO_COLOR, a dumb one)

    /// `isTerminal` says whether the output goes to one.
    static OutputStyle ofEnvironment(bool isTerminal);

    /// The sign, coloured where that is wanted.
    QString mark(Mark mark) const;
    QString plainMark(Mark mark) const;
    /// `text` in the colour of `mark`.
    QString colored(Mark mark, const QString &text) const;
    QString ellipsis() const;
    QString ruleCharacter() const;
};

} // namespace sharedserver
