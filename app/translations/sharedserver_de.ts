<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE" sourcelanguage="en">
<context>
    <name>Autostart</name>
    <message>
        <source>Cannot remove &apos;%1&apos;.</source>
        <translation>&apos;%1&apos; lässt sich nicht löschen.</translation>
    </message>
    <message>
        <source>Cannot write &apos;%1&apos;: %2.</source>
        <translation>&apos;%1&apos; lässt sich nicht schreiben: %2.</translation>
    </message>
</context>
<context>
    <name>Options</name>
    <message>
        <source>Start with the icon alone</source>
        <translation>Nur mit dem Symbol starten</translation>
    </message>
    <message>
        <source>Open the window</source>
        <translation>Das Fenster öffnen</translation>
    </message>
    <message>
        <source>End the tray that runs; its servers go on unless the settings say otherwise</source>
        <translation>Das laufende Programm beenden; seine Server laufen weiter, wenn die Einstellungen nichts anderes sagen</translation>
    </message>
    <message>
        <source>Shows shared servers in the desktop&apos;s tray, and looks after them.</source>
        <translation>Zeigt gemeinsam benutzte Server im Infobereich und kümmert sich um sie.</translation>
    </message>
    <message>
        <source>There is no desktop here: neither DISPLAY nor WAYLAND_DISPLAY is set. The command &apos;sharedserver&apos; works without one.</source>
        <translation>Hier gibt es keine Arbeitsfläche: Weder DISPLAY noch WAYLAND_DISPLAY ist gesetzt. Der Befehl &apos;sharedserver&apos; kommt ohne aus.</translation>
    </message>
</context>
<context>
    <name>Questions</name>
    <message>
        <source>Kill Server</source>
        <translation>Server abschießen</translation>
    </message>
    <message>
        <source>Kill &apos;%1&apos; at once?</source>
        <translation>&apos;%1&apos; sofort abschießen?</translation>
    </message>
    <message>
        <source>It cannot save anything, and its clients lose it.</source>
        <translation>Er kann nichts mehr sichern, und seine Nutzer verlieren ihn.</translation>
    </message>
    <message>
        <source>&amp;Kill</source>
        <translation>&amp;Abschießen</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message numerus="yes">
        <source>%n server(s) running. Should they go on?</source>
        <translation>
            <numerusform>%n Server läuft. Soll er weiterlaufen?</numerusform>
            <numerusform>%n Server laufen. Sollen sie weiterlaufen?</numerusform>
        </translation>
    </message>
    <message>
        <source>Servers that go on are looked after in the background: they are stopped when nobody uses them any more.</source>
        <translation>Um weiterlaufende Server kümmert sich ein Hintergrundprogramm: Es hält sie an, wenn niemand sie mehr benutzt.</translation>
    </message>
    <message>
        <source>&amp;Remember my choice</source>
        <translation>Auswahl &amp;merken</translation>
    </message>
    <message>
        <source>&amp;Let Them Go On</source>
        <translation>&amp;Weiterlaufen lassen</translation>
    </message>
    <message>
        <source>&amp;Stop Them</source>
        <translation>An&amp;halten</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>OK</source>
        <translation>OK</translation>
    </message>
</context>
<context>
    <name>ServerRow</name>
    <message>
        <source>Active</source>
        <translation>Aktiv</translation>
    </message>
    <message>
        <source>Grace period</source>
        <translation>Nachfrist</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Angehalten</translation>
    </message>
    <message>
        <source>Crashed (exit code %1)</source>
        <translation>Abgestürzt (Exit-Code %1)</translation>
    </message>
    <message>
        <source>Crashed (signal %1)</source>
        <translation>Abgestürzt (Signal %1)</translation>
    </message>
    <message>
        <source>Crashed</source>
        <translation>Abgestürzt</translation>
    </message>
    <message>
        <source>Failed to start</source>
        <translation>Start misslungen</translation>
    </message>
    <message>
        <source>Unreadable</source>
        <translation>Unlesbar</translation>
    </message>
    <message>
        <source>Defunct</source>
        <translation>Erloschen</translation>
    </message>
    <message>
        <source>%1, not ready yet</source>
        <translation>%1, noch nicht bereit</translation>
    </message>
    <message>
        <source>%1, starts again soon</source>
        <translation>%1, startet bald neu</translation>
    </message>
    <message numerus="yes">
        <source>Given up after %n restart(s)</source>
        <translation>
            <numerusform>Nach %n Neustart aufgegeben</numerusform>
            <numerusform>Nach %n Neustarts aufgegeben</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TimeText</name>
    <message>
        <source>%1 d</source>
        <translation>%1 T</translation>
    </message>
    <message>
        <source>%1 h</source>
        <translation>%1 Std</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 Min</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
