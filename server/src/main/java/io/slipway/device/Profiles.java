package io.slipway.device;

import io.slipway.protocol.Mac;
import io.slipway.sql.Tx;
import java.util.List;
import java.util.Map;

/** What updates of devices go by, read in the caller's transaction. */
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
     * Who has bound a MAC.
     *
     * @param accountId one of them
     */
    public record Holders(long count, String accountId) {}

    /** Who has bound these MACs; what nobody has is not in it. */
    public static Map<Mac, Holders> holders(Tx tx, List<Mac> macs) {
        return ProfileStore.holders(tx, macs);
    }

    /** Accounts that have bound a MAC, at most {@code most}. */
    public static List<String> holdersOf(Tx tx, Mac mac, int most) {
        return ProfileStore.holdersOf(tx, mac, most);
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
