#pragma once

#include "app/window/plainlist.h"

namespace sharedserver {

class Supervisor;

/// What was asked of one server, by whom and with what result, newest first. Kept after its end.
/// Reads only while it can be seen.
class HistoryPage : public PlainList
{
    Q_OBJECT
public:
    static constexpr int kMostEntries = 200;

    explicit HistoryPage(QWidget *parent = nullptr);

    void follow(const Supervisor *supervisor) { m_supervisor = supervisor; }
    void setServer(const QString &name);
    void refresh();

protected:
    void showEvent(QShowEvent *event) override;

private:
    const Supervisor *m_supervisor = nullptr;
    QString m_name;
};

} // namespace sharedserver
