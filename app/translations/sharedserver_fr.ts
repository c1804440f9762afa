<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="fr_FR" sourcelanguage="en">
<context>
    <name>Autostart</name>
    <message>
        <source>Cannot remove &apos;%1&apos;.</source>
        <translation>Impossible de supprimer « %1 ».</translation>
    </message>
    <message>
        <source>Cannot write &apos;%1&apos;: %2.</source>
        <translation>Impossible d&apos;écrire « %1 » : %2.</translation>
    </message>
</context>
<context>
    <name>Options</name>
    <message>
        <source>Start with the icon alone</source>
        <translation>Démarrer avec l&apos;icône seule</translation>
    </message>
    <message>
        <source>Open the window</source>
        <translation>Ouvrir la fenêtre</translation>
    </message>
    <message>
        <source>End the tray that runs; its servers go on unless the settings say otherwise</source>
        <translation>Terminer le programme en cours ; ses serveurs continuent, sauf réglage contraire</translation>
    </message>
    <message>
        <source>Shows shared servers in the desktop&apos;s tray, and looks after them.</source>
        <translation>Montre les serveurs partagés dans la zone de notification et veille sur eux.</translation>
    </message>
    <message>
        <source>There is no desktop here: neither DISPLAY nor WAYLAND_DISPLAY is set. The command &apos;sharedserver&apos; works without one.</source>
        <translation>Il n&apos;y a pas de bureau ici : ni DISPLAY ni WAYLAND_DISPLAY n&apos;est défini. La commande « sharedserver » s&apos;en passe.</translation>
    </message>