</context>
<context>
    <name>sharedserver::AddServerDialog</name>
    <message>
        <source>&amp;Remember it</source>
        <translation>&amp;Merken</translation>
    </message>
    <message>
        <source>Add Server</source>
        <translation>Server hinzufügen</translation>
    </message>
    <message>
        <source>for example: web</source>
        <translation>zum Beispiel: web</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>Befehl</translation>
    </message>
    <message>
        <source>Directory</source>
        <translation>Verzeichnis</translation>
    </message>
    <message>
        <source>Grace period</source>
        <translation>Nachfrist</translation>
    </message>
    <message>
        <source>How long it goes on without clients: 30s, 5m, 2h30m</source>
        <translation>Wie lange er ohne Nutzer weiterläuft: 30s, 5m, 2h30m</translation>
    </message>
    <message>
        <source>Define it in %1</source>
        <translation>In %1 eintragen</translation>
    </message>
    <message>
        <source>What is wrong</source>
        <translation>Was nicht stimmt</translation>
    </message>
    <message>
        <source>&amp;Browse…</source>
        <translation>&amp;Auswählen …</translation>
    </message>
    <message>
        <source>Nobody uses it at first, so it stops after this time unless somebody comes.</source>
        <translation>Anfangs benutzt ihn niemand: Kommt in dieser Zeit keiner, hält er wieder an.</translation>
    </message>
    <message>
        <source>&amp;Name:</source>
        <translation>&amp;Name:</translation>
    </message>
    <message>
        <source>&amp;Command:</source>
        <translation>&amp;Befehl:</translation>
    </message>
    <message>
        <source>&amp;Directory:</source>
        <translation>&amp;Verzeichnis:</translation>
    </message>
    <message>
        <source>&amp;Grace period:</source>
        <translation>Nach&amp;frist:</translation>
    </message>
    <message>
        <source>&amp;Start Server</source>
        <translation>&amp;Server starten</translation>
    </message>
    <message>
        <source>Give the command that starts the server.</source>
        <translation>Gib den Befehl an, der den Server startet.</translation>
    </message>
    <message>
        <source>There is no directory &apos;%1&apos;.</source>
        <translation>Es gibt kein Verzeichnis &apos;%1&apos;.</translation>
    </message>
    <message>
        <source>Directory of the Server</source>
        <translation>Verzeichnis des Servers</translation>
    </message>
    <message>
        <source>By which everybody asks for it</source>
        <translation>Unter dem alle nach ihm fragen</translation>
    </message>
    <message>
        <source>Words as they stand, or anything that a shell understands</source>
        <translation>Wörter, wie sie dastehen, oder alles, was eine Shell versteht</translation>
    </message>
    <message>
        <source>Where it is started</source>
        <translation>Wo er gestartet wird</translation>
    </message>
    <message>
        <source>Choose the directory</source>
        <translation>Das Verzeichnis auswählen</translation>
    </message>
    <message>
        <source>Start it now</source>
        <translation>Ihn jetzt starten</translation>
    </message>
    <message>
        <source>&apos;%1&apos; is no server name. Use 1 to 100 letters (A to Z), digits and . _ @ : + -, beginning with a letter or a digit.</source>
        <translation>„%1“ ist kein Servername. Möglich sind 1 bis 100 Buchstaben (A bis Z), Ziffern und . _ @ : + -, zu Beginn ein Buchstabe oder eine Ziffer.</translation>
    </message>
    <message>
        <source>&apos;%1&apos; is not a time span. Write it like 30s, 5m, 1h or 2h30m.</source>
        <translation>„%1“ ist keine Zeitspanne. Zum Beispiel: 30s, 5m, 1h oder 2h30m.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
