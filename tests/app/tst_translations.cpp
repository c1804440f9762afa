// The languages are complete, say the same as the original, and make no shortcut ambiguous.

#include "app/servers/servercommands.h"
#include "app/servers/servermodel.h"
#include "app/settings/settings.h"
#include "app/settings/settingsdialog.h"
#include "app/settings/translation.h"
#include "app/tray/traymenu.h"
#include "app/window/addserverdialog.h"
#include "app/window/detailspane.h"
#include "app/window/logview.h"
#include "app/window/mainwindow.h"
#include "app/window/questions.h"
#include "core/process/callercontext.h"
#include "tests/app/appworld.h"
#include "tests/app/widgets.h"

#include <QFile>
#include <QLabel>
#include <QMenuBar>
#include <QMessageBox>
#include <QTest>
#include <QToolBar>
#include <QTranslator>
#include <QXmlStreamReader>

#include <memory>
#include <vector>

using namespace sharedserver;
using namespace sharedserver::test;

class TestTranslations : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void eachTextIsTranslated_data();
    void eachTextIsTranslated();
    void noTextIsUnknown_data();
    void noTextIsUnknown();
    void countsAreSpelt_data();
    void countsAreSpelt();
    void theLocaleChooses_data();
    void theLocaleChooses();
    void shortcutsOfAMenuDiffer_data();
    void shortcutsOfAMenuDiffer();
    void shortcutsOfTheWindowDiffer_data();
    void shortcutsOfTheWindowDiffer();
    void shortcutsOfADialogDiffer_data();
    void shortcutsOfADialogDiffer();
    void noButtonIsLeftToQt_data();
    void noButtonIsLeftToQt();
};

namespace {

struct Text
{
    QString source;
    QStringList translations;
    bool isFinished = true;
};

QList<Text> readTexts(const QString &language)
{
    QFile file(QString(TRANSLATIONS "/sharedserver_%1.ts").arg(language));
    if (!file.open(QIODevice::ReadOnly))
        qFatal("There is no %s", qPrintable(file.fileName()));
    QXmlStreamReader reader(&file);
    QList<Text> texts;
    while (!reader.atEnd()) {
        if (reader.readNext() != QXmlStreamReader::StartElement)
            continue;
        if (reader.name() == QLatin1String("source")) {
            texts.append({reader.readElementText(), {}, true});
        } else if (reader.name() == QLatin1String("translation")) {
            Text &text = texts.last();
            text.isFinished = !reader.attributes().hasAttribute("type");
            QString whole;
            while (!reader.isEndElement() || reader.name() != QLatin1String("translation")) {
                reader.readNext();
                if (reader.isStartElement() && reader.name() == QLatin1String("numerusform"))
                    text.translations.append(reader.readElementText());
                else if (reader.isCharacters())
                    whole += reader.text();
            }
            if (text.translations.isEmpty())
                text.translations.append(whole);
        }
    }
    return texts;
}

/// What has to be in a translation as often as in the original.
QString skeletonOf(const QString &text)
{
    const auto count = [&text](const char *part) { return QString::number(text.count(part)); };
    QStringList parts{count("%1"), count("%2"), count("%n"), count("&")};
    const QString end = QString(text).remove(' ').right(1);
    if (QString(":….?!").contains(end))
        parts.append(end);
    return parts.join(' ');
}

void languageRows()
{
    QTest::addColumn<QString>("language");
    for (const char *language : {"en", "de", "fr"})
        QTest::newRow(language) << language;
}

QChar shortcutOf(const QString &text)
{
    const auto at = QString(text).replace("&&", "  ").indexOf('&');
    return at < 0 ? QChar() : text.at(at + 1).toUpper();
}

/// Adds it to those that are there, where no other has it.
void addShortcut(const QString &text, QMap<QChar, QString> *shortcuts)
{
    const QChar shortcut = shortcutOf(text);
    if (shortcut.isNull())
        return;
    QVERIFY2(!shortcuts->contains(shortcut),
             qPrintable(text + " and " + shortcuts->value(shortcut)));
    shortcuts->insert(shortcut, text);
}

void checkMenu(const QWidget *menu)
{
    QMap<QChar, QString> shortcuts;
    const QList<QAction *> all = menu->actions();
    for (const QAction *action : all)
        addShortcut(action->text(), &shortcuts);
}

/// Those of a window's buttons, shown or not.
void addButtons(const QWidget *window, QMap<QChar, QString> *shortcuts)
{
    const auto buttons = window->findChildren<QAbstractButton *>();
    for (const QAbstractButton *button : buttons) {
        // A tool bar's buttons have none: their texts are those of actions.
        if (!qobject_cast<QToolBar *>(button->parent()))
            addShortcut(button->text(), shortcuts);
    }
}

ServerInfo running(const QString &name)
{
    ServerInfo info;
    info.name = name;
    info.state = ServerState::Grace;
    info.record = ServerRecord();
    return info;
}

struct Parts
{
    AppWorld world;
    Settings settings;
    ServerModel model;
    ServerCommands commands{&model, CallerContext()};
};

/// Every dialog once.
struct Dialogs
{
    Dialogs()
    {
        all.push_back(std::make_unique<SettingsDialog>(&settings));
        all.push_back(std::make_unique<AddServerDialog>("/nowhere", "5m"));
        questions::askQuit(nullptr, 2, [](OnQuit, bool) {});
        questions::askKill(nullptr, "web", [] {});
        questions::showFailure(nullptr, "web", Error{Error::Kind::Io, "It failed."});
        const auto windows = QApplication::topLevelWidgets();
        for (QWidget *window : windows) {
            if (qobject_cast<QMessageBox *>(window))
                all.emplace_back(window);
        }
        if (all.size() != 5)
            qFatal("Not all dialogs are there");
    }

