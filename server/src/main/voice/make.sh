#!/usr/bin/env bash
# Speaks the tables of languages.tsv and writes one file per language for the jar, with the texts and
# their audio together, so that they can't drift apart. Run it after changing a table, and commit
# both. `make.sh de` does it for one language.
#
# A table is <tag>.tsv, with tabs between its columns: key; what is shown large, at most 12
# characters; the sentence; what is spoken instead of it, where espeak-ng would misread the sentence.
# Keys that begin with echo- are only shown.
#
# Needs bash, python3 and, from Debian, espeak-ng and opus-tools. With the same versions of these
# it writes the same bytes.
#
# Why not espeak-ng's voice "cmn": it spells Chinese out with the names of English letters. The
# voice "cmn-latn-pinyin" reads characters well except for a few words, which readings.tsv corrects.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
out="$here/../resources/io/slipway/session/voice"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for tool in espeak-ng opusenc python3; do
    command -v "$tool" > /dev/null || {
        echo "make.sh needs $tool (Debian: espeak-ng, opus-tools, python3)" >&2
        exit 1
    }
done

# speak <voice> <words a minute> <text> <wav>
speak() {
    espeak-ng -v "$1" -s "$2" -w "$4" -- "$3"
}

# encode <wav> <ogg>: 20 ms per packet, about 20 kbit/s, never more than wideband (4004 is
# OPUS_SET_MAX_BANDWIDTH): packets of one kind can be joined to longer ones.
encode() {
    opusenc --quiet --speech --bitrate 20 --vbr --framesize 20 --set-ctl-int 4004=1103 \
        --serial 1 --padding 0 --discard-comments "$1" "$2"
}

mkdir -p "$out"
while IFS=$'\t' read -r language voice speed digit_speed; do
    if [ $# -gt 0 ] && [ "$1" != "$language" ]; then
        continue
    fi
    mkdir "$work/$language"
    cp "$here/$language.tsv" "$work/$language/table"
    while IFS= read -r row; do
        # Not by IFS: tabs that follow each other would be one.
        mapfile -t column < <(tr '\t' '\n' <<< "$row")
        key=${column[0]} spoken=${column[3]:-${column[2]}} pace=$speed
        if [ "$voice" = cmn-latn-pinyin ]; then
            while IFS=$'\t' read -r word pinyin; do
                spoken=${spoken//"$word"/" $pinyin "}
            done < <(grep -v '^#' "$here/readings.tsv")
        fi
        case $key in
            echo-*) continue ;;
            [0-9]) pace=$digit_speed ;;
        esac
        clip="$work/$language/$key"
        speak "$voice" "$pace" "$spoken" "$clip.raw.wav"
        python3 "$here/pack.py" trim "$key" "$clip.raw.wav" "$clip.wav"
        encode "$clip.wav" "$clip.ogg"
    done < "$work/$language/table"
    python3 "$here/pack.py" pack "$work/$language" "$out/$language.voice"
done < <(grep -v '^#' "$here/languages.tsv")
grep -v '^#' "$here/languages.tsv" | cut -f 1 > "$out/languages.txt"
