package io.slipway.voice.client;

import io.slipway.sound.Recording;
import io.slipway.sound.UnreadableSound;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads sound of 16 bits a sample as it arrives, cut anywhere: a WAV file, whose length may be
 * open, or bare samples of a known rate.
 */
final class SoundReader {

    /** Bytes of a WAV file before its sound. */
    private static final int MOST_HEADER = 64 * 1024;

    private static final String WAVE = "RIFF";

    /** How compressed sound begins. */
    private static final String[] COMPRESSED = {
        "ID3", "OggS", "fLaC", "\u001aE\u00df\u00a3", "{\"", "<!DO", "<htm"
    };

    /** Bytes of a WAV file's format that say anything. */
    private static final int FORMAT = 40;

    private static final int CHUNK_HEAD = 8;

    /** The names of chunks, "fmt " and "data". */
    private static final int FORMAT_NAME = 0x20746d66;

    private static final int DATA = 0x61746164;

    private final int rate;
    private boolean begun;

    /** What has arrived before the sound. */
    private byte[] start = new byte[256];

    private int length;

    /** The place in it of the next chunk of a WAV file, and of its format; negative if unknown. */
    private int at = 12;

    private int format = -1;

    /** A WAV file's format and an open length; empty for bare samples. */
    private byte[] header = {};

    /** Bytes for one moment of all channels. */
    private int frame = 2;

    /** Bytes of sound that the file still has. */
    private long left = Long.MAX_VALUE;

    private byte[] rest = {};

    /**
     * @param rate of bare samples, mono, little-endian; 0 if there must be a WAV file
     */
    SoundReader(int rate) {
        this.rate = rate;
    }

    /** The samples that a piece completes. */
    Optional<Recording> read(byte[] piece) throws UnusableAnswer {
        if (begun) {
            return sound(piece);
        }
        append(piece);
        if (length < WAVE.length()) {
            return Optional.empty();
        }
        if (!begins(WAVE)) {
            if (rate == 0) {
                throw UnusableAnswer.unreadable("no WAV file");
            }
            for (String each : COMPRESSED) {
                if (begins(each)) {
                    throw UnusableAnswer.unreadable("compressed sound");
                }
            }
            if (frames()) {
                throw UnusableAnswer.unreadable("compressed sound");
            }
            return begin(0);
        }
        int data = data();
        return data < 0 ? Optional.empty() : begin(data);
    }

    private void append(byte[] piece) {
        if (length + piece.length > start.length) {
            start = Arrays.copyOf(start, Math.max(2 * start.length, length + piece.length));
        }
        System.arraycopy(piece, 0, start, length, piece.length);
        length += piece.length;
    }

    private Optional<Recording> begin(int from) throws UnusableAnswer {
        begun = true;
        byte[] sound = Arrays.copyOfRange(start, from, length);
        start = new byte[0];
        return sound(sound);
    }

    private boolean begins(String text) {
        byte[] wanted = text.getBytes(StandardCharsets.ISO_8859_1);
        return length >= wanted.length
                && Arrays.equals(start, 0, wanted.length, wanted, 0, wanted.length);
    }

    /** Whether it begins with a frame of MP3 (with a rate that exists) or AAC, without a tag. */
    private boolean frames() {
        if ((start[0] & 0xff) != 0xff) {
            return false;
        }
        int bits = (start[2] >> 4) & 0xf;
        boolean mp3 = (start[1] & 0xe6) == 0xe2 && bits > 0 && bits < 15 && (start[2] & 0xc) != 0xc;
        return mp3 || (start[1] & 0xf6) == 0xf0;
    }

    /** The place where the sound begins; negative if that has not arrived. */
    private int data() throws UnusableAnswer {
        ByteBuffer in = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN);
        while (at + CHUNK_HEAD <= length) {
            int name = in.getInt(at);
            long size = Integer.toUnsignedLong(in.getInt(at + 4));
            if (name == DATA) {
                header = opened(in);
                // Programs that write to a pipe don't know the length: they say 0, or very much.
                left = size == 0 ? Long.MAX_VALUE : size;
                return at + CHUNK_HEAD;
            }
            if (name == FORMAT_NAME) {
                format = at;
            }
            if (at + CHUNK_HEAD + size > MOST_HEADER) {
                throw UnusableAnswer.unreadable("a WAV file without sound");
            }
            at += (int) (CHUNK_HEAD + size + (size & 1));
        }
        if (length > MOST_HEADER) {
            throw UnusableAnswer.unreadable("a WAV file without sound");
        }
        return -1;
    }

    /**
     * What follows is read in parts, each as a file of its own: only with the format and an open
     * length, however much the server puts before the sound.
     */
    private byte[] opened(ByteBuffer in) {
        int known = 0;
        if (format >= 0) {
            int size = in.getInt(format + 4);
            known = Math.clamp(size, 0, FORMAT) & -2;
            if (known >= 4) {
                frame = 2 * Math.clamp(in.getShort(format + CHUNK_HEAD + 2), 1, 8);
            }
        }
        int bytes = 12 + (format < 0 ? 0 : CHUNK_HEAD + known) + CHUNK_HEAD;
        ByteBuffer out = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        out.put(start, 0, 12);
        if (format >= 0) {
            out.put(start, format, 4).putInt(known).put(start, format + CHUNK_HEAD, known);
        }
        return out.putInt(DATA).putInt(-1).array();
    }

    private Optional<Recording> sound(byte[] piece) throws UnusableAnswer {
        byte[] bytes = joined(rest, piece, piece.length);
        int there = (int) Math.min(bytes.length, left);
        int whole = there - there % frame;
        rest = Arrays.copyOfRange(bytes, whole, there);
        left -= whole;
        if (whole == 0) {
            return Optional.empty();
        }
        if (header.length > 0) {
            return Optional.of(part(joined(header, bytes, whole)));
        }
        short[] samples = new short[whole / 2];
        ByteBuffer.wrap(bytes, 0, whole)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asShortBuffer()
                .get(samples);
        return Optional.of(new Recording(rate, samples));
    }

    private static Recording part(byte[] file) throws UnusableAnswer {
        try {
            return Recording.read(file);
        } catch (UnreadableSound e) {
            throw UnusableAnswer.unreadable("a WAV file that " + e.why());
        }
    }

    private static byte[] joined(byte[] first, byte[] second, int length) {
        byte[] both = Arrays.copyOf(first, first.length + length);
        System.arraycopy(second, 0, both, first.length, length);
        return both;
    }

    /** Nothing more comes: checks that there was sound, or a WAV file with none in it. */
    void end() throws UnusableAnswer {
        if (!begun) {
            throw UnusableAnswer.unreadable("no sound");
        }
    }
}
