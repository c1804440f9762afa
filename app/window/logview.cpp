#include "app/window/logview.h"

#include "app/servers/tooltiptext.h"
#include "core/log/logfollower.h"

#include <QCheckBox>
#include <QElapsedTimer>
#include <QFile>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPlainTextEdit>
#include <QScopedValueRollback>
#include <QScrollBar>
#include <QToolButton>
#include <QVBoxLayout>

namespace sharedserver {

namespace {
constexpr qsizetype kMostCollected = 1024 * 1024;
constexpr std::chrono::milliseconds kShortestPause{20};
// What it takes to show a piece is the fifth part of the time, at the most.
constexpr int kPauseFactor = 4;

/// The last lines of a text, as many as are shown: those before would be pushed out by them.
QByteArray lastLines(const QByteArray &text)
{
    qsizetype from = text.size();
    for (int line = 0; line <= LogView::kMostLines && from > 0; ++line)
        from = from < 2 ? 0 : text.lastIndexOf('\n', from - 2) + 1;
    return text.mid(from);
}
} // namespace

LogView::LogView(QWidget *parent)
    : QWidget(parent)
    , m_text(new QPlainTextEdit)
    , m_search(new QLineEdit)
    , m_matches(new QLabel)
    , m_follow(new QCheckBox(tr("&Follow")))
    , m_pause(new QToolButton)
{
    m_text->setReadOnly(true);
    m_text->setUndoRedoEnabled(false);
    m_text->setMaximumBlockCount(kMostLines);
    m_text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_text->setPlaceholderText(tr("It has printed nothing yet."));
    m_text->setAccessibleName(tr("Log"));
    m_text->setAccessibleDescription(tr("What the server prints"));
    // The text tells the bar of some ways to scroll only in silence, as of keys.
    connect(m_text->verticalScrollBar(), &QScrollBar::valueChanged, this, &LogView::handleScroll);
    connect(m_text, &QPlainTextEdit::updateRequest, this, &LogView::handleScroll);
    m_showSoon.setSingleShot(true);
    connect(&m_showSoon, &QTimer::timeout, this, &LogView::showCollected);

    auto *layout = new QVBoxLayout(this);
    layout->addWidget(makeBar());
    layout->addWidget(m_text);
}

LogView::~LogView() = default;

QWidget *LogView::makeBar()
{
    m_search->setPlaceholderText(tr("Search the log"));
    m_search->setAccessibleName(tr("Search the log"));
    m_search->setAccessibleDescription(tr("Return goes to the next match"));
    m_search->setClearButtonEnabled(true);
    connect(m_search, &QLineEdit::textChanged, this, &LogView::markMatches);
    connect(m_search, &QLineEdit::returnPressed, this, [this] { find(false); });
    const auto arrowButton = [this](Qt::ArrowType arrow, const QString &name, bool backwards) {
        auto *button = new QToolButton;
        button->setArrowType(arrow);
        button->setAutoRaise(true);
        button->setFocusPolicy(Qt::StrongFocus);
        button->setToolTip(name);
        button->setAccessibleName(name);
        connect(button, &QToolButton::clicked, this, [=, this] { find(backwards); });
        return button;
    };
    m_follow->setChecked(true);
    m_follow->setToolTip(tr("Keep the end of the log in sight"));
    connect(m_follow, &QCheckBox::toggled, this, [this](bool on) {
        if (on)
            scrollToEnd();
    });
    m_pause->setText(tr("&Pause"));
    m_pause->setCheckable(true);
    m_pause->setFocusPolicy(Qt::StrongFocus);
    m_pause->setToolTip(tr("Hold the log still; what comes meanwhile is shown afterwards"));
    connect(m_pause, &QToolButton::toggled, this, &LogView::setPaused);

    auto *bar = new QWidget;
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_search, 1);
    row->addWidget(arrowButton(Qt::UpArrow, tr("Previous match"), true));
    row->addWidget(arrowButton(Qt::DownArrow, tr("Next match"), false));
    row->addWidget(m_matches);
    row->addSpacing(12);
    row->addWidget(m_follow);
    row->addWidget(m_pause);
    return bar;
}

void LogView::setPath(const QByteArray &path)
{
    if (path == m_path)
        return;
    m_path = path;
    m_text->setToolTip(toolTipText(QFile::decodeName(path)));
    m_pause->setChecked(false);
    restart();
}

