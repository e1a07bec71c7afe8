package io.slipway.event;

import io.slipway.http.Json;
import io.slipway.sql.Chunks;
import io.slipway.sql.Database;
import io.slipway.sql.Ids;
import io.slipway.sql.Plane;
import io.slipway.sql.Tx;
import io.slipway.work.Listeners;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The feed of events. Thread-safe; calls block. */
public final class Events {

    /** Receives added events. */
    @FunctionalInterface
    public interface EventListener {
        void added(long id, NewEvent event);
    }

    private final Database database;
    private final Ids ids;
    private final InstantSource clock;
    private final Listeners<EventListener> added = new Listeners<>("an event was added");

    public Events(Database database, Ids ids, InstantSource clock) {
        this.database = database;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * Adds an event in the caller's transaction: it exists, and webhooks get it, exactly if that
     * commits. One insert and no read, because it runs in the transaction that grants offers.
     *
     * @throws IllegalArgumentException when the data is longer than {@link NewEvent#MAX_DATA}
     */
    public void add(Tx tx, NewEvent event) {
        addAll(tx, List.of(event));
    }

    /** Like {@link #add} for each of them, in order, as one batch. */
    public void addAll(Tx tx, Collection<NewEvent> events) {
        var rows = new ArrayList<EventStore.EventRow>(events.size());
        for (NewEvent event : events) {
            byte[] data = Json.write(repaired(event.data()));
            if (data.length > NewEvent.MAX_DATA) {
                throw new IllegalArgumentException(
                        event.type().wire() + " has " + data.length + " bytes of data");
            }
            // Read before the id is made: searching by time relies on it.
            long at = clock.millis();
            String text = new String(data, StandardCharsets.UTF_8);
            rows.add(new EventStore.EventRow(ids.next(), at, event, text));
        }
        EventStore.insert(tx, rows);
        if (!added.isEmpty() && !rows.isEmpty()) {
            tx.afterCommit(() -> rows.forEach(this::publish));
        }
    }

    private void publish(EventStore.EventRow row) {
        added.tell(listener -> listener.added(row.id(), row.event()));
    }

    /**
     * Registers a listener for each event of this node, called once it is durable. It must not
     * block.
     */
    public void whenAdded(EventListener listener) {
        added.add(listener);
    }

    // Texts that devices report may contain unpaired surrogates, which not every receiver can
    // parse.
    private static Object repaired(Object value) {
        return switch (value) {
            case String text when text.chars().noneMatch(c -> Character.isSurrogate((char) c)) ->
                    text;
            case String text ->
                    new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
            case List<?> list -> list.stream().map(Events::repaired).toList();
            case Map<?, ?> map -> {
                var repaired = new LinkedHashMap<Object, Object>();
                map.forEach((name, inner) -> repaired.put(repaired(name), repaired(inner)));
                yield repaired;
            }
            default -> value;
        };
    }

    /** Newest first, those with ids below {@code before}. */
    EventStore.EventPage page(EventFilter filter, long before, int limit) {
        return database.read(Plane.CONSOLE, tx -> EventStore.page(tx, filter, before, limit));
    }

    /** The highest id; 0 if there is none. */
    long last() {
        return database.read(Plane.CONSOLE, tx -> EventStore.last(tx, false));
    }

    /** Deletes events older than {@code retention}, in chunks. */
    public void clean(Duration retention) {
        long before = Ids.least(clock.millis() - retention.toMillis());
        Chunks.delete(database, (tx, limit) -> EventStore.deleteBefore(tx, before, limit));
    }
}
