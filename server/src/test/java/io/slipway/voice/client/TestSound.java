package io.slipway.voice.client;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.slipway.sound.Recording;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;

/** Sound that tests recognise. */
final class TestSound {

    private TestSound() {}

    static short[] samples(int count, long seed) {
        var random = new Random(seed);
        short[] samples = new short[count];
        for (int i = 0; i < count; i++) {
            samples[i] = (short) random.nextInt();
        }
        return samples;
    }

    static byte[] bytes(short[] samples) {
        var buffer = ByteBuffer.allocate(2 * samples.length).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asShortBuffer().put(samples);
        return buffer.array();
    }

    /**
     * A WAV file.
     *
     * @param length what it says about the length of its sound
     * @param extra bytes of a chunk before the sound; none if negative
     */
    static byte[] wave(short[] samples, int rate, int channels, int length, int extra) {
        int more = extra < 0 ? 0 : 8 + extra + (extra & 1);
        var file =
                ByteBuffer.allocate(44 + more + 2 * samples.length).order(ByteOrder.LITTLE_ENDIAN);
        file.put("RIFF".getBytes(US_ASCII)).putInt(-1).put("WAVE".getBytes(US_ASCII));
        file.put("fmt ".getBytes(US_ASCII))
                .putInt(16)
                .putShort((short) 1)
                .putShort((short) channels);
        file.putInt(rate).putInt(2 * channels * rate);
        file.putShort((short) (2 * channels)).putShort((short) 16);
        if (extra >= 0) {
            file.put("LIST".getBytes(US_ASCII)).putInt(extra).position(file.position() + more - 8);
        }
        file.put("data".getBytes(US_ASCII)).putInt(length).put(bytes(samples));
        return file.array();
    }

    static byte[] wave(short[] samples, int rate) {
        return wave(samples, rate, 1, 2 * samples.length, -1);
    }

    /** All parts together. */
    static short[] joined(List<Recording> parts) {
        short[] all = new short[parts.stream().mapToInt(part -> part.samples().length).sum()];
        int at = 0;
        for (Recording part : parts) {
            System.arraycopy(part.samples(), 0, all, at, part.samples().length);
            at += part.samples().length;
        }
        return all;
    }
}