    AppWorld world;
    Settings settings;
    std::vector<std::unique_ptr<QWidget>> all;
};

} // namespace

void TestTranslations::init()
{
    const auto installed = qApp->findChildren<QTranslator *>();
    for (QTranslator *translator : installed)
        delete translator;
}

void TestTranslations::eachTextIsTranslated_data()
{
    languageRows();
}

void TestTranslations::eachTextIsTranslated()
{
    QFETCH(const QString, language);
    const QList<Text> texts = readTexts(language);
    QVERIFY(!texts.isEmpty());
    for (const Text &text : texts) {
        QVERIFY2(text.isFinished, qPrintable(text.source));
        for (const QString &translation : text.translations) {
            QVERIFY2(!translation.isEmpty(), qPrintable(text.source));
            QCOMPARE(skeletonOf(translation), skeletonOf(text.source));
        }
    }
}

void TestTranslations::noTextIsUnknown_data()
{
    QTest::addColumn<QString>("language");
    QTest::newRow("de") << "de";
    QTest::newRow("fr") << "fr";
}

void TestTranslations::noTextIsUnknown()
{
    QFETCH(const QString, language);
    QSet<QString> sources;
    const QList<Text> texts = readTexts(language);
    for (const Text &text : texts)
        sources.insert(text.source);
    // Without a translator, what a window shows is the original.
    Parts parts;
    const MainWindow window(&parts.model, &parts.commands, &parts.settings);
    const auto actions = window.findChildren<QAction *>();
    for (const QAction *action : actions) {
        if (!action->text().isEmpty() && !action->text().startsWith("qt_"))
            QVERIFY2(sources.contains(action->text()), qPrintable(action->text()));
    }
    const auto buttons = window.findChildren<QAbstractButton *>();
    for (const QAbstractButton *button : buttons) {
        if (!button->text().isEmpty() && !button->objectName().startsWith("qt_"))
            QVERIFY2(sources.contains(button->text()) || qobject_cast<QToolBar *>(button->parent()),
                     qPrintable(button->text()));
    }
}

void TestTranslations::countsAreSpelt_data()
{
    QTest::addColumn<QString>("language");
    QTest::addColumn<QString>("none");
    QTest::addColumn<QString>("one");
    QTest::addColumn<QString>("two");
    QTest::newRow("en") << "en"
                        << "0 clients"
                        << "1 client"
                        << "2 clients";
    QTest::newRow("de") << "de"
                        << "0 Nutzer"
                        << "1 Nutzer"
                        << "2 Nutzer";
    QTest::newRow("fr") << "fr"
                        << "0 client"
                        << "1 client"
                        << "2 clients";
    QTest::newRow("any other") << "tlh"
                               << "0 clients"
                               << "1 client"
                               << "2 clients";
}

