package io.slipway.device;

import io.slipway.device.profile.CheckInFacts;
import io.slipway.device.seen.Sightings;
import io.slipway.protocol.ota.CheckIn;
import io.slipway.sql.Tx;

/** Bound devices written as by the server itself, many at a time, for the benchmark. */
public final class FilledDevices {

    private final String accountId;
    private final String agentId;
    private final Sightings seen = new Sightings();

    public FilledDevices(String accountId, String agentId) {
        this.accountId = accountId;
        this.agentId = agentId;
    }

    /** A device that was bound and then reported {@code checkIn}; ids must grow. */
    public void insert(Tx tx, long id, Pair pair, CheckIn checkIn, long now) {
        var wanted = new NewDevice(accountId, agentId, Devices.LastReport.of(checkIn));
        HotDeviceStore.insert(tx, id, pair, wanted, now);
        HotDeviceStore.facts(tx, id, CheckInFacts.of(checkIn), now);
        seen.add(id, now, "127.0.0.1", Long.toString(now, 36));
    }

    /** Writes when the devices since the last call were seen. */
    public void seen(Tx tx) {
        seen.write(tx, Long.MAX_VALUE);
    }
}