</context>
<context>
    <name>Questions</name>
    <message>
        <source>Kill Server</source>
        <translation>Tuer le serveur</translation>
    </message>
    <message>
        <source>Kill &apos;%1&apos; at once?</source>
        <translation>Tuer « %1 » immédiatement ?</translation>
    </message>
    <message>
        <source>It cannot save anything, and its clients lose it.</source>
        <translation>Il ne pourra rien enregistrer, et ses clients le perdront.</translation>
    </message>
    <message>
        <source>&amp;Kill</source>
        <translation>&amp;Tuer</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Quitter</translation>
    </message>
    <message numerus="yes">
        <source>%n server(s) running. Should they go on?</source>
        <translation>
            <numerusform>%n serveur est en marche. Doit-il continuer ?</numerusform>
            <numerusform>%n serveurs sont en marche. Doivent-ils continuer ?</numerusform>
        </translation>
    </message>
    <message>
        <source>Servers that go on are looked after in the background: they are stopped when nobody uses them any more.</source>
        <translation>Les serveurs qui continuent restent surveillés en arrière-plan : ils sont arrêtés quand plus personne ne s&apos;en sert.</translation>
    </message>
    <message>
        <source>&amp;Remember my choice</source>
        <translation>&amp;Retenir mon choix</translation>
    </message>
    <message>
        <source>&amp;Let Them Go On</source>
        <translation>&amp;Les laisser continuer</translation>
    </message>
    <message>
        <source>&amp;Stop Them</source>
        <translation>Les &amp;arrêter</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
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
        <translation>Actif</translation>
    </message>
    <message>
        <source>Grace period</source>
        <translation>Délai de grâce</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Arrêté</translation>
    </message>
    <message>
        <source>Crashed (exit code %1)</source>
        <translation>Planté (code de sortie %1)</translation>
    </message>
    <message>
        <source>Crashed (signal %1)</source>
        <translation>Planté (signal %1)</translation>
    </message>
    <message>
        <source>Crashed</source>
        <translation>Planté</translation>
    </message>
    <message>
        <source>Failed to start</source>
        <translation>Échec du démarrage</translation>
    </message>
    <message>
        <source>Unreadable</source>
        <translation>Illisible</translation>
    </message>
    <message>
        <source>Defunct</source>
        <translation>Défunt</translation>
    </message>
    <message>
        <source>%1, not ready yet</source>
        <translation>%1, pas encore prêt</translation>
    </message>
    <message>
        <source>%1, starts again soon</source>
        <translation>%1, redémarre bientôt</translation>
    </message>
    <message numerus="yes">
        <source>Given up after %n restart(s)</source>
        <translation>
            <numerusform>Abandonné après %n redémarrage</numerusform>
            <numerusform>Abandonné après %n redémarrages</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TimeText</name>
    <message>
        <source>%1 d</source>
        <translation>%1 j</translation>
    </message>
    <message>
        <source>%1 h</source>
        <translation>%1 h</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 min</translation>
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
        <translation>&amp;Le retenir</translation>
    </message>
    <message>
        <source>Add Server</source>
        <translation>Ajouter un serveur</translation>
    </message>
    <message>
        <source>for example: web</source>
        <translation>par exemple : web</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nom</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>Commande</translation>
    </message>
    <message>
        <source>Directory</source>
        <translation>Répertoire</translation>
    </message>
    <message>
        <source>Grace period</source>
        <translation>Délai de grâce</translation>
    </message>
    <message>
        <source>How long it goes on without clients: 30s, 5m, 2h30m</source>
        <translation>Combien de temps il continue sans client : 30s, 5m, 2h30m</translation>
    </message>
    <message>
        <source>Define it in %1</source>
        <translation>Le définir dans %1</translation>
    </message>
    <message>
        <source>What is wrong</source>
        <translation>Ce qui ne va pas</translation>
    </message>
    <message>
        <source>&amp;Browse…</source>
        <translation>&amp;Parcourir…</translation>
    </message>
    <message>
        <source>Nobody uses it at first, so it stops after this time unless somebody comes.</source>
        <translation>Personne ne s&apos;en sert d&apos;abord : il s&apos;arrête après ce délai si personne ne vient.</translation>
    </message>
    <message>
        <source>&amp;Name:</source>
        <translation>&amp;Nom :</translation>
    </message>
    <message>
        <source>&amp;Command:</source>
        <translation>&amp;Commande :</translation>
    </message>
    <message>
        <source>&amp;Directory:</source>
        <translation>&amp;Répertoire :</translation>
    </message>
    <message>
        <source>&amp;Grace period:</source>
        <translation>Délai de &amp;grâce :</translation>
    </message>
    <message>
        <source>&amp;Start Server</source>
        <translation>&amp;Démarrer le serveur</translation>
    </message>
    <message>
        <source>Give the command that starts the server.</source>
        <translation>Indiquez la commande qui démarre le serveur.</translation>
    </message>
    <message>
        <source>There is no directory &apos;%1&apos;.</source>
        <translation>Le répertoire « %1 » n&apos;existe pas.</translation>
    </message>
    <message>
        <source>Directory of the Server</source>
        <translation>Répertoire du serveur</translation>
    </message>
    <message>
        <source>By which everybody asks for it</source>
        <translation>Sous lequel tous le demandent</translation>
    </message>
    <message>
        <source>Words as they stand, or anything that a shell understands</source>
        <translation>Des mots tels quels, ou tout ce que comprend un shell</translation>
    </message>
    <message>
        <source>Where it is started</source>
        <translation>Où il est démarré</translation>
    </message>
    <message>
        <source>Choose the directory</source>
        <translation>Choisir le répertoire</translation>
    </message>
    <message>
        <source>Start it now</source>
        <translation>Le démarrer maintenant</translation>
    </message>
    <message>
        <source>&apos;%1&apos; is no server name. Use 1 to 100 letters (A to Z), digits and . _ @ : + -, beginning with a letter or a digit.</source>
        <translation>« %1 » n&apos;est pas un nom de serveur. Utilisez de 1 à 100 lettres (A à Z), chiffres et . _ @ : + -, en commençant par une lettre ou un chiffre.</translation>
    </message>
    <message>
        <source>&apos;%1&apos; is not a time span. Write it like 30s, 5m, 1h or 2h30m.</source>
        <translation>« %1 » n&apos;est pas une durée. Écrivez par exemple 30s, 5m, 1h ou 2h30m.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
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
        <translation>Programme</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>Depuis</translation>
    </message>
    <message>
        <source>Metadata</source>
        <translation>Métadonnées</translation>
    </message>
    <message>
        <source>Clients</source>
        <translation>Clients</translation>
    </message>
    <message>
        <source>The processes that use this server</source>
        <translation>Les processus qui se servent de ce serveur</translation>
    </message>
</context>
<context>
    <name>sharedserver::DesktopNotifications</name>
    <message>
        <source>Shared Servers</source>
        <translation>Serveurs partagés</translation>
    </message>
