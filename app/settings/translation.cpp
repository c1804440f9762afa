#include "app/settings/translation.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QTranslator>

namespace sharedserver {

namespace {

void install(const QLocale &locale, const QString &fileName, const QString &folder)
{
    auto *translator = new QTranslator(QCoreApplication::instance());
    if (translator->load(locale, fileName, QStringLiteral("_"), folder))
        QCoreApplication::installTranslator(translator);
    else
        delete translator;
}

} // namespace

void installTranslations(const QLocale &locale)
{
    const QString own = QStringLiteral(":/i18n");
    // English has a file, too: it knows the plurals. What a language has not comes from it.
    install(QLocale(QLocale::English), QStringLiteral("sharedserver"), own);
    install(locale, QStringLiteral("sharedserver"), own);
    install(locale, QStringLiteral("qtbase"), QLibraryInfo::path(QLibraryInfo::TranslationsPath));
}

} // namespace sharedserver
