package io.slipway.rollout.rules.plan;

import java.time.Duration;

/**
 * How many devices may be exposed at once. Devices come only when they boot, so exposure is limited
 * rather than the number of devices. 0 means no limit.
 *
 * @param inFlight offered, downloading or downloaded
 * @param perMinute new offers
 * @param bytesPerSecond that downloads may take
 */
public record Limits(int inFlight, int perMinute, long bytesPerSecond) {

    public static final Limits NONE = new Limits(0, 0, 0);

    /** Bandwidth of one device: 57 to 64 KB/s were measured (update-rules F16). */
    public static final long DEVICE_BYTES_PER_SECOND = 64 * 1024;

    /** How long that device took to download its image (update-rules F16). */
    static final Duration TYPICAL_DOWNLOAD = Duration.ofSeconds(45);

    public Limits {
        if (inFlight < 0 || perMinute < 0 || bytesPerSecond < 0) {
            throw new IllegalArgumentException("a limit must not be negative");
        }
    }

    /**
     * Current usage.
     *
     * @param perMinute offers in the last minute
     * @param bytesPerSecond of running downloads, with {@link #DEVICE_BYTES_PER_SECOND} for each
     *     offer whose download hasn't begun
     */
    public record Load(long inFlight, long perMinute, long bytesPerSecond) {

        public static final Load NONE = new Load(0, 0, 0);
    }

    boolean inFlightFull(Load load) {
        return inFlight > 0 && load.inFlight() >= inFlight;
    }

    boolean minuteFull(Load load) {
        return perMinute > 0 && load.perMinute() >= perMinute;
    }

    boolean bandwidthFull(Load load) {
        return bytesPerSecond > 0
                && load.bytesPerSecond() + DEVICE_BYTES_PER_SECOND > bytesPerSecond;
    }
}
