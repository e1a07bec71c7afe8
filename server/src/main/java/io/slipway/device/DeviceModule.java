package io.slipway.device;

import io.slipway.account.Access;
import io.slipway.base.Base;
import io.slipway.cluster.Presence;
import io.slipway.device.seen.CalledHosts;
import io.slipway.device.seen.SeenLog;
import io.slipway.http.edge.Edge;
import io.slipway.keys.Keyring;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Assembles the feature.
 *
 * @param cache of bound pairs
 * @param seen records when devices were seen
 * @param called records by which host they call
 */
public record DeviceModule(
        Devices devices, Pairs pairs, BoundCache cache, SeenLog seen, CalledHosts called) {

    /** Creates the parts and registers all routes. */
    public static DeviceModule install(
            Edge edge,
            Supplier<DeviceConfig> config,
            Base base,
            Access access,
            Keyring keys,
            Presence presence) {
        var database = base.database();
        var accounts = access.accounts();
        var audit = access.audit();
        var cache = new BoundCache(config.get().cachedPairs());
        var seen = new SeenLog(database, base.clock());
        var called = new CalledHosts(database, base.clock());
        var devices = new Devices(database, base.bus(), base.ids(), base.clock(), cache);
        new TagRoutes(accounts, new Tags(database, devices, audit)).install(edge);
        new DeviceRoutes(accounts, devices, presence, audit, database, base.clock()).install(edge);
        new DeviceListRoutes(accounts).install(edge);
        new AdminDeviceRoutes(access, devices, presence, database, base.clock()).install(edge);
        var housekeeping = base.housekeeping();
        accounts.whenZoneChanged(devices::zoneChanged);
        housekeeping.once("filling the cache", devices::warm);
        housekeeping.once("new time zones", devices::spreadZones);
        housekeeping.every(Duration.ofMinutes(1), "new time zones", devices::spreadZones);
        housekeeping.every(SeenLog.PERIOD, "last-seen times", seen::tick);
        base.forget(Duration.ofHours(1), "pairs unbound long ago", devices::clean);
        base.forget(
                Duration.ofHours(1), "old counters", () -> seen.clean(config.get().countersKept()));
        accounts.whenDeleted(called);
        housekeeping.every(CalledHosts.PERIOD, "hosts that devices call", called::write);
        base.forget(Duration.ofHours(1), "old hosts", called::clean);
        housekeeping.write(seen::flush);
        return new DeviceModule(devices, new Pairs(keys), cache, seen, called);
    }
}
