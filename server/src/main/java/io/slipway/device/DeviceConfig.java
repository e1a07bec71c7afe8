package io.slipway.device;

import io.slipway.settings.Settings;
import java.time.Duration;

/**
 * Limits of the registry's data.
 *
 * @param cachedPairs bound pairs cached in memory
 * @param countersKept how long hourly counts are stored
 */
public record DeviceConfig(int cachedPairs, Duration countersKept) {

    /** Reads them; errors are reported to {@code s}. */
    public static DeviceConfig read(Settings s) {
        var config =
                new DeviceConfig(
                        s.number(
                                "checkin.cached-pairs",
                                2_000_000,
                                1_000,
                                100_000_000,
                                "内存中缓存的已绑定设备数",
                                "bound devices cached in memory"),
                        s.duration(
                                "checkin.counters-kept",
                                "400 d",
                                "每小时统计的保留时间",
                                "how long hourly counts are stored"));
        s.whileRunning("checkin.counters-kept");
        return config;
    }
}
