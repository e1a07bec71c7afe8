package io.slipway.device;

import io.slipway.protocol.Mac;
import io.slipway.sql.Tx;
import java.util.List;

/** The held devices of the registry, for whoever walks through all of them in the caller's reads. */
public final class Profiles {

    private Profiles() {}

    /** All, in the order of their ids, after one. */
    public static List<Profile> after(Tx tx, long deviceId, int limit) {
        return ProfileStore.after(tx, deviceId, limit);
    }

    /** An account's, in the order of their ids, after one. */
    public static List<Profile> of(Tx tx, String accountId, long deviceId, int limit) {
        return ProfileStore.of(tx, accountId, deviceId, limit);
    }

    /** Whoever holds these MACs; those that nobody holds are missing. */
    public static List<Profile> byMac(Tx tx, List<Mac> macs) {
        return ProfileStore.byMac(tx, macs);
    }
}