</context>
<context>
    <name>sharedserver::ClientsPage</name>
    <message>
        <source>PID</source>
        <translation>PID</translation>
    </message>
    <message>
        <source>Program</source>
        <translation>Programm</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>Seit</translation>
    </message>
    <message>
        <source>Metadata</source>
        <translation>Angaben</translation>
    </message>
    <message>
        <source>Clients</source>
        <translation>Nutzer</translation>
    </message>
    <message>
        <source>The processes that use this server</source>
        <translation>Die Prozesse, die diesen Server benutzen</translation>
    </message>
</context>
<context>
    <name>sharedserver::DesktopNotifications</name>
    <message>
        <source>Shared Servers</source>
        <translation>Gemeinsame Server</translation>
    </message>
</context>
<context>
    <name>sharedserver::DetailsPane</name>
    <message>
        <source>Details of the server</source>
        <translation>Einzelheiten des Servers</translation>
    </message>
    <message>
        <source>&amp;Overview</source>
        <translation>&amp;Übersicht</translation>
    </message>
    <message>
        <source>Cl&amp;ients</source>
        <translation>&amp;Nutzer</translation>
    </message>
    <message>
        <source>&amp;Log</source>
        <translation>Pr&amp;otokoll</translation>
    </message>
    <message>
        <source>Histor&amp;y</source>
        <translation>Ver&amp;lauf</translation>
    </message>
    <message>
        <source>Cl&amp;ients (%1)</source>
        <translation>&amp;Nutzer (%1)</translation>
    </message>
    <message>
        <source>Overview, clients, log and history of the chosen server</source>
        <translation>Übersicht, Nutzer, Protokoll und Verlauf des gewählten Servers</translation>
    </message>
</context>
<context>
    <name>sharedserver::EmptyPage</name>
    <message>
        <source>No servers yet</source>
        <translation>Noch keine Server</translation>
    </message>
    <message>
        <source>A server is started by the first who needs it and stopped after the last. Start one in a terminal:</source>
        <translation>Wer einen Server zuerst braucht, startet ihn; nach dem Letzten hält er an. Starte einen im Terminal:</translation>
    </message>
    <message>
        <source>A first command</source>
        <translation>Ein erster Befehl</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Kopieren</translation>
    </message>
    <message>
        <source>Copies the command to the clipboard</source>
        <translation>Kopiert den Befehl in die Zwischenablage</translation>
    </message>
    <message>
        <source>&amp;Add Server…</source>
        <translation>Server hin&amp;zufügen …</translation>
    </message>
    <message>
        <source>Defines a server and starts it</source>
        <translation>Legt einen Server an und startet ihn</translation>
    </message>
    <message>
        <source>or start one here:</source>
        <translation>oder starte hier einen:</translation>
    </message>
    <message>
        <source>To be run in a terminal</source>
        <translation>In einem Terminal auszuführen</translation>
    </message>
</context>
<context>
    <name>sharedserver::Farewell</name>
    <message>
        <source>The program &apos;sharedserver&apos; was not found.</source>
        <translation>Das Programm &apos;sharedserver&apos; wurde nicht gefunden.</translation>
    </message>
</context>
<context>
    <name>sharedserver::HistoryPage</name>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Request</source>
        <translation>Auftrag</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>Remarks</source>
        <translation>Bemerkungen</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <source>What was asked of this server, newest first</source>
        <translation>Was von diesem Server verlangt wurde, das Neueste zuerst</translation>
    </message>
    <message>
        <source>done</source>
        <translation>erledigt</translation>
    </message>
    <message>
        <source>attach</source>
        <translation>Anbinden</translation>
    </message>
    <message>
        <source>detach</source>
        <translation>Lösen</translation>
    </message>
    <message>
        <source>start</source>
        <translation>Start</translation>
    </message>
    <message>
        <source>stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>restart</source>
        <translation>Neustart</translation>
    </message>
    <message>
        <source>end</source>
        <translation>Ende</translation>
    </message>
    <message>
        <source>end of the grace period</source>
        <translation>Ende der Nachfrist</translation>
    </message>
    <message>
        <source>readiness</source>
        <translation>Bereitschaft</translation>
    </message>
    <message>
        <source>client PID %1</source>
        <translation>Nutzer-PID %1</translation>
    </message>
    <message>
        <source>server PID %1</source>
        <translation>Server-PID %1</translation>
    </message>
    <message>
        <source>watcher PID %1</source>
        <translation>Wächter-PID %1</translation>
    </message>
    <message>
        <source>clients: %1</source>
        <translation>Nutzer: %1</translation>
    </message>
    <message>
        <source>grace period %1</source>
        <translation>Nachfrist %1</translation>
    </message>
    <message>
        <source>log file %1</source>
        <translation>Protokolldatei %1</translation>
    </message>
    <message>
        <source>exit code %1</source>
        <translation>Exit-Code %1</translation>
    </message>
    <message>
        <source>signal %1</source>
        <translation>Signal %1</translation>
    </message>
    <message>
        <source>state: %1</source>
        <translation>Zustand: %1</translation>
    </message>
    <message>
        <source>reason: %1</source>
        <translation>Grund: %1</translation>
    </message>
    <message>
        <source>active</source>
        <translation>aktiv</translation>
    </message>
    <message>
        <source>grace period</source>
        <translation>Nachfrist</translation>
    </message>
    <message>
        <source>ended by itself</source>
        <translation>von selbst beendet</translation>
    </message>
    <message>
        <source>crashed</source>
        <translation>abgestürzt</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>angehalten</translation>
    </message>
    <message>
        <source>killed</source>
        <translation>abgeschossen</translation>
    </message>
    <message>
        <source>replaced</source>
        <translation>ersetzt</translation>
    </message>
    <message>
        <source>not used any more</source>
        <translation>nicht mehr benutzt</translation>
    </message>
    <message>
        <source>died</source>
        <translation>gestorben</translation>
    </message>
