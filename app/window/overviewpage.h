#pragma once

#include <QScrollArea>

class QGridLayout;
class QLabel;

namespace sharedserver {

class ServerModel;

/// What is known of one server: its command, where it runs, since when, and what went wrong.
class OverviewPage : public QScrollArea
{
    Q_OBJECT
public:
    explicit OverviewPage(const ServerModel *model, QWidget *parent = nullptr);

    /// An empty name, or one that is not known, shows nothing.
    void setServer(const QString &name);
    /// The same server again: something about it has changed.
    void refresh();

private:
    struct Line
    {
        QLabel *title;
        QLabel *text;
    };

    static Line addLine(QGridLayout *grid, const QString &title);
    static void setLine(const Line &line, const QString &value);

    const ServerModel *m_model;
    QString m_name;
    Line m_fullName;
    Line m_state;
    Line m_trouble;
    Line m_command;
    Line m_directory;
    Line m_started;
    Line m_gracePeriod;
    Line m_log;
    Line m_definition;
};

} // namespace sharedserver