</context>
<context>
    <name>sharedserver::DetailsPane</name>
    <message>
        <source>Details of the server</source>
        <translation>Détails du serveur</translation>
    </message>
    <message>
        <source>&amp;Overview</source>
        <translation>&amp;Aperçu</translation>
    </message>
    <message>
        <source>Cl&amp;ients</source>
        <translation>Cl&amp;ients</translation>
    </message>
    <message>
        <source>&amp;Log</source>
        <translation>&amp;Journal</translation>
    </message>
    <message>
        <source>Histor&amp;y</source>
        <translation>&amp;Historique</translation>
    </message>
    <message>
        <source>Cl&amp;ients (%1)</source>
        <translation>Cl&amp;ients (%1)</translation>
    </message>
    <message>
        <source>Overview, clients, log and history of the chosen server</source>
        <translation>Aperçu, clients, journal et historique du serveur choisi</translation>
    </message>
</context>
<context>
    <name>sharedserver::EmptyPage</name>
    <message>
        <source>No servers yet</source>
        <translation>Pas encore de serveur</translation>
    </message>
    <message>
        <source>A server is started by the first who needs it and stopped after the last. Start one in a terminal:</source>
        <translation>Un serveur est démarré par le premier qui en a besoin et arrêté après le dernier. Démarrez-en un dans un terminal :</translation>
    </message>
    <message>
        <source>A first command</source>
        <translation>Une première commande</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Copier</translation>
    </message>
    <message>
        <source>Copies the command to the clipboard</source>
        <translation>Copie la commande dans le presse-papiers</translation>
    </message>
    <message>
        <source>&amp;Add Server…</source>
        <translation>Ajout&amp;er un serveur…</translation>
    </message>
    <message>
        <source>Defines a server and starts it</source>
        <translation>Définit un serveur et le démarre</translation>
    </message>
    <message>
        <source>or start one here:</source>
        <translation>ou démarrez-en un ici :</translation>
    </message>
    <message>
        <source>To be run in a terminal</source>
        <translation>À exécuter dans un terminal</translation>
    </message>
</context>
<context>
    <name>sharedserver::Farewell</name>
    <message>
        <source>The program &apos;sharedserver&apos; was not found.</source>
        <translation>Le programme « sharedserver » est introuvable.</translation>
    </message>
</context>
<context>
    <name>sharedserver::HistoryPage</name>
    <message>
        <source>Time</source>
        <translation>Heure</translation>
    </message>
    <message>
        <source>Request</source>
        <translation>Demande</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Résultat</translation>
    </message>
    <message>
        <source>Remarks</source>
        <translation>Remarques</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Historique</translation>
    </message>
    <message>
        <source>What was asked of this server, newest first</source>
        <translation>Ce qui a été demandé à ce serveur, le plus récent d&apos;abord</translation>
    </message>
    <message>
        <source>done</source>
        <translation>fait</translation>
    </message>
    <message>
        <source>attach</source>
        <translation>rattachement</translation>
    </message>
    <message>
        <source>detach</source>
        <translation>détachement</translation>
    </message>
    <message>
        <source>start</source>
        <translation>démarrage</translation>
    </message>
    <message>
        <source>stop</source>
        <translation>arrêt</translation>
    </message>
    <message>
        <source>restart</source>
        <translation>redémarrage</translation>
    </message>
    <message>
        <source>end</source>
        <translation>fin</translation>
    </message>
    <message>
        <source>end of the grace period</source>
        <translation>fin du délai de grâce</translation>
    </message>
    <message>
        <source>readiness</source>
        <translation>disponibilité</translation>
    </message>
    <message>
        <source>client PID %1</source>
        <translation>PID du client %1</translation>
    </message>
    <message>
        <source>server PID %1</source>
        <translation>PID du serveur %1</translation>
    </message>
    <message>
        <source>watcher PID %1</source>
        <translation>PID du veilleur %1</translation>
    </message>
    <message>
        <source>clients: %1</source>
        <translation>clients : %1</translation>
    </message>
    <message>
        <source>grace period %1</source>
        <translation>délai de grâce %1</translation>
    </message>
    <message>
        <source>log file %1</source>
        <translation>journal %1</translation>
    </message>
    <message>
        <source>exit code %1</source>
        <translation>code de sortie %1</translation>
    </message>
    <message>
        <source>signal %1</source>
        <translation>signal %1</translation>
    </message>
    <message>
        <source>state: %1</source>
        <translation>état : %1</translation>
    </message>
    <message>
        <source>reason: %1</source>
        <translation>raison : %1</translation>
    </message>
    <message>
        <source>active</source>
        <translation>actif</translation>
    </message>
    <message>
        <source>grace period</source>
        <translation>délai de grâce</translation>
    </message>
    <message>
        <source>ended by itself</source>
        <translation>terminé de lui-même</translation>
    </message>
    <message>
        <source>crashed</source>
        <translation>planté</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>arrêté</translation>
    </message>
    <message>
        <source>killed</source>
        <translation>tué</translation>
    </message>
    <message>
        <source>replaced</source>
        <translation>remplacé</translation>
    </message>
    <message>
        <source>not used any more</source>
        <translation>plus utilisé</translation>
    </message>
    <message>
        <source>died</source>
        <translation>mort</translation>
    </message>
