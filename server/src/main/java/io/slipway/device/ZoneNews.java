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
 * Lets all nodes know that devices show another time zone: their next check-in reads it anew. An
 * account may have a million of them: they are gone through in chunks, each a transaction, and the
 * place is stored, so that an end of this process leaves none out. Thread-safe.
 */
final class ZoneNews {

    /** Devices a transaction. */
    private static final int CHUNK = 500;

    // By the pair's key.
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

    /** A device's zone is another one once this commits. */
    void ofDevice(Tx tx, String pairKey) {
        tx.afterCommit(() -> cache.read(pairKey));
        bus.send(tx, ZONE, pairKey);
    }

    /** An account's zone is another one once this commits; its devices follow soon after. */
    void ofAccount(Tx tx, String accountId) {
        ZoneStore.begin(tx, accountId);
        tx.afterCommit(() -> Thread.startVirtualThread(this::quietly));
    }

    private void quietly() {
        try {
            spread();
        } catch (StoreException e) {
            LOG.warn("devices learn of a new time zone later: {}", e.getMessage());
        }
    }

    /** Goes on with all that was begun. */
    void spread() {
        boolean more = true;
        while (more) {
            more = database.write(Plane.BACKGROUND, this::chunk);
        }
    }

    // False when there is nothing more to do.
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
