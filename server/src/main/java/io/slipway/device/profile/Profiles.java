package io.slipway.device.profile;

import io.slipway.protocol.Mac;
import io.slipway.sql.Tx;
import java.util.List;
import java.util.Map;

/** What updates need to know of devices, read in the caller's transaction. */
public final class Profiles {

    private Profiles() {}

    public static List<Profile> byId(Tx tx, List<Long> deviceIds) {
        return ProfileStore.byId(tx, deviceIds);
    }

    /** An account's devices that have one of these MACs. */
    public static List<Profile> byMac(Tx tx, String accountId, List<Mac> macs) {
        return ProfileStore.byMac(tx, accountId, macs);
    }

    /**
     * The accounts that have bound a MAC.
     *
     * @param accountId one of them
     */
    public record Holders(long count, String accountId) {}

    /** The accounts that have bound these MACs; unbound MACs are missing. */
    public static Map<Mac, Holders> holders(Tx tx, List<Mac> macs) {
        return ProfileStore.holders(tx, macs);
    }

    /** Accounts that have bound a MAC, at most {@code most}. */
    public static List<String> holdersOf(Tx tx, Mac mac, int most) {
        return ProfileStore.holdersOf(tx, mac, most);
    }

    /** All devices ordered by id, after the given one. */
    public static List<Profile> after(Tx tx, long deviceId, int limit) {
        return ProfileStore.after(tx, deviceId, limit);
    }

    /** An account's devices ordered by id, after the given one. */
    public static List<Profile> of(Tx tx, String accountId, long deviceId, int limit) {
        return ProfileStore.of(tx, accountId, deviceId, limit);
    }
}