</context>
<context>
    <name>sharedserver::LogView</name>
    <message>
        <source>&amp;Follow</source>
        <translation>S&amp;uivre</translation>
    </message>
    <message>
        <source>It has printed nothing yet.</source>
        <translation>Il n&apos;a encore rien affiché.</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Journal</translation>
    </message>
    <message>
        <source>What the server prints</source>
        <translation>Ce que le serveur affiche</translation>
    </message>
    <message>
        <source>Search the log</source>
        <translation>Chercher dans le journal</translation>
    </message>
    <message>
        <source>Keep the end of the log in sight</source>
        <translation>Garder la fin du journal en vue</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>&amp;Pause</translation>
    </message>
    <message>
        <source>Hold the log still; what comes meanwhile is shown afterwards</source>
        <translation>Figer le journal ; ce qui arrive entre-temps s&apos;affiche ensuite</translation>
    </message>
    <message>
        <source>Previous match</source>
        <translation>Résultat précédent</translation>
    </message>
    <message>
        <source>Next match</source>
        <translation>Résultat suivant</translation>
    </message>
    <message>
        <source>&amp;Resume</source>
        <translation>&amp;Reprendre</translation>
    </message>
    <message numerus="yes">
        <source>%n match(es)</source>
        <translation>
            <numerusform>%n résultat</numerusform>
            <numerusform>%n résultats</numerusform>
        </translation>
    </message>
    <message>
        <source>Return goes to the next match</source>
        <translation>Entrée va au résultat suivant</translation>
    </message>
</context>
<context>
    <name>sharedserver::MainWindow</name>
    <message>
        <source>Shared Servers</source>
        <translation>Serveurs partagés</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Note</translation>
    </message>
    <message>
        <source>Got It</source>
        <translation>Compris</translation>
    </message>
    <message>
        <source>Filter by name, state or command</source>
        <translation>Filtrer par nom, état ou commande</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>Filtre</translation>
    </message>
    <message>
        <source>&amp;Server</source>
        <translation>&amp;Serveur</translation>
    </message>
    <message>
        <source>&amp;Add Server…</source>
        <translation>Ajout&amp;er un serveur…</translation>
    </message>
    <message>
        <source>Define a server and start it</source>
        <translation>Définir un serveur et le démarrer</translation>
    </message>
    <message>
        <source>Stop All Ser&amp;vers</source>
        <translation>Arrêter tous les ser&amp;veurs</translation>
    </message>
    <message>
        <source>Close &amp;Window</source>
        <translation>Fermer la &amp;fenêtre</translation>
    </message>
    <message>
        <source>&amp;Quit…</source>
        <translation>&amp;Quitter…</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Édition</translation>
    </message>
    <message>
        <source>&amp;Filter</source>
        <translation>&amp;Filtrer</translation>
    </message>
    <message>
        <source>&amp;Settings…</source>
        <translation>&amp;Réglages…</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>Ai&amp;de</translation>
    </message>
    <message>
        <source>&amp;About Shared Servers</source>
        <translation>À &amp;propos de Serveurs partagés</translation>
    </message>
    <message>
        <source>Actions</source>
        <translation>Actions</translation>
    </message>
    <message>
        <source>About Shared Servers</source>
        <translation>À propos de Serveurs partagés</translation>
    </message>
    <message>
        <source>&lt;h3&gt;Shared Servers %1&lt;/h3&gt;&lt;p&gt;Starts a server once and shares it between editors, shells and scripts; stops it after the last of them has left.&lt;/p&gt;</source>
        <translation>&lt;h3&gt;Serveurs partagés %1&lt;/h3&gt;&lt;p&gt;Démarre un serveur une seule fois et le partage entre éditeurs, shells et scripts ; l&apos;arrête après le départ du dernier.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>Close this note</source>
        <translation>Fermer cette note</translation>
    </message>
    <message>
        <source>Shows only servers with this in their name, state or command</source>
        <translation>Ne montre que les serveurs dont le nom, l&apos;état ou la commande contient ceci</translation>
    </message>
