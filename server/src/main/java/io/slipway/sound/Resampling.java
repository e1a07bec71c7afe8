package io.slipway.sound;

/**
 * Changes the rate of whole recordings, by a low-pass filter of windowed sinc functions: accurate
 * rather than fast.
 */
final class Resampling {

    /** On each side, as many zero crossings of the sinc function count. */
    private static final int CROSSINGS = 16;

    private Resampling() {}

    static short[] of(short[] samples, int from, int to) {
        // Above half of the lower rate there must be nothing.
        double cutoff = Math.min(1.0, (double) to / from);
        double reach = CROSSINGS / cutoff;
        short[] out = new short[(int) ((long) samples.length * to / from)];
        for (int i = 0; i < out.length; i++) {
            double place = (double) i * from / to;
            int first = Math.max(0, (int) Math.ceil(place - reach));
            int last = Math.min(samples.length - 1, (int) Math.floor(place + reach));
            double sum = 0;
            for (int j = first; j <= last; j++) {
                double distance = place - j;
                sum += samples[j] * cutoff * sinc(distance * cutoff) * window(distance / reach);
            }
            out[i] = (short) Math.clamp(Math.round(sum), Short.MIN_VALUE, Short.MAX_VALUE);
        }
        return out;
    }

    private static double sinc(double x) {
        double angle = Math.PI * x;
        return Math.abs(angle) < 1e-9 ? 1 : Math.sin(angle) / angle;
    }

    /** Hann's. */
    private static double window(double x) {
        return 0.5 + 0.5 * Math.cos(Math.PI * x);
    }
}
