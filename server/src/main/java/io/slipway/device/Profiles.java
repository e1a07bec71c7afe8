package io.slipway.device;

import io.slipway.protocol.Mac;
import io.slipway.sql.Tx;
import java.util.List;

/**
 * What updates of devices go by, read in the caller's transaction. Only who holds a MAC is there.
 */
public final class Profiles {

    private Profiles() {}

    public static List<Profile> byId(Tx tx, List<Long> deviceIds) {
        return ProfileStore.byId(tx, deviceIds);
    }

    public static List<Profile> byMac(Tx tx, List<Mac> macs) {
        return ProfileStore.byMac(tx, macs);
    }

    /** All devices, in the order of their ids, after one. */
    public static List<Profile> after(Tx tx, long deviceId, int limit) {
        return ProfileStore.after(tx, deviceId, limit);
    }

    /** An account's devices, in the order of their ids, after one. */
    public static List<Profile> of(Tx tx, String accountId, long deviceId, int limit) {
        return ProfileStore.of(tx, accountId, deviceId, limit);
    }
}