</context>
<context>
    <name>sharedserver::Notifier</name>
    <message>
        <source>%1 was started</source>
        <translation>%1 a été démarré</translation>
    </message>
    <message>
        <source>It ended with exit code %1.</source>
        <translation>Il s&apos;est terminé avec le code de sortie %1.</translation>
    </message>
    <message>
        <source>It was ended by signal %1.</source>
        <translation>Il a été terminé par le signal %1.</translation>
    </message>
    <message>
        <source>How it ended is not known.</source>
        <translation>On ne sait pas comment il s&apos;est terminé.</translation>
    </message>
    <message>
        <source>%1 has crashed</source>
        <translation>%1 a planté</translation>
    </message>
    <message>
        <source>%1 was stopped</source>
        <translation>%1 a été arrêté</translation>
    </message>
    <message>
        <source>Nobody has used it during its grace period.</source>
        <translation>Personne ne s&apos;en est servi pendant son délai de grâce.</translation>
    </message>
    <message>
        <source>%1 failed to start</source>
        <translation>%1 n&apos;a pas pu démarrer</translation>
    </message>
    <message>
        <source>Show Log</source>
        <translation>Afficher le journal</translation>
    </message>
    <message>
        <source>It will be started again.</source>
        <translation>Il va être redémarré.</translation>
    </message>
    <message>
        <source>%1 is not started again</source>
        <translation>%1 n’est plus redémarré</translation>
    </message>
</context>
<context>
    <name>sharedserver::OverviewPage</name>
    <message>
        <source>State:</source>
        <translation>État :</translation>
    </message>
    <message>
        <source>Trouble:</source>
        <translation>Problème :</translation>
    </message>
    <message>
        <source>Command:</source>
        <translation>Commande :</translation>
    </message>
    <message>
        <source>Directory:</source>
        <translation>Répertoire :</translation>
    </message>
    <message>
        <source>Started:</source>
        <translation>Démarré :</translation>
    </message>
    <message>
        <source>Grace period:</source>
        <translation>Délai de grâce :</translation>
    </message>
    <message>
        <source>Log file:</source>
        <translation>Fichier journal :</translation>
    </message>
    <message>
        <source>Defined as:</source>
        <translation>Défini comme :</translation>
    </message>
    <message>
        <source>Overview</source>
        <translation>Aperçu</translation>
    </message>
    <message>
        <source>What the server runs, where and since when</source>
        <translation>Ce que le serveur exécute, où et depuis quand</translation>
    </message>
    <message>
        <source>Name:</source>
        <translation>Nom :</translation>
    </message>
