#pragma once

#include <QProcess>
#include <QString>

#include <memory>
#include <vector>

namespace sharedserver::test {

/// A desktop of a test's own: an X server without a screen (Xvfb) and a message bus. Nothing is on
/// it that the test does not put there. Ends with this object.
class Desktop
{
public:
    Desktop();
    ~Desktop();

    /// The variables by which programs find it, `K=V`.
    QStringList environment() const;
    QString busAddress() const { return m_busAddress; }

    /// Brings this process onto it; before a QGuiApplication is made.
    void enter() const;

    /// Starts a program on it, to be ended with it.
    QProcess *start(const QString &program, const QStringList &arguments);
    /// Runs one to its end and returns what it prints.
    QString run(const QString &program, const QStringList &arguments);

private:
    void startDisplay();
    void startBus();
    std::unique_ptr<QProcess> newProcess() const;

    QString m_display;
    QString m_busAddress;
    std::vector<std::unique_ptr<QProcess>> m_processes; ///< ended in the reverse order
};

} // namespace sharedserver::test
