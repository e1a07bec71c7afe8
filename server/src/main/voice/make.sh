#!/usr/bin/env bash
# Speaks sentences.tsv and writes one file per language for the jar, with the texts and their audio
# together, so that they can't drift apart. Run it after changing a sentence, and commit both.
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

# encode <wav> <ogg>: 60 ms per packet, about 20 kbit/s
encode() {
    opusenc --quiet --speech --bitrate 20 --vbr --framesize 60 \
        --serial 1 --padding 0 --discard-comments "$1" "$2"
}

mkdir -p "$out"
for language in zh-CN en-US; do
    if [ "$language" = zh-CN ]; then
        column=2 voice=cmn-latn-pinyin speed=150 digit_speed=130
    else
        column=3 voice=en-us speed=140 digit_speed=130
    fi
    mkdir "$work/$language"
    grep -v '^#' "$here/sentences.tsv" | cut -f "1,$column" > "$work/$language/table"
    while IFS=$'\t' read -r key text; do
        spoken=$text pace=$speed
        if [ "$language" = zh-CN ]; then
            while IFS=$'\t' read -r word pinyin; do
                spoken=${spoken//"$word"/" $pinyin "}
            done < <(grep -v '^#' "$here/readings.tsv")
        fi
        case $key in
            [0-9]) pace=$digit_speed ;;
        esac
        clip="$work/$language/$key"
        speak "$voice" "$pace" "$spoken" "$clip.raw.wav"
        python3 "$here/pack.py" trim "$key" "$clip.raw.wav" "$clip.wav"
        encode "$clip.wav" "$clip.ogg"
    done < "$work/$language/table"
    python3 "$here/pack.py" pack "$work/$language" "$out/$language.voice"
done