</context>
<context>
    <name>sharedserver::ServerActions</name>
    <message>
        <source>&amp;Start</source>
        <translation>&amp;Démarrer</translation>
    </message>
    <message>
        <source>S&amp;top</source>
        <translation>Arrê&amp;ter</translation>
    </message>
    <message>
        <source>&amp;Restart</source>
        <translation>&amp;Redémarrer</translation>
    </message>
    <message>
        <source>&amp;Kill…</source>
        <translation>T&amp;uer…</translation>
    </message>
    <message>
        <source>Show &amp;Log</source>
        <translation>Afficher le &amp;journal</translation>
    </message>
    <message>
        <source>&amp;Copy Command</source>
        <translation>&amp;Copier la commande</translation>
    </message>
    <message>
        <source>&amp;Details</source>
        <translation>Dét&amp;ails</translation>
    </message>
    <message>
        <source>Remove from L&amp;ist</source>
        <translation>Retirer de la l&amp;iste</translation>
    </message>
    <message>
        <source>Start it with the command of before</source>
        <translation>Le démarrer avec la commande précédente</translation>
    </message>
    <message>
        <source>Ask it to end, also for its clients</source>
        <translation>Lui demander de se terminer, aussi pour ses clients</translation>
    </message>
    <message>
        <source>Stop it and start it again, with the same clients</source>
        <translation>L&apos;arrêter et le redémarrer avec les mêmes clients</translation>
    </message>
    <message>
        <source>End it at once; it cannot save anything</source>
        <translation>Le terminer aussitôt ; il ne peut rien enregistrer</translation>
    </message>
    <message>
        <source>Show what it prints</source>
        <translation>Montrer ce qu&apos;il affiche</translation>
    </message>
    <message>
        <source>Copy its command line, as for a shell</source>
        <translation>Copier sa ligne de commande, comme pour un shell</translation>
    </message>
    <message>
        <source>Show all that is known of it</source>
        <translation>Montrer tout ce que l&apos;on sait de lui</translation>
    </message>
    <message>
        <source>Forget a server that does not run</source>
        <translation>Oublier un serveur qui n&apos;est pas en marche</translation>
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
        <translation>Nom</translation>
    </message>
    <message>
        <source>State</source>
        <translation>État</translation>
    </message>
    <message>
        <source>PID</source>
        <translation>PID</translation>
    </message>
    <message>
        <source>Clients</source>
        <translation>Clients</translation>
    </message>
    <message>
        <source>Uptime</source>
        <translation>En marche</translation>
    </message>
    <message>
        <source>Stops in</source>
        <translation>S&apos;arrête dans</translation>
    </message>
    <message>
        <source>CPU</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Mémoire</translation>
    </message>
</context>
<context>
    <name>sharedserver::ServerTable</name>
    <message>
        <source>Servers</source>
        <translation>Serveurs</translation>
    </message>
    <message>
        <source>All servers with their state; return shows one&apos;s details</source>
        <translation>Tous les serveurs et leur état ; Entrée montre les détails</translation>
    </message>
</context>
<context>
    <name>sharedserver::SettingsDialog</name>
    <message>
        <source>Start at &amp;login</source>
        <translation>Démarrer à l&apos;ouverture de &amp;session</translation>
    </message>
    <message>
        <source>Start &amp;hidden, with the icon alone</source>
        <translation>Démarrer &amp;masqué, avec l&apos;icône seule</translation>
    </message>
    <message>
        <source>A server has &amp;crashed or failed to start</source>
        <translation>un serveur a &amp;planté ou n&apos;a pas démarré</translation>
    </message>
    <message>
        <source>A server was &amp;started</source>
        <translation>un serveur a été &amp;démarré</translation>
    </message>
    <message>
        <source>A server was stopped &amp;after its grace period</source>
        <translation>un serveur a été arrêté &amp;après son délai de grâce</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Réglages</translation>
    </message>
    <message>
        <source>What is wrong</source>
        <translation>Ce qui ne va pas</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Démarrage</translation>
    </message>
    <message>
        <source>Notify me when</source>
        <translation>M&apos;avertir quand</translation>
    </message>
    <message>
        <source>Servers</source>
        <translation>Serveurs</translation>
    </message>
    <message>
        <source>For servers started here: 30s, 5m, 2h30m</source>
        <translation>Pour les serveurs démarrés ici : 30s, 5m, 2h30m</translation>
    </message>
    <message>
        <source>Default &amp;grace period:</source>
        <translation>Délai de &amp;grâce par défaut :</translation>
    </message>
    <message>
        <source>Ask</source>
        <translation>Demander</translation>
    </message>
    <message>
        <source>Let servers go on</source>
        <translation>Laisser les serveurs continuer</translation>
    </message>
    <message>
        <source>Stop servers</source>
        <translation>Arrêter les serveurs</translation>
    </message>
    <message>
        <source>On &amp;quit:</source>
        <translation>En &amp;quittant :</translation>
    </message>
    <message>
        <source>Tray icon</source>
        <translation>Icône de la zone de notification</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automatique</translation>
    </message>
    <message>
        <source>Light icon, for dark panels</source>
        <translation>Icône claire, pour tableaux de bord sombres</translation>
    </message>
    <message>
        <source>Dark icon, for light panels</source>
        <translation>Icône sombre, pour tableaux de bord clairs</translation>
    </message>
    <message>
        <source>&amp;Icon:</source>
        <translation>&amp;Icône :</translation>
    </message>
    <message>
        <source>Starts this program when you log in</source>
        <translation>Démarre ce programme à l&apos;ouverture de votre session</translation>
    </message>
    <message>
        <source>Opens no window when the program starts</source>
        <translation>N&apos;ouvre pas de fenêtre au démarrage du programme</translation>
    </message>
    <message>
        <source>Shows how it ended, with a way to its log</source>
        <translation>Montre comment il s&apos;est terminé, avec un accès à son journal</translation>
    </message>
    <message>
        <source>Shows what others start, not what you start here</source>
        <translation>Montre ce que d&apos;autres démarrent, non ce que vous démarrez ici</translation>
    </message>
    <message>
        <source>Shows that a server has stopped because nobody used it</source>
        <translation>Montre qu&apos;un serveur s&apos;est arrêté parce que personne ne s&apos;en servait</translation>
    </message>
    <message>
        <source>What becomes of running servers when you quit this program</source>
        <translation>Ce que deviennent les serveurs en marche quand vous quittez ce programme</translation>
    </message>
    <message>
        <source>The automatic one can be seen on light and on dark panels</source>
        <translation>L&apos;automatique se voit sur les tableaux de bord clairs et sombres</translation>
    </message>
    <message>
        <source>&apos;%1&apos; is not a time span. Write it like 30s, 5m, 1h or 2h30m.</source>
        <translation>« %1 » n&apos;est pas une durée. Écrivez par exemple 30s, 5m, 1h ou 2h30m.</translation>
    </message>
    <message>
        <source>OK</source>
        <translation>OK</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
