#pragma once

#include "core/base/logtext.h"

#include <QTimer>
#include <QWidget>

#include <functional>
#include <memory>

class QCheckBox;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QToolButton;

namespace sharedserver {

class LogFollower;

/// What a server prints, live: with a search, following its end or not, and with a pause in which
/// nothing moves and nothing is lost.
///
/// Reads only while it can be seen. A server may print faster than anything can show it, and this
/// process is the watcher, too: so what comes is collected, most of the time goes to others, and
/// what would be pushed out again at once is not shown at all.
class LogView : public QWidget
{
    Q_OBJECT
public:
    /// Enough to look back, little enough to hold.
    static constexpr int kMostLines = 5000;
    static constexpr qint64 kMostBytesAtFirst = 256 * 1024;

    explicit LogView(QWidget *parent = nullptr);
    ~LogView() override;

    /// Shows this log from now on; an empty path shows none.
    void setPath(const QByteArray &path);
    /// All that is shown, for tests.
    QString shownText() const;
    void focusSearch();

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    QWidget *makeBar();
    void restart();
    void collect(const QByteArray &piece);
    void showCollected();
    void append(const QByteArray &text);
    void scrollToEnd();
    void handleScroll();
    void change(const std::function<void()> &act);
    void setPaused(bool paused);
    void find(bool backwards);
    void markMatches();

    QByteArray m_path;
    std::unique_ptr<LogFollower> m_follower;
    LogText m_decoder;
    QByteArray m_collected; ///< what is not shown yet
    QTimer m_showSoon;
    bool m_isChanging = false;
    int m_place = 0; ///< which line is the first that is seen
    QPlainTextEdit *m_text;
    QLineEdit *m_search;
    QLabel *m_matches;
    QCheckBox *m_follow;
    QToolButton *m_pause;
};

} // namespace sharedserver