void LogView::restart()
{
    m_follower.reset();
    m_decoder.clear();
    m_collected.clear();
    m_showSoon.stop();
    change([this] { m_text->clear(); });
    if (m_path.isEmpty() || !isVisible())
        return;
    m_follower = std::make_unique<LogFollower>(m_path);
    connect(m_follower.get(), &LogFollower::appended, this, &LogView::collect);
    m_follower->begin(kMostBytesAtFirst);
    showCollected();
    markMatches();
}

QString LogView::shownText() const
{
    return m_text->toPlainText();
}

void LogView::focusSearch()
{
    m_search->setFocus(Qt::ShortcutFocusReason);
    m_search->selectAll();
}

void LogView::collect(const QByteArray &piece)
{
    m_collected += piece;
    if (m_collected.size() > 2 * kMostCollected) {
        m_collected = m_collected.right(kMostCollected);
        m_decoder.clear();
    }
    if (!m_pause->isChecked() && !m_showSoon.isActive())
        m_showSoon.start(kShortestPause);
}

void LogView::showCollected()
{
    if (m_pause->isChecked() || m_collected.isEmpty())
        return;
    QElapsedTimer took;
    took.start();
    const QByteArray shown = lastLines(m_collected);
    if (shown.size() < m_collected.size())
        m_decoder.clear();
    m_collected.clear();
    append(shown);
    // Also where more has come meanwhile, which then waits.
    m_showSoon.start(
        std::max(kShortestPause, kPauseFactor * std::chrono::milliseconds(took.elapsed())));
}

void LogView::append(const QByteArray &text)
{
    m_text->setExtraSelections({}); // else each new line costs each of the marks
    // A cursor of its own: neither the reader's selection nor his place in the text changes.
    QTextCursor end(m_text->document());
    end.movePosition(QTextCursor::End);
    change([&] { end.insertText(m_decoder.add(text)); });
    if (m_follow->isChecked())
        scrollToEnd();
    if (!m_search->text().isEmpty())
        markMatches();
}

void LogView::scrollToEnd()
{
    QScrollBar *bar = m_text->verticalScrollBar();
    bar->setValue(bar->maximum());
}

/// Whoever scrolls up, by whatever means, wants to read there; who scrolls down to the end, to
/// follow again.
void LogView::handleScroll()
{
    const QScrollBar *bar = m_text->verticalScrollBar();
    if (m_isChanging || bar->value() == m_place)
        return;
    m_place = bar->value();
    m_follow->setChecked(m_place == bar->maximum());
}

/// Does something to the text, which may move it in the view, too: nobody has scrolled, then.
void LogView::change(const std::function<void()> &act)
{
    const QScopedValueRollback isChanging(m_isChanging, true);
    act();
    m_place = m_text->verticalScrollBar()->value();
}

void LogView::setPaused(bool paused)
{
    m_pause->setText(paused ? tr("&Resume") : tr("&Pause"));
    if (!paused)
        showCollected();
}

void LogView::find(bool backwards)
{
    const QString wanted = m_search->text();
    if (wanted.isEmpty())
        return;
    const auto flags = backwards ? QTextDocument::FindBackward : QTextDocument::FindFlags();
    if (!m_text->find(wanted, flags)) {
        // Once around.
        m_text->moveCursor(backwards ? QTextCursor::End : QTextCursor::Start);
        m_text->find(wanted, flags);
    }
    m_follow->setChecked(false);
}

void LogView::markMatches()
{
    constexpr int kMostMarks = 1000;
    QList<QTextEdit::ExtraSelection> marks;
    const QString wanted = m_search->text();
    if (!wanted.isEmpty()) {
        QTextCursor match(m_text->document());
        while (marks.size() < kMostMarks) {
            match = m_text->document()->find(wanted, match);
            if (match.isNull())
                break;
            QTextEdit::ExtraSelection mark;
            mark.cursor = match;
            mark.format.setBackground(QColor(0xff, 0xd5, 0x4f));
            mark.format.setForeground(Qt::black);
            marks.append(mark);
        }
    }
    m_text->setExtraSelections(marks);
    QString count;
    if (marks.size() == kMostMarks)
        count = QLocale().toString(kMostMarks) + QLatin1Char('+');
    else if (!wanted.isEmpty())
        count = tr("%n match(es)", nullptr, int(marks.size()));
    m_matches->setText(count);
}

void LogView::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    restart();
}

void LogView::hideEvent(QHideEvent *event)
{
    m_follower.reset();
    m_showSoon.stop();
    QWidget::hideEvent(event);
}

} // namespace sharedserver
