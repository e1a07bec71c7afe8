"""The parts of make.sh that handle bytes: trims spoken clips, and packs Opus packets into one file.

pack.py trim <key> <wav in> <wav out>
    Cuts silence off both ends, leaves a short breath, and makes all clips equally loud.

pack.py pack <folder with table and *.ogg> <file out>
    The file, big-endian: "SLV2", u16 clips; for each clip: u16 length and UTF-8 of its key, the
    same of what is shown large and of its text, u16 packets; for each packet: u16 length and an
    Opus packet of 20 ms, all of one kind. A clip that is only shown has no packets.
"""

import array
import os
import struct
import sys
import wave

LEAD = 0.06  # seconds of silence before the first sound
TAIL = 0.12  # and after the last
DIGIT_TAIL = 0.30  # time to write a digit down
QUIET = 0.01  # of the peak: below it is silence
PEAK = 0.7  # of full scale
FRAME = 0.02


def trim(key, source, target):
    with wave.open(source) as wav:
        rate = wav.getframerate()
        assert wav.getnchannels() == 1 and wav.getsampwidth() == 2
        samples = array.array("h", wav.readframes(wav.getnframes()))
    peak = max(abs(s) for s in samples)
    loud = [i for i, s in enumerate(samples) if abs(s) > peak * QUIET]
    spoken = samples[loud[0] : loud[-1] + 1]
    scale = PEAK * 32767 / peak
    sound = array.array("h", (round(s * scale) for s in spoken))
    # Whole frames, and one more: the encoder shortens the last packet, which pack() drops.
    seconds = LEAD + len(sound) / rate + (DIGIT_TAIL if key.isdigit() else TAIL)
    frames = -int(-seconds // FRAME) + 1
    before = array.array("h", bytes(2 * int(LEAD * rate)))
    after = array.array("h", bytes(2 * (int(frames * FRAME * rate) - len(sound) - len(before))))
    with wave.open(target, "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(rate)
        wav.writeframes((before + sound + after).tobytes())


def ogg_packets(path):
    """The packets of an Ogg file with one stream (RFC 3533)."""
    with open(path, "rb") as file:
        data = file.read()
    packets, begun, at = [], b"", 0
    while at < len(data):
        assert data[at : at + 4] == b"OggS", "not an Ogg page"
        lacing = data[at + 27 : at + 27 + data[at + 26]]
        at += 27 + len(lacing)
        for length in lacing:
            begun += data[at : at + length]
            at += length
            if length < 255:
                packets.append(begun)
                begun = b""
    return packets


def milliseconds(packet):
    """How long an Opus packet sounds (RFC 6716, section 3.1)."""
    config, code = packet[0] >> 3, packet[0] & 3
    if config < 12:
        one = (10, 20, 40, 60)[config % 4]
    elif config < 16:
        one = (10, 20)[config % 2]
    else:
        one = (2.5, 5, 10, 20)[config % 4]
    return one * (packet[1] & 63 if code == 3 else (1, 2, 2)[code])


def text(value):
    encoded = value.encode()
    return struct.pack(">H", len(encoded)) + encoded


def spoken(path):
    """The packets of a clip; none if it is only shown."""
    if not os.path.exists(path):
        return []
    # Two headers come first (RFC 7845).
    packets = ogg_packets(path)[2:]
    if milliseconds(packets[-1]) != 20:
        packets.pop()
    kind = packets[0][0]
    # Code 0: one frame in each packet. Mono.
    assert kind & 7 == 0 and all(p[0] == kind and milliseconds(p) == 20 for p in packets), path
    return packets


def pack(folder, target):
    with open(os.path.join(folder, "table"), encoding="utf-8") as table:
        rows = [line.rstrip("\n").split("\t") for line in table]
    out = b"SLV2" + struct.pack(">H", len(rows))
    total = 0
    for key, status, sentence, *_ in rows:
        packets = spoken(os.path.join(folder, key + ".ogg"))
        out += text(key) + text(status) + text(sentence) + struct.pack(">H", len(packets))
        out += b"".join(struct.pack(">H", len(p)) + p for p in packets)
        total += len(packets)
        print(f"{len(packets) * FRAME:6.2f} s  {sum(map(len, packets)):6d} B  {key}  {sentence}")
    with open(target, "wb") as file:
        file.write(out)
    print(f"{total * FRAME:6.2f} s  {len(out):6d} B  in all")


if __name__ == "__main__":
    if sys.argv[1] == "trim":
        trim(*sys.argv[2:])
    else:
        pack(*sys.argv[2:])
