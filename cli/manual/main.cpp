// Run by the build: writes the manual and the completions into a folder.

#include "cli/completionscript.h"
#include "cli/manual/pages.h"

#include <QDir>
#include <QSaveFile>

#include <cstdio>

namespace {

bool write(const QString &path, const QString &text)
{
    QSaveFile file(path);
    const QByteArray bytes = text.toUtf8();
    if (file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() && file.commit())
        return true;
    std::fprintf(stderr, "Cannot write '%s': %s\n", qPrintable(path),
                 qPrintable(file.errorString()));
    return false;
}

} // namespace

int main(int argc, char **argv)
{
    using namespace sharedserver;
    if (argc != 3) {
        std::fputs("Usage: sharedserver-manual FOLDER DATE\n", stderr);
        return 2;
    }
    const QDir folder(QFile::decodeName(argv[1]));
    const QString date = QString::fromLocal8Bit(argv[2]);
    const std::pair<const char *, QString> files[] = {
        {"sharedserver.1", manual::commandPage(date)},
        {"sharedserver-tray.1", manual::trayPage(date)},
        {"sharedserver-servers.json.5", manual::definitionsPage(date)},
        {"sharedserver.bash", completion::bash()},
        {"_sharedserver", completion::zsh()},
        {"sharedserver.fish", completion::fish()},
    };
    for (const auto &[name, text] : files) {
        if (!write(folder.filePath(QLatin1String(name)), text))
            return 1;
    }
    return 0;
}
