package io.slipway.sound;

/**
 * Lets pass what is between 200 Hz and 3.4 kHz: neither hum nor hiss. Two Butterworth filters of
 * second order, for {@link SpeechDecoder#RATE}. Not thread-safe.
 */
final class SpeechBand {

    private final Section low = new Section(200, true);
    private final Section high = new Section(3_400, false);

    double next(double sample) {
        return high.next(low.next(sample));
    }

    /** The direct form, transposed. */
    private static final class Section {

        private final double b0;
        private final double b1;
        private final double a1;
        private final double a2;
        private double s1;
        private double s2;

        Section(double hertz, boolean highPass) {
            double k = Math.tan(Math.PI * hertz / SpeechDecoder.RATE);
            double scale = 1 / (1 + Math.sqrt(2) * k + k * k);
            b0 = highPass ? scale : k * k * scale;
            b1 = highPass ? -2 * b0 : 2 * b0;
            a1 = 2 * (k * k - 1) * scale;
            a2 = (1 - Math.sqrt(2) * k + k * k) * scale;
        }

        double next(double x) {
            double y = b0 * x + s1;
            s1 = b1 * x - a1 * y + s2;
            s2 = b0 * x - a2 * y;
            return y;
        }
    }
}
