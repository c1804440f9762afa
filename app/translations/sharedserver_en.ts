<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_US" sourcelanguage="en">
<context>
    <name>Questions</name>
    <message numerus="yes">
        <source>%n server(s) running. Should they go on?</source>
        <translation>
            <numerusform>%n server running. Should it go on?</numerusform>
            <numerusform>%n servers running. Should they go on?</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ServerRow</name>
    <message numerus="yes">
        <source>Given up after %n restart(s)</source>
        <translation>
            <numerusform>Given up after %n restart</numerusform>
            <numerusform>Given up after %n restarts</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>sharedserver::LogView</name>
    <message numerus="yes">
        <source>%n match(es)</source>
        <translation>
            <numerusform>%n match</numerusform>
            <numerusform>%n matches</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>sharedserver::TrayIcon</name>
    <message numerus="yes">
        <source>%n server(s) in trouble</source>
        <translation>
            <numerusform>%n server in trouble</numerusform>
            <numerusform>%n servers in trouble</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n server(s) running</source>
        <translation>
            <numerusform>%n server running</numerusform>
            <numerusform>%n servers running</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n client(s)</source>
        <translation>
            <numerusform>%n client</numerusform>
            <numerusform>%n clients</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n in grace period</source>
        <translation>
            <numerusform>%n in grace period</numerusform>
            <numerusform>%n in grace period</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>sharedserver::TrayMenu</name>
    <message numerus="yes">
        <source>%n client(s)</source>
        <translation>
            <numerusform>%n client</numerusform>
            <numerusform>%n clients</numerusform>
        </translation>
    </message>
</context>
</TS>
