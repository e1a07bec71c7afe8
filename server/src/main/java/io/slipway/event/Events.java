package io.slipway.event;

import io.slipway.http.Json;
import io.slipway.sql.Chunks;
import io.slipway.sql.Database;
import io.slipway.sql.Ids;
import io.slipway.sql.Tx;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;

/** The feed of what happened. Thread-safe; calls block. */
public final class Events {

    private final Database database;
    private final Ids ids;
    private final InstantSource clock;

    public Events(Database database, Ids ids, InstantSource clock) {
        this.database = database;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * Adds an event in the caller's transaction: it is there, and webhooks get it, exactly if that
     * commits. One insert and no read, for it stands in the transaction that grants offers.
     *
     * @throws IllegalArgumentException when the data is longer than {@link NewEvent#MAX_DATA}
     */
    public void add(Tx tx, NewEvent event) {
        byte[] data = Json.write(event.data());
        if (data.length > NewEvent.MAX_DATA) {
            throw new IllegalArgumentException(
                    event.type().wire() + " has " + data.length + " bytes of data");
        }
        // The time before the id: whoever searches by time relies on it.
        long at = clock.millis();
        EventStore.insert(tx, ids.next(), at, event, new String(data, StandardCharsets.UTF_8));
    }

    /** Deletes events older than {@code retention}, in chunks. */
    public void clean(Duration retention) {
        long before = Ids.least(clock.millis() - retention.toMillis());
        Chunks.delete(database, (tx, limit) -> EventStore.deleteBefore(tx, before, limit));
    }
}
