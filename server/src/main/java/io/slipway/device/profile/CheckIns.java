package io.slipway.device.profile;

import io.slipway.sql.Tx;
import java.util.List;

/** The times of devices' check-ins. */
public final class CheckIns {

    private CheckIns() {}

    /**
     * The last check-ins of each of these devices, at most 20, newest first, in epoch ms; devices
     * without check-ins, or that no longer exist, are missing. Times after {@code now} are returned
     * as now.
     */
    public static List<List<Long>> of(Tx tx, List<Long> deviceIds, long now) {
        return ProfileStore.checkIns(tx, deviceIds, now);
    }
}