</context>
<context>
    <name>sharedserver::LogView</name>
    <message>
        <source>&amp;Follow</source>
        <translation>&amp;Mitlaufen</translation>
    </message>
    <message>
        <source>It has printed nothing yet.</source>
        <translation>Er hat noch nichts ausgegeben.</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>What the server prints</source>
        <translation>Was der Server ausgibt</translation>
    </message>
    <message>
        <source>Search the log</source>
        <translation>Protokoll durchsuchen</translation>
    </message>
    <message>
        <source>Keep the end of the log in sight</source>
        <translation>Das Ende des Protokolls im Blick behalten</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>&amp;Pause</translation>
    </message>
    <message>
        <source>Hold the log still; what comes meanwhile is shown afterwards</source>
        <translation>Das Protokoll stehen lassen; was inzwischen kommt, erscheint danach</translation>
    </message>
    <message>
        <source>Previous match</source>
        <translation>Voriger Treffer</translation>
    </message>
    <message>
        <source>Next match</source>
        <translation>Nächster Treffer</translation>
    </message>
    <message>
        <source>&amp;Resume</source>
        <translation>&amp;Fortsetzen</translation>
    </message>
    <message numerus="yes">
        <source>%n match(es)</source>
        <translation>
            <numerusform>%n Treffer</numerusform>
            <numerusform>%n Treffer</numerusform>
        </translation>
    </message>
    <message>
        <source>Return goes to the next match</source>
        <translation>Die Eingabetaste geht zum nächsten Treffer</translation>
    </message>
</context>
<context>
    <name>sharedserver::MainWindow</name>
    <message>
        <source>Shared Servers</source>
        <translation>Gemeinsame Server</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Hinweis</translation>
    </message>
    <message>
        <source>Got It</source>
        <translation>Verstanden</translation>
    </message>
    <message>
        <source>Filter by name, state or command</source>
        <translation>Nach Name, Zustand oder Befehl filtern</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>Filter</translation>
    </message>
    <message>
        <source>&amp;Server</source>
        <translation>&amp;Server</translation>
    </message>
    <message>
        <source>&amp;Add Server…</source>
        <translation>Server hin&amp;zufügen …</translation>
    </message>
    <message>
        <source>Define a server and start it</source>
        <translation>Einen Server anlegen und starten</translation>
    </message>
    <message>
        <source>Stop All Ser&amp;vers</source>
        <translation>Alle Ser&amp;ver anhalten</translation>
    </message>
    <message>
        <source>Close &amp;Window</source>
        <translation>&amp;Fenster schließen</translation>
    </message>
    <message>
        <source>&amp;Quit…</source>
        <translation>&amp;Beenden …</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>&amp;Filter</source>
        <translation>&amp;Filtern</translation>
    </message>
    <message>
        <source>&amp;Settings…</source>
        <translation>&amp;Einstellungen …</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>&amp;About Shared Servers</source>
        <translation>Über &amp;Gemeinsame Server</translation>
    </message>
    <message>
        <source>Actions</source>
        <translation>Aktionen</translation>
    </message>
    <message>
        <source>About Shared Servers</source>
        <translation>Über Gemeinsame Server</translation>
    </message>
    <message>
        <source>&lt;h3&gt;Shared Servers %1&lt;/h3&gt;&lt;p&gt;Starts a server once and shares it between editors, shells and scripts; stops it after the last of them has left.&lt;/p&gt;</source>
        <translation>&lt;h3&gt;Gemeinsame Server %1&lt;/h3&gt;&lt;p&gt;Startet einen Server einmal und teilt ihn zwischen Editoren, Shells und Skripten; hält ihn an, wenn der Letzte gegangen ist.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>Close this note</source>
        <translation>Diesen Hinweis schließen</translation>
    </message>
    <message>
        <source>Shows only servers with this in their name, state or command</source>
        <translation>Zeigt nur Server, in deren Name, Zustand oder Befehl das vorkommt</translation>
    </message>
