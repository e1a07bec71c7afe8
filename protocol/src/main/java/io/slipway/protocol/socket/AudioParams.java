package io.slipway.protocol.socket;

import java.util.Set;

/**
 * How one side encodes its audio; a device sets its decoder up from it.
 *
 * @param format always {@code opus}: no firmware knows another
 * @param sampleRate in Hz: 8000, 12000, 16000, 24000 or 48000
 * @param channels 1 or 2
 * @param frameDuration in ms: 5, 10, 20, 40, 60, 80, 100 or 120
 */
public record AudioParams(String format, int sampleRate, int channels, int frameDuration) {

    // Before the constants, which are checked against them.
    private static final Set<Integer> RATES = Set.of(8_000, 12_000, 16_000, 24_000, 48_000);
    private static final Set<Integer> DURATIONS = Set.of(5, 10, 20, 40, 60, 80, 100, 120);

    /** What a server sends unless it says otherwise; a device assumes it too. */
    public static final AudioParams DOWNLINK = new AudioParams("opus", 24_000, 1, 60);

    /** What firmware's microphone gives. */
    public static final AudioParams UPLINK = new AudioParams("opus", 16_000, 1, 60);

    public AudioParams {
        if (!known(format, sampleRate, channels, frameDuration)) {
            throw new IllegalArgumentException(
                    "no decoder for %s, %d Hz, %d channels, %d ms"
                            .formatted(format, sampleRate, channels, frameDuration));
        }
    }

    /** Whether the four make sense together, which the constructor insists on. */
    static boolean known(String format, int sampleRate, int channels, int frameDuration) {
        return format.equals("opus")
                && RATES.contains(sampleRate)
                && (channels == 1 || channels == 2)
                && DURATIONS.contains(frameDuration);
    }
}