void TestTranslations::countsAreSpelt()
{
    QFETCH(const QString, language);
    installTranslations(QLocale(language));
    QTEST(TrayMenu::tr("%n client(s)", nullptr, 0), "none");
    QTEST(TrayMenu::tr("%n client(s)", nullptr, 1), "one");
    QTEST(TrayMenu::tr("%n client(s)", nullptr, 2), "two");
}

void TestTranslations::theLocaleChooses_data()
{
    QTest::addColumn<QString>("locale");
    QTest::addColumn<QString>("text");
    QTest::newRow("C") << "C"
                       << "&Open Window";
    QTest::newRow("en_GB") << "en_GB"
                           << "&Open Window";
    QTest::newRow("de_DE") << "de_DE"
                           << "&Fenster öffnen";
    QTest::newRow("de_AT") << "de_AT"
                           << "&Fenster öffnen";
    QTest::newRow("fr_CA") << "fr_CA"
                           << "&Ouvrir la fenêtre";
    QTest::newRow("ja_JP") << "ja_JP"
                           << "&Open Window";
}

void TestTranslations::theLocaleChooses()
{
    QFETCH(const QString, locale);
    installTranslations(QLocale(locale));
    QTEST(TrayMenu::tr("&Open Window"), "text");
}

void TestTranslations::shortcutsOfAMenuDiffer_data()
{
    languageRows();
}

void TestTranslations::shortcutsOfAMenuDiffer()
{
    QFETCH(const QString, language);
    installTranslations(QLocale(language));
    Parts parts;
    const MainWindow window(&parts.model, &parts.commands, &parts.settings);
    checkMenu(window.menuBar());
    const auto menus = window.menuBar()->findChildren<QMenu *>();
    QVERIFY(menus.size() > 2);
    for (const QMenu *menu : menus)
        checkMenu(menu);
    TrayMenu trayMenu(&parts.model, &parts.commands);
    parts.model.put(running("web"));
    checkMenu(&trayMenu);
    QTRY_VERIFY(!trayMenu.findChildren<QMenu *>().isEmpty());
    const auto serverMenus = trayMenu.findChildren<QMenu *>();
    for (const QMenu *menu : serverMenus)
        checkMenu(menu);
}

void TestTranslations::shortcutsOfTheWindowDiffer_data()
{
    languageRows();
}

void TestTranslations::shortcutsOfTheWindowDiffer()
{
    QFETCH(const QString, language);
    installTranslations(QLocale(language));
    Parts parts;
    const MainWindow window(&parts.model, &parts.commands, &parts.settings);
    QMap<QChar, QString> shortcuts;
    const auto menus = window.menuBar()->actions();
    for (const QAction *menu : menus)
        addShortcut(menu->text(), &shortcuts);
    const auto *details = window.findChild<DetailsPane *>();
    for (int tab = 0; tab < details->count(); ++tab)
        addShortcut(details->tabText(tab), &shortcuts);
    addButtons(&window, &shortcuts);
    addShortcut(LogView::tr("&Resume"), &shortcuts); // what "Pause" turns into
    QVERIFY(shortcuts.size() > 10);
}

void TestTranslations::shortcutsOfADialogDiffer_data()
{
    languageRows();
}

void TestTranslations::shortcutsOfADialogDiffer()
{
    QFETCH(const QString, language);
    installTranslations(QLocale(language));
    const Dialogs dialogs;
    for (const auto &dialog : dialogs.all) {
        QMap<QChar, QString> shortcuts;
        addButtons(dialog.get(), &shortcuts);
        const auto labels = dialog->findChildren<QLabel *>();
        for (const QLabel *label : labels) {
            if (label->buddy())
                addShortcut(label->text(), &shortcuts);
        }
    }
}

void TestTranslations::noButtonIsLeftToQt_data()
{
    noTextIsUnknown_data();
}

/// Whose own translations are not on every machine.
void TestTranslations::noButtonIsLeftToQt()
{
    QFETCH(const QString, language);
    installTranslations(QLocale(language));
    QSet<QString> own;
    const QList<Text> texts = readTexts(language);
    for (const Text &text : texts)
        own.insert(text.translations.first());
    const Dialogs dialogs;
    for (const auto &dialog : dialogs.all) {
        const auto buttons = dialog->findChildren<QAbstractButton *>();
        for (const QAbstractButton *button : buttons)
            QVERIFY2(button->text().isEmpty() || own.contains(button->text()),
                     qPrintable(button->text()));
    }
}

QTEST_MAIN(TestTranslations)
#include "tst_translations.moc"
