#!/usr/bin/env bash
# Brings the texts of the code into the translations: new ones come unfinished, unused ones go. The
# English file has the plurals alone.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

find_lupdate() {
    local folder
    for folder in "$(qmake6 -query QT_HOST_BINS 2>/dev/null || true)" \
        "$(qtpaths6 --query QT_HOST_BINS 2>/dev/null || true)" \
        "$(qtpaths --query QT_HOST_LIBEXECS 2>/dev/null || true)"; do
        [ ! -x "$folder/lupdate" ] || {
            echo "$folder/lupdate"
            return
        }
    done
    command -v lupdate || {
        echo "translations: lupdate of Qt 6 is not there." >&2
        return 1
    }
}

lupdate=$(find_lupdate)
common=(-silent -no-obsolete -locations none -I . -source-language en app)
"$lupdate" "${common[@]}" -ts app/translations/sharedserver_de.ts app/translations/sharedserver_fr.ts
"$lupdate" "${common[@]}" -pluralonly -ts app/translations/sharedserver_en.ts
