package io.slipway.sound;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Sound of one channel, 16 bits a sample.
 *
 * @param rate samples a second, {@link #LOWEST_RATE} to {@link #HIGHEST_RATE}
 * @param samples not to be changed
 */
public record Recording(int rate, short[] samples) {

    /** Of what people record with, in samples a second. */
    public static final int LOWEST_RATE = 8_000;

    public static final int HIGHEST_RATE = 48_000;

    /** How the file names begin: "RIFF" and "WAVE", "fmt " and "data". */
    private static final int RIFF = 0x46464952;

    private static final int WAVE = 0x45564157;
    private static final int FORMAT = 0x20746d66;
    private static final int DATA = 0x61746164;

    /** Format tags: PCM, and "see the sub-format", which is what begins with the tag. */
    private static final int PCM = 1;

    private static final int EXTENSIBLE = 0xfffe;
    private static final int SUB_FORMAT = 24;

    public Recording {
        if (!hasRate(rate)) {
            throw new IllegalArgumentException(rate + " samples a second");
        }
    }

    /** Whether a recording may have this rate. */
    public static boolean hasRate(int rate) {
        return rate >= LOWEST_RATE && rate <= HIGHEST_RATE;
    }

    /** Its length. */
    public long millis() {
        return samples.length * 1_000L / rate;
    }

    /**
     * Reads a WAV file with 16-bit PCM. Of several channels it takes the mean.
     *
     * @param file never changed; what follows the sound is ignored
     * @throws UnreadableSound if it is no such file
     */
    public static Recording read(byte[] file) throws UnreadableSound {
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        if (in.remaining() < 12 || in.getInt() != RIFF || in.getInt(8) != WAVE) {
            throw new UnreadableSound("is not a WAV file");
        }
        in.position(12);
        int rate = 0;
        int channels = 0;
        while (in.remaining() >= 8) {
            int name = in.getInt();
            long length = Integer.toUnsignedLong(in.getInt());
            // Programs that write to a pipe leave the length of the sound open.
            int there = (int) Math.min(length, in.remaining());
            ByteBuffer chunk = in.slice(in.position(), there).order(ByteOrder.LITTLE_ENDIAN);
            if (name == FORMAT) {
                channels = channels(chunk);
                rate = chunk.getInt(4);
            } else if (name == DATA) {
                return of(chunk, rate, channels);
            }
            // Chunks begin at even places.
            in.position((int) Math.min(in.limit(), in.position() + there + (length & 1)));
        }
        throw new UnreadableSound("has no sound in it");
    }

    private static int channels(ByteBuffer format) throws UnreadableSound {
        if (format.remaining() < 16) {
            throw new UnreadableSound("is damaged: its format is too short");
        }
        int tag = format.getShort(0) & 0xffff;
        if (tag == EXTENSIBLE && format.remaining() >= SUB_FORMAT + 2) {
            tag = format.getShort(SUB_FORMAT) & 0xffff;
        }
        int bits = format.getShort(14);
        if (tag != PCM || bits != 16) {
            throw new UnreadableSound("is not 16-bit PCM");
        }
        return format.getShort(2);
    }

    private static Recording of(ByteBuffer sound, int rate, int channels) throws UnreadableSound {
        if (!hasRate(rate)) {
            throw new UnreadableSound(
                    "has "
                            + Integer.toUnsignedString(rate)
                            + " samples a second; 8000 to 48000 fit");
        }
        if (channels < 1 || channels > 8) {
            throw new UnreadableSound("has " + channels + " channels; 1 to 8 fit");
        }
        return new Recording(rate, mono(sound, channels));
    }

    /**
     * The mean of all channels. What is not a whole sample of each is ignored.
     *
     * @param sound in the order of its bytes; read
     */
    static short[] mono(ByteBuffer sound, int channels) {
        short[] samples = new short[sound.remaining() / (2 * channels)];
        for (int i = 0; i < samples.length; i++) {
            int sum = 0;
            for (int channel = 0; channel < channels; channel++) {
                sum += sound.getShort();
            }
            samples[i] = (short) (sum / channels);
        }
        return samples;
    }

    /** The same sound at another rate. */
    public Recording at(int wanted) {
        return wanted == rate ? this : new Recording(wanted, Resampling.of(samples, rate, wanted));
    }
}
