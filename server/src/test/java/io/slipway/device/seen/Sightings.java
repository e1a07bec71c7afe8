package io.slipway.device.seen;

import io.slipway.sql.Tx;
import java.util.ArrayList;
import java.util.List;

/** Sightings of devices, written as by the server itself. */
public final class Sightings {

    private final List<SeenStore.Sighting> rows = new ArrayList<>();

    /** {@code ring} as in the column. */
    public Sightings add(long id, long at, String address, String ring) {
        rows.add(new SeenStore.Sighting(id, at, address, ring, 0));
        return this;
    }

    /** Writes what was added since the last call, in order of ids. */
    public void write(Tx tx, long now) {
        SeenStore.seen(tx, rows, now);
        rows.clear();
    }
}
