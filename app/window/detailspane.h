#pragma once

#include <QTabWidget>

namespace sharedserver {

class ClientsPage;
class HistoryPage;
class LogView;
class OverviewPage;
class ServerModel;
class Supervisor;

/// All about one server, in pages.
class DetailsPane : public QTabWidget
{
    Q_OBJECT
public:
    explicit DetailsPane(ServerModel *model, QWidget *parent = nullptr);

    void follow(const Supervisor *supervisor);
    void setServer(const QString &name);
    void showOverview();
    void showLog();
    LogView *log() const { return m_log; }

protected:
    bool event(QEvent *event) override;

private:
    void refresh();

    ServerModel *m_model;
    QString m_name;
    OverviewPage *m_overview;
    ClientsPage *m_clients;
    LogView *m_log;
    HistoryPage *m_history;
};

} // namespace sharedserver
