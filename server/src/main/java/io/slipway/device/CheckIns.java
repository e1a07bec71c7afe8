package io.slipway.device;

import io.slipway.sql.Tx;
import java.util.List;

/** When devices called. */
public final class CheckIns {

    private CheckIns() {}

    /**
     * The last check-ins of each of these devices, at most 20, newest first, in epoch ms; devices
     * that never called or are there no more are missing. Times after {@code now} read as now.
     */
    public static List<List<Long>> of(Tx tx, List<Long> deviceIds, long now) {
        return ProfileStore.checkIns(tx, deviceIds, now);
    }
}
