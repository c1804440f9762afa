// Variables in servers.json: what is replaced, what is not, and that no value changes the
// structure.

#include "core/config/variables.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QMap>
#include <QTest>

using namespace sharedserver;

class TestVariables : public QObject
{
    Q_OBJECT
private slots:
    void replacesWhatIsMeant_data();
    void replacesWhatIsMeant();
    void refusesWhatCannotBeReplaced_data();
    void refusesWhatCannotBeReplaced();
    void namesThePlaceOfAnUnsetVariable();
    void valuesNeverChangeTheStructure();
    void keysStayAsTheyAre();
    void endlessNestingIsRefused();
};

namespace {

VariableLookup variables()
{
    const QMap<QString, QString> values{{"HOME", "/home/me"},    {"PORT", "8000"},
                                        {"EMPTY", ""},           {"LOOP", "$LOOP ${PORT}"},
                                        {"EVIL", "\",\"x\":[]"}, {"A_1", "one"}};
    return [values](const QString &name) -> std::optional<QString> {
        return values.contains(name) ? std::make_optional(values.value(name)) : std::nullopt;
    };
}

} // namespace

void TestVariables::replacesWhatIsMeant_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    QTest::newRow("nothing") << "plain text"
                             << "plain text";
    QTest::newRow("empty") << ""
                           << "";
    QTest::newRow("name") << "--port=$PORT"
                          << "--port=8000";
    QTest::newRow("name ends") << "$PORT/x"
                               << "8000/x";
    QTest::newRow("digits and underscores") << "$A_1"
                                            << "one";
    QTest::newRow("braces") << "${PORT}0"
                            << "80000";
    QTest::newRow("two") << "$PORT:$PORT"
                         << "8000:8000";
    QTest::newRow("empty value") << "[$EMPTY]"
                                 << "[]";
    QTest::newRow("default unused") << "${PORT:-1}"
                                    << "8000";
    QTest::newRow("default of unset") << "${NONE:-1}"
                                      << "1";
    QTest::newRow("default of empty") << "${EMPTY:-1}"
                                      << "1";
    QTest::newRow("empty default") << "<${NONE:-}>"
                                   << "<>";
    QTest::newRow("variable in default") << "${NONE:-${PORT}/$PORT}"
                                         << "8000/8000";
    QTest::newRow("brace after dollars in default") << "${NONE:-$$}"
                                                    << "$";
    QTest::newRow("dollar") << "$$PORT"
                            << "$PORT";
    QTest::newRow("three dollars") << "$$$PORT"
                                   << "$8000";
    QTest::newRow("lone dollar") << "a $ b$"
                                 << "a $ b$";
    QTest::newRow("dollar and digit") << "$1.50"
                                      << "$1.50";
    QTest::newRow("regular expression") << "ready$|^x"
                                        << "ready$|^x";
    QTest::newRow("home") << "~/x"
                          << "/home/me/x";
    QTest::newRow("home and more") << "~/$PORT"
                                   << "/home/me/8000";
    QTest::newRow("tilde alone") << "~"
                                 << "~";
    QTest::newRow("tilde of another") << "~root/x"
                                      << "~root/x";
    QTest::newRow("tilde inside") << "a~/x"
                                  << "a~/x";
    QTest::newRow("value is not looked at again") << "$LOOP"
                                                  << "$LOOP ${PORT}";
    QTest::newRow("not ASCII") << "ä$PORTü"
                               << "ä8000ü";
}

void TestVariables::replacesWhatIsMeant()
{
    QFETCH(QString, text);
    const auto result = expandVariables(text, variables());
    QVERIFY2(result, result ? "" : qPrintable(result.error().message));
    QTEST(*result, "expected");
}

void TestVariables::refusesWhatCannotBeReplaced_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("part");
    QTest::newRow("unset") << "$NONE"
                           << "NONE is not set";
    QTest::newRow("unset in braces") << "${NONE}"
                                     << "NONE is not set";
    QTest::newRow("unset in a default") << "${NONE:-$OTHER}"
                                        << "OTHER is not set";
    QTest::newRow("open") << "${PORT"
                          << "${NAME}";
    QTest::newRow("open default") << "${NONE:-x"
                                  << "${NAME}";
    QTest::newRow("no name") << "${}"
                             << "${NAME}";
    QTest::newRow("digit first") << "${1A}"
                                 << "${NAME}";
    QTest::newRow("other operators") << "${PORT:+x}"
                                     << "${NAME}";
}

void TestVariables::refusesWhatCannotBeReplaced()
{
    QFETCH(QString, text);
    QFETCH(QString, part);
    const auto result = expandVariables(text, variables());
    QVERIFY(!result);
    QVERIFY2(result.error().message.contains(part), qPrintable(result.error().message));
}

void TestVariables::namesThePlaceOfAnUnsetVariable()
{
    const QJsonObject web{{"env", QJsonObject{{"A", "fine"}}}, {"args", QJsonArray{"x", "$NONE"}}};
    const auto result = expandVariables(QJsonValue(web), "f.json: servers.web", variables());
    QVERIFY(!result);
    QVERIFY(result.error().message.startsWith("f.json: servers.web.args[1]: "));
    QVERIFY(result.error().message.contains("NONE"));
}

void TestVariables::valuesNeverChangeTheStructure()
{
    const QJsonObject web{{"command", "$EVIL"}, {"args", QJsonArray{"$EVIL"}}};
    const auto result = expandVariables(QJsonValue(web), "", variables());
    QVERIFY(result);
    QCOMPARE(result->toObject().size(), 2);
    QCOMPARE(result->toObject().value("command").toString(), "\",\"x\":[]");
    QCOMPARE(result->toObject().value("args").toArray().size(), 1);
}

void TestVariables::keysStayAsTheyAre()
{
    const QJsonObject env{{"$PORT", "$PORT"}, {"n", 5}, {"b", true}};
    const auto result = expandVariables(QJsonValue(env), "", variables());
    QVERIFY(result);
    QCOMPARE(result->toObject(), (QJsonObject{{"$PORT", "8000"}, {"n", 5}, {"b", true}}));
}

void TestVariables::endlessNestingIsRefused()
{
    QVERIFY(!expandVariables(QString("${N:-").repeated(5000) + QString("}").repeated(5000),
                             variables()));
}

QTEST_GUILESS_MAIN(TestVariables)
#include "tst_variables.moc"
