#include "cli/terminalscreen.h"

#include "cli/output.h"
#include "core/base/logtext.h"

#include <QSocketNotifier>

#include <algorithm>
#include <cerrno>

#include <sys/ioctl.h>
#include <unistd.h>

namespace sharedserver {

namespace {

constexpr char kEnter[] = "\x1b[?1049h\x1b[?25l";
constexpr char kLeave[] = "\x1b[?25h\x1b[?1049l";
constexpr char kHome[] = "\x1b[H";
constexpr char kClearRestOfLine[] = "\x1b[K";
constexpr char kClearBelow[] = "\x1b[J";

} // namespace

TerminalScreen::TerminalScreen(QObject *parent)
    : QObject(parent)
    , m_hasKeys(tcgetattr(STDIN_FILENO, &m_before) == 0)
{
    if (!m_hasKeys)
        return;
    m_keys = new QSocketNotifier(STDIN_FILENO, QSocketNotifier::Read, this);
    m_keys->setEnabled(false);
    connect(m_keys, &QSocketNotifier::activated, this, &TerminalScreen::readKeys);
}

TerminalScreen::~TerminalScreen()
{
    hide();
}

void TerminalScreen::show()
{
    if (m_hasKeys) {
        // Each time: a shell that had the terminal meanwhile may have set it otherwise. Signals of
        // the keyboard stay, so that Ctrl-C and Ctrl-Z do what they always do.
        termios raw = m_before;
        raw.c_lflag &= ~tcflag_t(ICANON | ECHO);
        raw.c_cc[VMIN] = 1;
        raw.c_cc[VTIME] = 0;
        tcsetattr(STDIN_FILENO, TCSANOW, &raw);
        m_keys->setEnabled(true);
    }
    writeAll(STDOUT_FILENO, kEnter);
    m_isShown = true;
}

void TerminalScreen::hide()
{
    if (!m_isShown)
        return;
    m_isShown = false;
    writeAll(STDOUT_FILENO, kLeave);
    if (m_hasKeys) {
        m_keys->setEnabled(false);
        tcsetattr(STDIN_FILENO, TCSADRAIN, &m_before);
    }
}

QSize TerminalScreen::size() const
{
    winsize size{};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0)
        return {size.ws_col, size.ws_row};
    return {80, 24};
}

bool TerminalScreen::draw(const QStringList &lines) const
{
    if (!m_isShown)
        return true;
    const QSize room = size();
    QByteArray text = kHome;
    const qsizetype count = std::min<qsizetype>(lines.size(), room.height());
    for (qsizetype i = 0; i < count; ++i) {
        // Not behind the last one, which would scroll.
        text += cutToWidth(lines.at(i), room.width()).toUtf8() + kClearRestOfLine;
        if (i + 1 < count)
            text += "\r\n";
    }
    if (count < room.height())
        text += QByteArray("\r\n") + kClearBelow;
    return writeAll(STDOUT_FILENO, text) == 0;
}

void TerminalScreen::readKeys()
{
    char keys[64];
    const ssize_t count = read(STDIN_FILENO, keys, sizeof(keys));
    if (count < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    if (count <= 0) {
        m_keys->setEnabled(false); // it would tell again and again
        emit closed();
        return;
    }
    if (count > 1 && keys[0] == char(kEscape.unicode()))
        return; // an arrow, a function key, or Alt with another one
    for (ssize_t i = 0; i < count; ++i)
        emit pressed(keys[i]);
}

QString cutToWidth(const QString &line, int columns)
{
    QString text;
    int width = 0;
    for (qsizetype at = 0; at < line.size(); ++at) {
        if (line.at(at) == kEscape) {
            const qsizetype end = line.indexOf(QLatin1Char('m'), at);
            if (end < 0)
                break;
            text += line.mid(at, end - at + 1);
            at = end;
        } else if (width < columns) {
            text += line.at(at);
            ++width;
        }
    }
    return text;
}

} // namespace sharedserver
