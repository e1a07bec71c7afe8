package io.slipway.activation;

import io.slipway.account.Caller;
import io.slipway.account.Removal;
import io.slipway.device.Device;
import io.slipway.device.DeviceRef;
import io.slipway.device.Devices;
import io.slipway.device.seen.DeviceCounts;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import io.slipway.sql.Tx;
import java.util.List;
import java.util.Map;

/** Unbinds the devices of a deleted account: they show a code at their next start. */
final class DeviceRemoval implements Removal {

    private static final int CHUNK = 100;

    private final Database database;
    private final Devices devices;
    private final Activations activations;

    DeviceRemoval(Database database, Devices devices, Activations activations) {
        this.database = database;
        this.devices = devices;
        this.activations = activations;
    }

    @Override
    public Map<String, Long> holds(Tx tx, String accountId) {
        return Map.of("devices", DeviceCounts.of(tx, accountId));
    }

    @Override
    public void remove(Caller deleted) {
        List<Device> chunk;
        do {
            chunk =
                    database.read(
                            Plane.CONSOLE,
                            tx -> devices.ofAccount(tx, deleted.accountId(), null, CHUNK));
            for (Device device : chunk) {
                activations.unbind(deleted, new DeviceRef(null, device.id()));
            }
        } while (!chunk.isEmpty());
        database.run(Plane.CONSOLE, tx -> ImportStore.forget(tx, deleted.accountId()));
    }
}
