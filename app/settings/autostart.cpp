#include "app/settings/autostart.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>
#include <QStandardPaths>

namespace sharedserver::autostart {

namespace {

#ifdef Q_OS_MACOS

QString entryPath()
{
    return QDir::homePath() + QStringLiteral("/Library/LaunchAgents/sharedserver-tray.plist");
}

QString entry()
{
    return QStringLiteral(R"(<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
    <key>Label</key>
    <string>sharedserver-tray</string>
    <key>ProgramArguments</key>
    <array>
        <string>%1</string>
    </array>
    <key>RunAtLoad</key>
    <true/>
    <key>AbandonProcessGroup</key>
    <true/>
</dict>
</plist>
)")
        .arg(QCoreApplication::applicationFilePath().toHtmlEscaped());
}

/// No other than the user's own is read.
QString systemEntryPath()
{
    return {};
}

#else

constexpr auto kEntryName = "autostart/sharedserver-tray.desktop";

QString entryPath()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation)
        + QLatin1Char('/') + QLatin1String(kEntryName);
}

/// The one of all users, as packages and administrators have it; empty where there is none. The
/// user's own entry, if there is one, counts in its place.
QString systemEntryPath()
{
    QStringList paths =
        QStandardPaths::locateAll(QStandardPaths::GenericConfigLocation, QLatin1String(kEntryName));
    paths.removeAll(entryPath());
    return paths.value(0);
}

/// An argument as the Exec key wants it (Desktop Entry specification, "The Exec key"): quoted, and
/// the value's own escapes on top.
QString execArgument(QString argument)
{
    for (const char16_t special : {u'\\', u'"', u'`', u'$'})
        argument.replace(QChar(special), QLatin1Char('\\') + QString(QChar(special)));
    argument.replace(QLatin1Char('\\'), QLatin1String("\\\\"));
    argument.replace(QLatin1Char('%'), QLatin1String("%%"));
    return QLatin1Char('"') + argument + QLatin1Char('"');
}

/// A path as a key of type string wants it, without the quotes that Exec knows ("Values").
QString stringValue(QString text)
{
    return text.replace(QLatin1Char('\\'), QLatin1String("\\\\"));
}

/// TryExec: who removes the program leaves this entry, which desktops then pass over.
QString entry()
{
    const QString program = QCoreApplication::applicationFilePath();
    return QStringLiteral("[Desktop Entry]\n"
                          "Type=Application\n"
                          "Name=Shared servers\n"
                          "Comment=Share servers between editors, shells and scripts\n"
                          "Exec=%1\n"
                          "TryExec=%2\n"
                          "Icon=sharedserver\n"
                          "Terminal=false\n"
                          "X-GNOME-Autostart-enabled=true\n")
        .arg(execArgument(program), stringValue(program));
}

#endif

bool isOnBy(const QString &path)
{
    QFile file(path);
    if (!file.exists() || !file.open(QIODevice::ReadOnly))
        return false;
    // Desktops switch an entry off by a line in it.
    const QList<QByteArray> lines = file.readAll().split('\n');
    return !lines.contains("Hidden=true") && !lines.contains("X-GNOME-Autostart-enabled=false");
}

Result<void> write(const QString &path, const QString &text)
{
    QDir().mkpath(QFileInfo(path).absolutePath());
    QSaveFile file(path);
    if (file.open(QIODevice::WriteOnly) && file.write(text.toUtf8()) > 0 && file.commit())
        return {};
    return failure(Error::Kind::Io,
                   QCoreApplication::translate("Autostart", "Cannot write '%1': %2.")
                       .arg(path, file.errorString()));
}

} // namespace

bool isOn()
{
    const QString own = entryPath();
    return isOnBy(QFile::exists(own) ? own : systemEntryPath());
}

Result<void> set(bool on)
{
    const QString path = entryPath();
    if (on)
        return write(path, entry());
    if (isOnBy(systemEntryPath()))
        return write(path, entry() + QLatin1String("Hidden=true\n"));
    if (!QFile::exists(path) || QFile::remove(path))
        return {};
    return failure(Error::Kind::Io,
                   QCoreApplication::translate("Autostart", "Cannot remove '%1'.").arg(path));
}

} // namespace sharedserver::autostart
