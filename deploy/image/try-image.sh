#!/usr/bin/env bash
# Runs the build stage of the Dockerfile in a plain folder, without a container engine: the same
# COPY and RUN lines, read from the Dockerfile, then starts what it staged.
#
#   deploy/image/try-image.sh FOLDER     CONFIGURATION=debug builds faster
#
# FOLDER must be empty or new; it takes the place of the image's /source, FOLDER/stage of /stage.
set -euo pipefail

(($# == 1)) || { sed -n '5s/^# *//p' "$0" >&2; exit 64; }
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
mkdir -p "$1"
folder=$(cd "$1" && pwd)
[[ -z $(ls -A "$folder") ]] || { echo "try-image: $folder is not empty" >&2; exit 1; }

copy() {
    local target=${!#} source
    for source in "${@:1:$#-1}"; do
        # As COPY does it: a folder's content, or a file into a folder when the target ends in /.
        if [[ -d $repository/$source ]]; then
            mkdir -p "$folder/$target"
            cp -a "$repository/$source/." "$folder/$target"
        elif [[ $target == */ ]]; then
            install -D -m "$(stat --format=%a "$repository/$source")" \
                "$repository/$source" "$folder/$target$source"
        else
            install -D -m "$(stat --format=%a "$repository/$source")" \
                "$repository/$source" "$folder/$target"
        fi
    done
}

stage=
while read -r word rest; do
    case $word in
    FROM) stage=${rest##* } ;;
    COPY) [[ $stage != build ]] || { echo "+ COPY $rest"; copy $rest; } ;;
    RUN)
        [[ $stage == build ]] || continue
        echo "+ RUN $rest"
        (cd "$folder" && ${rest//\/stage/stage})
        ;;
    esac
done <"$repository/deploy/image/Dockerfile"
(cd "$folder" && deploy/image/build-steps.sh verify stage)