</context>
<context>
    <name>sharedserver::Notifier</name>
    <message>
        <source>%1 was started</source>
        <translation>%1 wurde gestartet</translation>
    </message>
    <message>
        <source>It ended with exit code %1.</source>
        <translation>Er endete mit Exit-Code %1.</translation>
    </message>
    <message>
        <source>It was ended by signal %1.</source>
        <translation>Er wurde durch Signal %1 beendet.</translation>
    </message>
    <message>
        <source>How it ended is not known.</source>
        <translation>Wie er endete, ist nicht bekannt.</translation>
    </message>
    <message>
        <source>%1 has crashed</source>
        <translation>%1 ist abgestürzt</translation>
    </message>
    <message>
        <source>%1 was stopped</source>
        <translation>%1 wurde angehalten</translation>
    </message>
    <message>
        <source>Nobody has used it during its grace period.</source>
        <translation>Niemand hat ihn während seiner Nachfrist benutzt.</translation>
    </message>
    <message>
        <source>%1 failed to start</source>
        <translation>%1 ist nicht gestartet</translation>
    </message>
    <message>
        <source>Show Log</source>
        <translation>Protokoll zeigen</translation>
    </message>
    <message>
        <source>It will be started again.</source>
        <translation>Er wird neu gestartet.</translation>
    </message>
    <message>
        <source>%1 is not started again</source>
        <translation>%1 wird nicht neu gestartet</translation>
    </message>
</context>
<context>
    <name>sharedserver::OverviewPage</name>
    <message>
        <source>State:</source>
        <translation>Zustand:</translation>
    </message>
    <message>
        <source>Trouble:</source>
        <translation>Störung:</translation>
    </message>
    <message>
        <source>Command:</source>
        <translation>Befehl:</translation>
    </message>
    <message>
        <source>Directory:</source>
        <translation>Verzeichnis:</translation>
    </message>
    <message>
        <source>Started:</source>
        <translation>Gestartet:</translation>
    </message>
    <message>
        <source>Grace period:</source>
        <translation>Nachfrist:</translation>
    </message>
    <message>
        <source>Log file:</source>
        <translation>Protokolldatei:</translation>
    </message>
    <message>
        <source>Defined as:</source>
        <translation>Angelegt als:</translation>
    </message>
    <message>
        <source>Overview</source>
        <translation>Übersicht</translation>
    </message>
    <message>
        <source>What the server runs, where and since when</source>
        <translation>Was der Server ausführt, wo und seit wann</translation>
    </message>
    <message>
        <source>Name:</source>
        <translation>Name:</translation>
    </message>
