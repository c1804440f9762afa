#pragma once

#include "core/base/error.h"
#include "core/config/serverdefinition.h"

#include <QDialog>

class QCheckBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace sharedserver {

/// Asks for a server that is to be defined and started.
class AddServerDialog : public QDialog
{
    Q_OBJECT
public:
    /// `path` is the file that remembered servers go to; `gracePeriod` what is preset.
    AddServerDialog(const QByteArray &path, const QString &gracePeriod, QWidget *parent = nullptr);

    /// What was asked for, or what is wrong with it.
    Result<ServerDefinition> definition() const;
    /// Whether it is to be in the user's servers.json.
    bool isRemembered() const;

signals:
    /// The user has confirmed something that is right so far.
    void confirmed(const sharedserver::ServerDefinition &definition, bool isRemembered);

public slots:
    void accept() override;
    /// What has come of it: the dialog stays open with this line.
    void showError(const QString &message);

private:
    void chooseDirectory();
    void check();

    QLineEdit *m_name;
    QLineEdit *m_command;
    QLineEdit *m_directory;
    QLineEdit *m_gracePeriod;
    QCheckBox *m_remember;
    QLabel *m_error;
    QPushButton *m_add;
};

} // namespace sharedserver
