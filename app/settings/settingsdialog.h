#pragma once

#include <QDialog>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;

namespace sharedserver {

class Settings;

/// The user's choices, to be changed.
class SettingsDialog : public QDialog
{
    Q_OBJECT
public:
    explicit SettingsDialog(Settings *settings, QWidget *parent = nullptr);

public slots:
    void accept() override;

private:
    QWidget *makeStartGroup();
    QWidget *makeNewsGroup();
    QWidget *makeServersGroup();
    QWidget *makeIconGroup();
    void read();

    Settings *m_settings;
    QCheckBox *m_autostart;
    QCheckBox *m_hidden;
    QCheckBox *m_newsCrashed;
    QCheckBox *m_newsStarted;
    QCheckBox *m_newsGrace;
    QLineEdit *m_gracePeriod;
    QComboBox *m_onQuit;
    QComboBox *m_icon;
    QLabel *m_error;
};

} // namespace sharedserver