</context>
<context>
    <name>sharedserver::ServerActions</name>
    <message>
        <source>&amp;Start</source>
        <translation>&amp;Starten</translation>
    </message>
    <message>
        <source>S&amp;top</source>
        <translation>An&amp;halten</translation>
    </message>
    <message>
        <source>&amp;Restart</source>
        <translation>&amp;Neu starten</translation>
    </message>
    <message>
        <source>&amp;Kill…</source>
        <translation>&amp;Abschießen …</translation>
    </message>
    <message>
        <source>Show &amp;Log</source>
        <translation>Pr&amp;otokoll zeigen</translation>
    </message>
    <message>
        <source>&amp;Copy Command</source>
        <translation>Befehl &amp;kopieren</translation>
    </message>
    <message>
        <source>&amp;Details</source>
        <translation>&amp;Einzelheiten</translation>
    </message>
    <message>
        <source>Remove from L&amp;ist</source>
        <translation>Aus der &amp;Liste nehmen</translation>
    </message>
    <message>
        <source>Start it with the command of before</source>
        <translation>Ihn mit dem Befehl von vorher starten</translation>
    </message>
    <message>
        <source>Ask it to end, also for its clients</source>
        <translation>Ihn bitten, sich zu beenden, auch für seine Nutzer</translation>
    </message>
    <message>
        <source>Stop it and start it again, with the same clients</source>
        <translation>Ihn anhalten und mit denselben Nutzern wieder starten</translation>
    </message>
    <message>
        <source>End it at once; it cannot save anything</source>
        <translation>Ihn sofort beenden; er kann nichts mehr sichern</translation>
    </message>
    <message>
        <source>Show what it prints</source>
        <translation>Zeigen, was er ausgibt</translation>
    </message>
    <message>
        <source>Copy its command line, as for a shell</source>
        <translation>Seine Befehlszeile kopieren, wie für eine Shell</translation>
    </message>
    <message>
        <source>Show all that is known of it</source>
        <translation>Alles zeigen, was von ihm bekannt ist</translation>
    </message>
    <message>
        <source>Forget a server that does not run</source>
        <translation>Einen Server vergessen, der nicht läuft</translation>
    </message>
</context>
<context>
    <name>sharedserver::ServerModel</name>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>PID</source>
        <translation>PID</translation>
    </message>
    <message>
        <source>Clients</source>
        <translation>Nutzer</translation>
    </message>
    <message>
        <source>Uptime</source>
        <translation>Laufzeit</translation>
    </message>
    <message>
        <source>Stops in</source>
        <translation>Hält in</translation>
    </message>
    <message>
        <source>CPU</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Speicher</translation>
    </message>
</context>
<context>
    <name>sharedserver::ServerTable</name>
    <message>
        <source>Servers</source>
        <translation>Server</translation>
    </message>
    <message>
        <source>All servers with their state; return shows one&apos;s details</source>
        <translation>Alle Server mit ihrem Zustand; die Eingabetaste zeigt Einzelheiten</translation>
    </message>
</context>
<context>
    <name>sharedserver::SettingsDialog</name>
    <message>
        <source>Start at &amp;login</source>
        <translation>Bei der &amp;Anmeldung starten</translation>
    </message>
    <message>
        <source>Start &amp;hidden, with the icon alone</source>
        <translation>&amp;Verborgen starten, nur mit dem Symbol</translation>
    </message>
    <message>
        <source>A server has &amp;crashed or failed to start</source>
        <translation>ein Server ab&amp;gestürzt oder nicht gestartet ist</translation>
    </message>
    <message>
        <source>A server was &amp;started</source>
        <translation>ein Server ges&amp;tartet wurde</translation>
    </message>
    <message>
        <source>A server was stopped &amp;after its grace period</source>
        <translation>ein Server nach seiner Nach&amp;frist angehalten wurde</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>What is wrong</source>
        <translation>Was nicht stimmt</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Start</translation>
    </message>
    <message>
        <source>Notify me when</source>
        <translation>Benachrichtigen, wenn</translation>
    </message>
    <message>
        <source>Servers</source>
        <translation>Server</translation>
    </message>
    <message>
        <source>For servers started here: 30s, 5m, 2h30m</source>
        <translation>Für hier gestartete Server: 30s, 5m, 2h30m</translation>
    </message>
    <message>
        <source>Default &amp;grace period:</source>
        <translation>Übliche &amp;Nachfrist:</translation>
    </message>
    <message>
        <source>Ask</source>
        <translation>Fragen</translation>
    </message>
    <message>
        <source>Let servers go on</source>
        <translation>Server weiterlaufen lassen</translation>
    </message>
    <message>
        <source>Stop servers</source>
        <translation>Server anhalten</translation>
    </message>
    <message>
        <source>On &amp;quit:</source>
        <translation>Beim &amp;Beenden:</translation>
    </message>
    <message>
        <source>Tray icon</source>
        <translation>Symbol im Infobereich</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source>Light icon, for dark panels</source>
        <translation>Helles Symbol, für dunkle Leisten</translation>
    </message>
    <message>
        <source>Dark icon, for light panels</source>
        <translation>Dunkles Symbol, für helle Leisten</translation>
    </message>
    <message>
        <source>&amp;Icon:</source>
        <translation>&amp;Symbol:</translation>
    </message>
    <message>
        <source>Starts this program when you log in</source>
        <translation>Startet dieses Programm, wenn du dich anmeldest</translation>
    </message>
    <message>
        <source>Opens no window when the program starts</source>
        <translation>Öffnet kein Fenster, wenn das Programm startet</translation>
    </message>
    <message>
        <source>Shows how it ended, with a way to its log</source>
        <translation>Zeigt, wie er endete, mit einem Weg zu seinem Protokoll</translation>
    </message>
    <message>
        <source>Shows what others start, not what you start here</source>
        <translation>Zeigt, was andere starten, nicht, was du hier startest</translation>
    </message>
    <message>
        <source>Shows that a server has stopped because nobody used it</source>
        <translation>Zeigt, dass ein Server angehalten hat, weil ihn niemand benutzte</translation>
    </message>
    <message>
        <source>What becomes of running servers when you quit this program</source>
        <translation>Was aus laufenden Servern wird, wenn du dieses Programm beendest</translation>
    </message>
    <message>
        <source>The automatic one can be seen on light and on dark panels</source>
        <translation>Das automatische ist auf hellen und auf dunklen Leisten zu sehen</translation>
    </message>
    <message>
        <source>&apos;%1&apos; is not a time span. Write it like 30s, 5m, 1h or 2h30m.</source>
        <translation>„%1“ ist keine Zeitspanne. Zum Beispiel: 30s, 5m, 1h oder 2h30m.</translation>
    </message>
    <message>
        <source>OK</source>
        <translation>OK</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
