package io.slipway.protocol.socket;

import java.util.Set;

/**
 * How one side encodes its audio; a device configures its decoder with it.
 *
 * @param format {@code opus}, or {@code pcm} for clients that send and ask for it: 16 bit, little
 *     endian. No firmware plays PCM
 * @param sampleRate in Hz: 8000, 12000, 16000, 24000 or 48000; of PCM any from 8000 to 48000
 * @param channels 1 or 2
 * @param frameDuration in ms: 5, 10, 20, 40, 60, 80, 100 or 120
 */
public record AudioParams(String format, int sampleRate, int channels, int frameDuration) {

    // Declared before the constants, whose constructor uses them.
    private static final Set<Integer> RATES = Set.of(8_000, 12_000, 16_000, 24_000, 48_000);
    private static final Set<Integer> DURATIONS = Set.of(5, 10, 20, 40, 60, 80, 100, 120);

    public static final String OPUS = "opus";
    public static final String PCM = "pcm";

    /** What a server sends by default; a device assumes it too. */
    public static final AudioParams DOWNLINK = new AudioParams(OPUS, 24_000, 1, 60);

    /** The format of firmware's microphone. */
    public static final AudioParams UPLINK = new AudioParams(OPUS, 16_000, 1, 60);

    public AudioParams {
        if (!known(format, sampleRate, channels, frameDuration)) {
            throw new IllegalArgumentException(
                    "no decoder for %s, %d Hz, %d channels, %d ms"
                            .formatted(format, sampleRate, channels, frameDuration));
        }
    }

    /** Whether it is PCM rather than Opus. */
    public boolean pcm() {
        return format.equals(PCM);
    }

    /** Whether the four values are valid together, as the constructor requires. */
    static boolean known(String format, int sampleRate, int channels, int frameDuration) {
        boolean rate =
                switch (format) {
                    case OPUS -> RATES.contains(sampleRate);
                    case PCM -> sampleRate >= 8_000 && sampleRate <= 48_000;
                    default -> false;
                };
        return rate && (channels == 1 || channels == 2) && DURATIONS.contains(frameDuration);
    }
}
