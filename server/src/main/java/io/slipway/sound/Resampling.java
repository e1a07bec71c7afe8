package io.slipway.sound;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * Changes the rate of a sound that comes in pieces, by a low-pass filter of windowed sinc
 * functions. What comes out is the same however the sound is cut into pieces.
 *
 * <p>Its tables take up to 110 kB, 20 kB for the usual rates. Not thread-safe.
 */
final class Resampling {

    /** On each side, as many zero crossings of the sinc function count. */
    private static final int CROSSINGS = 16;

    /**
     * As many places between two samples have a filter of their own: of 11,025 Hz to 16 kHz all of
     * them. Of odd rates the nearest is taken, which adds noise 56 dB below the sound.
     */
    private static final int MOST_PLACES = 640;

    /** Of the sound that is worked on at once, in samples. */
    private static final int SLICE = 4_096;

    /** Both divided by what they have in common. */
    private final int from;

    private final int to;

    /** By the place between two samples: weights of the samples around it. */
    private final float[][] filters;

    /** The samples around the next one that comes out, and those after them. */
    private final float[] window;

    private int kept;

    /** Of the next one that comes out, in parts of {@code to}. */
    private int place;

    private long taken;
    private long given;

    /**
     * @param from in samples a second, like {@code to}
     */
    Resampling(int from, int to) {
        int common = BigInteger.valueOf(from).gcd(BigInteger.valueOf(to)).intValueExact();
        this.from = from / common;
        this.to = to / common;
        // Above half of the lower rate there must be nothing.
        double cutoff = Math.min(1.0, (double) to / from);
        double reach = CROSSINGS / cutoff;
        int half = (int) Math.ceil(reach);
        int places = Math.min(this.to, MOST_PLACES);
        filters = new float[places + 1][];
        double[] weights = new double[2 * half];
        for (int i = 0; i <= places; i++) {
            filters[i] = filter(weights, (double) i / places, reach, cutoff);
        }
        window = new float[2 * half + SLICE];
        // Before the sound there is silence.
        kept = half - 1;
    }

    private static float[] filter(double[] weights, double fraction, double reach, double cutoff) {
        int middle = weights.length / 2 - 1;
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            double distance = fraction + middle - i;
            boolean near = Math.abs(distance) <= reach;
            weights[i] = near ? sinc(distance * cutoff) * window(distance / reach) : 0;
            sum += weights[i];
        }
        float[] filter = new float[weights.length];
        for (int i = 0; i < filter.length; i++) {
            filter[i] = (float) (weights[i] / sum);
        }
        return filter;
    }

    private static double sinc(double x) {
        double angle = Math.PI * x;
        return Math.abs(angle) < 1e-9 ? 1 : Math.sin(angle) / angle;
    }

    /** Hann's. */
    private static double window(double x) {
        return 0.5 + 0.5 * Math.cos(Math.PI * x);
    }

    /** A whole recording; as long as it was. */
    static short[] of(short[] samples, int from, int to) {
        var resampling = new Resampling(from, to);
        short[] most = resampling.next(samples);
        short[] rest = resampling.rest();
        short[] all = Arrays.copyOf(most, most.length + rest.length);
        System.arraycopy(rest, 0, all, most.length, rest.length);
        return all;
    }

    /**
     * What is complete of the next piece: about 1.5 ms of it remain for the next call.
     *
     * @param samples not changed; returned as they are if the rates are the same
     */
    short[] next(short[] samples) {
        if (from == to) {
            return samples;
        }
        taken += samples.length;
        return filtered(samples, Long.MAX_VALUE);
    }

    /** The end of the sound; nothing may come after it. */
    short[] rest() {
        if (from == to) {
            return new short[0];
        }
        // Behind the sound there is silence.
        short[] silence = new short[filters[0].length / 2];
        return filtered(silence, taken * to / from - given);
    }

    private short[] filtered(short[] samples, long most) {
        long longest = ((long) kept + samples.length) * to / from + 1;
        short[] out = new short[(int) Math.min(longest, most)];
        int count = 0;
        for (int at = 0; at < samples.length; ) {
            int length = Math.min(window.length - kept, samples.length - at);
            for (int i = 0; i < length; i++) {
                window[kept + i] = samples[at + i];
            }
            kept += length;
            at += length;
            count = drain(out, count);
        }
        given += count;
        return count == out.length ? out : Arrays.copyOf(out, count);
    }

    private int drain(short[] out, int first) {
        int count = first;
        int start = 0;
        int taps = filters[0].length;
        while (start + taps <= kept && count < out.length) {
            float[] filter = filters[index()];
            float sum = 0;
            for (int i = 0; i < taps; i++) {
                sum += filter[i] * window[start + i];
            }
            out[count++] = (short) Math.clamp(Math.round(sum), Short.MIN_VALUE, Short.MAX_VALUE);
            int next = place + from;
            start += next / to;
            place = next % to;
        }
        kept -= start;
        System.arraycopy(window, start, window, 0, kept);
        return count;
    }

    private int index() {
        int places = filters.length - 1;
        return places == to ? place : (int) (((long) place * places + to / 2) / to);
    }
}