</context>
<context>
    <name>sharedserver::TrayApplication</name>
    <message>
        <source>Shared Servers</source>
        <translation>Gemeinsame Server</translation>
    </message>
    <message>
        <source>This desktop shows no tray icons, so this window takes the icon&apos;s place. Closing it quits; servers may go on.</source>
        <translation>Diese Arbeitsfläche zeigt keine Symbole im Infobereich, darum tritt dieses Fenster an die Stelle des Symbols. Wird es geschlossen, endet das Programm; Server können weiterlaufen.</translation>
    </message>
    <message>
        <source>A server of this name runs already.</source>
        <translation>Ein Server dieses Namens läuft schon.</translation>
    </message>
</context>
<context>
    <name>sharedserver::TrayIcon</name>
    <message numerus="yes">
        <source>%n server(s) in trouble</source>
        <translation>
            <numerusform>%n Server gestört</numerusform>
            <numerusform>%n Server gestört</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n server(s) running</source>
        <translation>
            <numerusform>%n Server läuft</numerusform>
            <numerusform>%n Server laufen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n client(s)</source>
        <translation>
            <numerusform>%n Nutzer</numerusform>
            <numerusform>%n Nutzer</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n in grace period</source>
        <translation>
            <numerusform>%n in der Nachfrist</numerusform>
            <numerusform>%n in der Nachfrist</numerusform>
        </translation>
    </message>
    <message>
        <source>no server runs</source>
        <translation>kein Server läuft</translation>
    </message>
    <message>
        <source>Shared servers: %1</source>
        <translation>Gemeinsame Server: %1</translation>
    </message>
</context>
<context>
    <name>sharedserver::TrayMenu</name>
    <message>
        <source>No servers yet</source>
        <translation>Noch keine Server</translation>
    </message>
    <message>
        <source>More in the Window…</source>
        <translation>Mehr im Fenster …</translation>
    </message>
    <message>
        <source>&amp;Add Server…</source>
        <translation>Server hin&amp;zufügen …</translation>
    </message>
    <message>
        <source>Stop A&amp;ll</source>
        <translation>&amp;Alle anhalten</translation>
    </message>
    <message>
        <source>&amp;Open Window</source>
        <translation>&amp;Fenster öffnen</translation>
    </message>
    <message>
        <source>&amp;Settings…</source>
        <translation>&amp;Einstellungen …</translation>
    </message>
    <message>
        <source>&amp;Quit…</source>
        <translation>&amp;Beenden …</translation>
    </message>
    <message numerus="yes">
        <source>%n client(s)</source>
        <translation>
            <numerusform>%n Nutzer</numerusform>
            <numerusform>%n Nutzer</numerusform>
        </translation>
    </message>
</context>
</TS>
