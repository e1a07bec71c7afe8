package io.slipway.voice.client;

import io.slipway.sound.Recording;
import io.slipway.sound.UnreadableSound;
import java.io.ByteArrayOutputStream;
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
    private static final String[] COMPRESSED = {"ID3", "OggS", "fLaC"};

    private final int rate;
    private final ByteArrayOutputStream start = new ByteArrayOutputStream();
    private boolean begun;

    /** Up to where the sound of a WAV file begins, with an open length; empty for bare samples. */
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
        start.writeBytes(piece);
        byte[] all = start.toByteArray();
        if (all.length < WAVE.length()) {
            return Optional.empty();
        }
        if (!begins(all, WAVE)) {
            if (rate == 0) {
                throw UnusableAnswer.unreadable("no WAV file");
            }
            for (String each : COMPRESSED) {
                if (begins(all, each)) {
                    throw UnusableAnswer.unreadable("compressed sound");
                }
            }
            begun = true;
            return sound(all);
        }
        int data = header(all);
        if (data < 0) {
            return Optional.empty();
        }
        begun = true;
        return sound(Arrays.copyOfRange(all, data, all.length));
    }

    private static boolean begins(byte[] bytes, String text) {
        byte[] wanted = text.getBytes(StandardCharsets.US_ASCII);
        return Arrays.equals(bytes, 0, wanted.length, wanted, 0, wanted.length);
    }

    /** The place where the sound begins; negative if that has not arrived. */
    private int header(byte[] all) throws UnusableAnswer {
        ByteBuffer in = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
        long at = 12;
        while (at + 8 <= all.length) {
            String name = new String(all, (int) at, 4, StandardCharsets.US_ASCII);
            long length = Integer.toUnsignedLong(in.getInt((int) at + 4));
            if (name.equals("data")) {
                int from = (int) at + 8;
                header = Arrays.copyOf(all, from);
                // What follows is read in parts, each as a file of its own with an open length.
                ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).putInt(from - 4, -1);
                // Programs that write to a pipe don't know the length: they say 0, or very much.
                left = length == 0 ? Long.MAX_VALUE : length;
                return from;
            }
            if (name.equals("fmt ") && at + 12 <= all.length) {
                frame = 2 * Math.clamp(in.getShort((int) at + 10), 1, 8);
            }
            at += 8 + length + (length & 1);
            if (at > MOST_HEADER) {
                throw UnusableAnswer.unreadable("a WAV file without sound");
            }
        }
        if (all.length > MOST_HEADER) {
            throw UnusableAnswer.unreadable("a WAV file without sound");
        }
        return -1;
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