</context>
<context>
    <name>sharedserver::TrayApplication</name>
    <message>
        <source>Shared Servers</source>
        <translation>Serveurs partagés</translation>
    </message>
    <message>
        <source>This desktop shows no tray icons, so this window takes the icon&apos;s place. Closing it quits; servers may go on.</source>
        <translation>Ce bureau n&apos;affiche pas d&apos;icônes de notification : cette fenêtre prend la place de l&apos;icône. La fermer quitte le programme ; les serveurs peuvent continuer.</translation>
    </message>
    <message>
        <source>A server of this name runs already.</source>
        <translation>Un serveur de ce nom est déjà en marche.</translation>
    </message>
</context>
<context>
    <name>sharedserver::TrayIcon</name>
    <message numerus="yes">
        <source>%n server(s) in trouble</source>
        <translation>
            <numerusform>%n serveur en difficulté</numerusform>
            <numerusform>%n serveurs en difficulté</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n server(s) running</source>
        <translation>
            <numerusform>%n serveur en marche</numerusform>
            <numerusform>%n serveurs en marche</numerusform>
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
            <numerusform>%n en délai de grâce</numerusform>
            <numerusform>%n en délai de grâce</numerusform>
        </translation>
    </message>
    <message>
        <source>no server runs</source>
        <translation>aucun serveur en marche</translation>
    </message>
    <message>
        <source>Shared servers: %1</source>
        <translation>Serveurs partagés : %1</translation>
    </message>
</context>
<context>
    <name>sharedserver::TrayMenu</name>
    <message>
        <source>No servers yet</source>
        <translation>Pas encore de serveur</translation>
    </message>
    <message>
        <source>More in the Window…</source>
        <translation>La suite dans la fenêtre…</translation>
    </message>
    <message>
        <source>&amp;Add Server…</source>
        <translation>Ajout&amp;er un serveur…</translation>
    </message>
    <message>
        <source>Stop A&amp;ll</source>
        <translation>&amp;Tout arrêter</translation>
    </message>
    <message>
        <source>&amp;Open Window</source>
        <translation>&amp;Ouvrir la fenêtre</translation>
    </message>
    <message>
        <source>&amp;Settings…</source>
        <translation>&amp;Réglages…</translation>
    </message>
    <message>
        <source>&amp;Quit…</source>
        <translation>&amp;Quitter…</translation>
    </message>
    <message numerus="yes">
        <source>%n client(s)</source>
        <translation>
            <numerusform>%n client</numerusform>
            <numerusform>%n clients</numerusform>
        </translation>
    </message>
</context>
</TS>
