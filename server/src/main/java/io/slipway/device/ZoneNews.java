package io.slipway.device;

import io.slipway.cluster.Bus;
import io.slipway.cluster.Topic;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import io.slipway.sql.StoreException;
import io.slipway.sql.Tx;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notifies all nodes that devices have another time zone: their next check-in reads it again. An
 * account may have a million of them: they are processed in chunks, one transaction each, and the
 * position is stored, so that a crash leaves none out. Thread-safe.
 */
final class ZoneNews {

    /** Devices per transaction. */
    private static final int CHUNK = 500;

    // Keyed by the pair's key.
    private static final Topic<String> ZONE = Topic.text("zone");

    private static final Logger LOG = LoggerFactory.getLogger(ZoneNews.class);

    private final Database database;
    private final Bus bus;
    private final BoundCache cache;

    ZoneNews(Database database, Bus bus, BoundCache cache) {
        this.database = database;
        this.bus = bus;
        this.cache = cache;
        bus.onOthers(ZONE, cache::read);
    }

    /** A device's zone changes once this commits. */
    void ofDevice(Tx tx, String pairKey) {
        tx.afterCommit(() -> cache.read(pairKey));
        bus.send(tx, ZONE, pairKey);
    }

    /** An account's zone changes once this commits; its devices follow shortly after. */
    void ofAccount(Tx tx, String accountId) {
        ZoneStore.begin(tx, accountId);
        tx.afterCommit(() -> Thread.startVirtualThread(this::quietly));
    }

    private void quietly() {
        try {
            spread();
        } catch (StoreException e) {
            LOG.warn("devices will get a new time zone later: {}", e.getMessage());
        }
    }

    /** Resumes everything that was started. */
    void spread() {
        boolean more = true;
        while (more) {
            more = database.write(Plane.BACKGROUND, this::chunk);
        }
    }

    // False if nothing is left to do.
    private boolean chunk(Tx tx) {
        Optional<ZoneStore.ZoneProgress> found = ZoneStore.place(tx);
        if (found.isEmpty()) {
            return false;
        }
        ZoneStore.ZoneProgress place = found.get();
        List<DeviceStore.BoundRow> some =
                DeviceStore.unzoned(tx, place.accountId(), place.after(), CHUNK);
        some.forEach(device -> ofDevice(tx, device.pairKey()));
        if (some.size() < CHUNK) {
            ZoneStore.end(tx, place);
        } else {
            ZoneStore.move(tx, place, some.getLast().id());
        }
        return true;
    }
}
