#pragma once

#include <QByteArray>
#include <QObject>
#include <QSize>
#include <QStringList>

#include <termios.h>

class QSocketNotifier;

namespace sharedserver {

/// The whole terminal, for as long as it is shown: an alternate screen, without a cursor, where
/// keys come at once and are not echoed. The escape codes are those that all terminals of today
/// have in common (ECMA-48, and xterm's for the alternate screen).
class TerminalScreen : public QObject
{
    Q_OBJECT
public:
    explicit TerminalScreen(QObject *parent = nullptr);
    /// Gives the terminal back as it was.
    ~TerminalScreen() override;

    /// Takes the terminal, and gives it back for a while. Both can be called again and again.
    void show();
    void hide();

    /// Columns and lines.
    QSize size() const;
    /// Draws these lines over what was there; each is cut at the right margin, and those that are
    /// too many are left out. Only colours (SGR) may be in them. False where the terminal is gone.
    bool draw(const QStringList &lines) const;

signals:
    /// A key with a character; Esc is 27. Those with a sequence of their own are not told.
    void pressed(char key);
    /// There will be no more keys.
    void closed();

private:
    void readKeys();

    termios m_before{};
    bool m_hasKeys = false; ///< stdin is the terminal, too
    bool m_isShown = false;
    QSocketNotifier *m_keys = nullptr;
};

/// The part of a line that fits into so many columns, with all its colours.
QString cutToWidth(const QString &line, int columns);

} // namespace sharedserver
