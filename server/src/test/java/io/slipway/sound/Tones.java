package io.slipway.sound;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Recordings of one tone. */
public final class Tones {

    private Tones() {}

    /** Samples of a tone at half of the highest volume. */
    public static short[] samples(double hertz, int rate, double seconds) {
        short[] samples = new short[(int) (rate * seconds)];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) (16_000 * Math.sin(2 * Math.PI * hertz * i / rate));
        }
        return samples;
    }

    /** A WAV file with the same sound in each channel. */
    public static byte[] wav(short[] samples, int rate, int channels) {
        int length = 2 * channels * samples.length;
        ByteBuffer out = ByteBuffer.allocate(44 + length).order(ByteOrder.LITTLE_ENDIAN);
        out.put(ascii("RIFF")).putInt(36 + length).put(ascii("WAVE"));
        out.put(ascii("fmt ")).putInt(16).putShort((short) 1).putShort((short) channels);
        out.putInt(rate).putInt(2 * channels * rate);
        out.putShort((short) (2 * channels)).putShort((short) 16);
        out.put(ascii("data")).putInt(length);
        for (short sample : samples) {
            for (int channel = 0; channel < channels; channel++) {
                out.putShort(sample);
            }
        }
        return out.array();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    }

    /** How much of a tone is in a sound: 0 to about 16,000. */
    public static double strength(short[] samples, int rate, double hertz) {
        double real = 0;
        double imaginary = 0;
        for (int i = 0; i < samples.length; i++) {
            double angle = 2 * Math.PI * hertz * i / rate;
            real += samples[i] * Math.cos(angle);
            imaginary += samples[i] * Math.sin(angle);
        }
        return 2 * Math.hypot(real, imaginary) / samples.length;
    }
}
