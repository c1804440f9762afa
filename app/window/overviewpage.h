#pragma once

#include <QScrollArea>

class QFormLayout;
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
    QLabel *addLine(QFormLayout *form, const QString &title);
    static void setLine(QLabel *line, const QString &value);

    const ServerModel *m_model;
    QString m_name;
    QLabel *m_fullName;
    QLabel *m_state;
    QLabel *m_trouble;
    QLabel *m_command;
    QLabel *m_directory;
    QLabel *m_started;
    QLabel *m_gracePeriod;
    QLabel *m_log;
    QLabel *m_definition;
};

} // namespace sharedserver
