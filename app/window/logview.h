#pragma once

#include "app/window/logtext.h"

#include <QWidget>

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
/// Reads only while it can be seen.
class LogView : public QWidget
{
    Q_OBJECT
public:
    /// Enough to look back, little enough to hold.
    static constexpr int kMostLines = 10000;
    static constexpr qint64 kMostBytesAtFirst = 256 * 1024;

    explicit LogView(QWidget *parent = nullptr);
    ~LogView() override;

    /// Shows this log from now on; an empty path shows none.
    void setPath(const QByteArray &path);
    QString shownText() const;
    void focusSearch();

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    QWidget *makeBar();
    void restart();
    void append(const QByteArray &piece);
    void scrollToEnd();
    void handleScroll(int value);
    void setPaused(bool paused);
    void find(bool backwards);
    void markMatches();

    QByteArray m_path;
    std::unique_ptr<LogFollower> m_follower;
    LogText m_decoder;
    QByteArray m_held; ///< what came during a pause
    QPlainTextEdit *m_text;
    QLineEdit *m_search;
    QLabel *m_matches;
    QCheckBox *m_follow;
    QToolButton *m_pause;
};

} // namespace sharedserver
