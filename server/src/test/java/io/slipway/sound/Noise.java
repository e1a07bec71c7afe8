package io.slipway.sound;

import java.util.Random;

/** Noise of several kinds, 16,000 samples a second, the same for the same seed. */
public enum Noise {
    NONE {
        @Override
        void fill(double[] out, Random random) {}
    },
    WHITE {
        @Override
        void fill(double[] out, Random random) {
            for (int i = 0; i < out.length; i++) {
                out[i] = random.nextGaussian();
            }
        }
    },
    /** Of a room: 3 dB less for each octave, from the sum of generators that change more seldom. */
    PINK {
        @Override
        void fill(double[] out, Random random) {
            double[] rows = new double[12];
            for (int i = 0; i < out.length; i++) {
                int row = Math.min(rows.length - 1, Integer.numberOfTrailingZeros(i + 1));
                rows[row] = random.nextGaussian();
                for (double each : rows) {
                    out[i] += each;
                }
                out[i] += random.nextGaussian();
            }
        }
    },
    /** Of a mains supply, with its harmonics. */
    HUM {
        @Override
        void fill(double[] out, Random random) {
            for (int i = 0; i < out.length; i++) {
                for (int harmonic = 1; harmonic <= 8; harmonic++) {
                    double angle = 2 * Math.PI * 50 * harmonic * i / SpeechDecoder.RATE;
                    out[i] += Math.sin(angle + harmonic) / harmonic;
                }
            }
        }
    },
    /** Of a keyboard: 30 ms each, up to six a second. */
    CLICKS {
        @Override
        void fill(double[] out, Random random) {
            for (int at = 0; at < out.length; at += 2_600 + random.nextInt(6_000)) {
                for (int i = at; i < Math.min(out.length, at + 480); i++) {
                    out[i] = random.nextGaussian() * Math.exp(-(i - at) / 120.0);
                }
            }
        }
    };

    abstract void fill(double[] out, Random random);

    /**
     * So many samples.
     *
     * @param strength its root mean square
     */
    public double[] samples(int count, double strength, long seed) {
        double[] out = new double[count];
        fill(out, new Random(seed));
        double sum = 0;
        for (double each : out) {
            sum += each * each;
        }
        double scale = sum == 0 ? 0 : strength / Math.sqrt(sum / count);
        for (int i = 0; i < count; i++) {
            out[i] *= scale;
        }
        return out;
    }
}
