#!/usr/bin/env bash
# pictures.sh PICTURES FOLDER [all]: takes the documentation's pictures of the real windows, on a
# screen of their own; with `all`, every window in every way it may look, to be judged.
set -euo pipefail
pictures=$1 folder=$2 what=${3-}
mkdir -p "$folder"

# take SCALE COLOURS SCENE…
take() {
    local scale=$1 colours=$2
    shift 2
    QT_SCALE_FACTOR=$scale "$pictures" "$folder" "$colours" "$@"
}

if [ "$what" = all ]; then
    for scale in 1 2; do
        for colours in light dark; do
            take "$scale" "$colours" empty window pages menu dialogs many long
        done
    done
else
    take 2 light empty window menu
    take 2 dark window menu
fi
chmod 644 "$folder"/*.png # a watcher writes its files for itself alone
