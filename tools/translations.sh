#!/usr/bin/env bash
# translations.sh [--check]: brings the texts of the code into the translations: new ones come
# unfinished, unused ones go. The English file has the plurals alone. With --check it changes nothing
# and fails where there is something to bring.
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

# update FOLDER: the translations that are there.
update() {
    local common=(-silent -no-obsolete -locations none -I . -source-language en app)
    "$lupdate" "${common[@]}" -ts "$1/sharedserver_de.ts" "$1/sharedserver_fr.ts"
    "$lupdate" "${common[@]}" -pluralonly -ts "$1/sharedserver_en.ts"
}

lupdate=$(find_lupdate)
if [ "${1-}" != --check ]; then
    update app/translations
    exit 0
fi
folder=$(mktemp -d "${TMPDIR:-/tmp}/translations.XXXXXX")
trap 'rm -rf "$folder"' EXIT
cp app/translations/*.ts "$folder"
update "$folder"
# What is written around the texts differs between versions of Qt.
texts() { sed -n 's/^ *<source>//p; /type="unfinished"/p' "$1"/sharedserver_*.ts; }
diff <(texts app/translations) <(texts "$folder") >&2 || {
    echo "translations: run ./dev translations, and translate what is unfinished." >&2
    exit 1
}
