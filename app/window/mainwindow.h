#pragma once

#include <QMainWindow>
#include <QTimer>

class QLabel;
class QLineEdit;
class QSplitter;
class QStackedWidget;

namespace sharedserver {

class DetailsPane;
class ServerActions;
class ServerCommands;
class ServerModel;
class ServerTable;
class Settings;
class Supervisor;

/// The servers in a table, the details of the one that is chosen, and everything that can be done.
/// What passes with time is read only while the window can be seen.
class MainWindow : public QMainWindow
{
    Q_OBJECT
public:
    MainWindow(ServerModel *model, ServerCommands *commands, Settings *settings,
               QWidget *parent = nullptr);
    ~MainWindow() override;

    void follow(const Supervisor *supervisor);
    /// Shows the window in front of the others.
    void raiseToFront();
    void showDetails(const QString &name);
    void showLog(const QString &name);
    /// A line on top that stays until it is closed; an empty one takes it away.
    void showNote(const QString &text);
    /// Closing it asks to quit and leaves it open, for where nothing else can be seen of us.
    void setQuitsWhenClosed(bool quits) { m_quitsWhenClosed = quits; }

signals:
    /// The user has closed the note.
    void noteRead();
    void killAsked(const QString &name);
    void addAsked();
    void settingsAsked();
    void quitAsked();

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void closeEvent(QCloseEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    QWidget *makeContent();
    QWidget *makeNote();
    void makeActions();
    void setIcons();
    void updatePage();
    void restoreLayout();
    void storeLayout();
    void showAbout();

    ServerModel *m_model;
    ServerCommands *m_commands;
    Settings *m_settings;
    ServerActions *m_actions;
    ServerTable *m_table;
    DetailsPane *m_details;
    QLineEdit *m_filterBox;
    QStackedWidget *m_pages;
    QSplitter *m_splitter;
    QWidget *m_note;
    QLabel *m_noteText;
    QAction *m_add = nullptr;
    QAction *m_stopAll = nullptr;
    QTimer m_tick;
    int m_ticks = 0;
    bool m_quitsWhenClosed = false;
};

} // namespace sharedserver
