package io.slipway.event;

import io.slipway.sql.Ids;
import io.slipway.sql.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/** The table {@code event}. */
final class EventStore {

    /**
     * Rows that one page reads, which limits the cost of a filter without matches: the page then
     * ends early and the next one continues from there.
     */
    static final int WINDOW = 10_000;

    /** How far ids may be ahead of the clock, which may have been set back. */
    private static final long AHEAD_MS = 3_600_000;

    private static final String INSERT =
            """
            INSERT INTO event (id, at, type, few, account_id, rollout_id, build_id, mac, data)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;

    /**
     * A page.
     *
     * @param next the cursor of the next one; null at the end
     */
    record EventPage(List<Event> events, @Nullable Long next) {}

    /** What determines whether a webhook wants an event. */
    record EventHead(long id, String type, String accountId, String rolloutId) {}

    private EventStore() {}

    /**
     * An event to be written.
     *
     * @param data a JSON object
     */
    record EventRow(long id, long at, NewEvent event, String data) {}

    static void insert(Tx tx, List<EventRow> rows) {
        tx.batch(
                INSERT,
                rows,
                (bind, row) -> {
                    NewEvent event = row.event();
                    bind.setLong(1, row.id());
                    bind.setLong(2, row.at());
                    bind.setString(3, event.type().wire());
                    bind.setLong(4, event.type().perDevice() ? 0 : 1);
                    bind.setString(5, event.accountId());
                    bind.setString(6, event.rolloutId());
                    bind.setString(7, event.buildId());
                    bind.setString(8, event.mac());
                    bind.setString(9, row.data());
                });
    }

    /** Deletes at most {@code limit} events below an id; returns how many. */
    static int deleteBefore(Tx tx, long id, int limit) {
        return tx.update(
                        """
                        DELETE FROM event WHERE id IN
                            (SELECT id FROM event WHERE id < :id ORDER BY id LIMIT :limit)
                        """)
                .bind("id", id)
                .bind("limit", limit)
                .execute();
    }

    static Optional<Event> find(Tx tx, long id) {
        return tx.query("SELECT * FROM event WHERE id = :id")
                .bind("id", id)
                .map((row, context) -> event(row))
                .findOne()
                .flatMap(found -> found);
    }

    /** The highest id; 0 if there is none. */
    static long last(Tx tx, boolean few) {
        return tx.query("SELECT id FROM event <such> ORDER BY id DESC LIMIT 1")
                .define("such", few ? "WHERE few = 1" : "")
                .mapTo(Long.class)
                .findFirst()
                .orElse(0L);
    }

    /** Newest first, those below {@code before}. */
    static EventPage page(Tx tx, EventFilter filter, long before, int limit) {
        String window = window(filter);
        boolean types = !filter.types().isEmpty();
        boolean build = !filter.buildId().isEmpty();
        boolean account = filter.accountId() != null;
        boolean rollout = !filter.rolloutId().isEmpty();
        var query =
                tx.query(
                                """
                                SELECT * FROM (SELECT * %s) AS w
                                WHERE at >= :since AND at < :until <of_account> <of_rollout> <of_build> %s
                                ORDER BY id DESC LIMIT :limit
                                """
                                        .formatted(window, types ? "AND type IN (<types>)" : ""))
                        .define("of_account", account ? "AND account_id = :account" : "")
                        .define("of_rollout", rollout ? "AND rollout_id = :rollout" : "")
                        .define("of_build", build ? "AND build_id = :build" : "");
        if (types) {
            query.bindList("types", filter.types().stream().map(EventType::wire).toList());
        }
        if (build) {
            query.bind("build", filter.buildId());
        }
        if (account) {
            query.bind("account", filter.accountId());
        }
        if (rollout) {
            query.bind("rollout", filter.rolloutId());
        }
        query.bind("since", filter.since()).bind("until", filter.until());
        List<Optional<Event>> found =
                bound(query, filter, before)
                        .bind("limit", limit + 1)
                        .map((row, context) -> event(row))
                        .list();
        boolean more = found.size() > limit;
        List<Optional<Event>> shown = more ? found.subList(0, limit) : found;
        List<Event> events = shown.stream().flatMap(Optional::stream).toList();
        return new EventPage(events, more ? last(shown) : end(tx, filter, window, before));
    }

    private static Long last(List<Optional<Event>> shown) {
        return shown.reversed().stream().flatMap(Optional::stream).findFirst().orElseThrow().id();
    }

    // Only one condition, so that the choice of index is certain; the rest is filtered afterwards.
    private static String window(EventFilter filter) {
        String by = "";
        if (!filter.mac().isEmpty()) {
            by = " AND mac = :mac AND mac <> ''";
        } else if (!filter.rolloutId().isEmpty()) {
            by =
                    " AND rollout_id = :rollout AND "
                            + (filter.few() ? "few = 1" : "rollout_id <> ''");
        } else if (filter.few()) {
            by = " AND few = 1";
        } else if (filter.accountId() != null) {
            by = " AND account_id = :account";
        }
        return "FROM event WHERE id < :before AND id >= :from"
                + by
                + " ORDER BY id DESC LIMIT "
                + WINDOW;
    }

    private static <S extends SqlStatement<S>> S bound(S query, EventFilter filter, long before) {
        long until = filter.until();
        long top = until > Long.MAX_VALUE - AHEAD_MS ? before : Ids.least(until + AHEAD_MS);
        query.bind("before", Math.min(before, top)).bind("from", Ids.least(filter.since()));
        return filter.mac().isEmpty() ? query : query.bind("mac", filter.mac());
    }

    // The end of a full window.
    private static @Nullable Long end(Tx tx, EventFilter filter, String window, long before) {
        var query =
                tx.query("SELECT min(id), count(*) FROM (SELECT id <window>) AS w")
                        .define("window", window);
        if (filter.mac().isEmpty()) {
            if (!filter.rolloutId().isEmpty()) {
                query.bind("rollout", filter.rolloutId());
            } else if (!filter.few() && filter.accountId() != null) {
                query.bind("account", filter.accountId());
            }
        }
        return bound(query, filter, before)
                .map((row, context) -> row.getLong(2) < WINDOW ? 0L : row.getLong(1))
                .findOne()
                .filter(id -> id > 0)
                .orElse(null);
    }

    /** Oldest first, those in the range (after, to]. */
    static List<EventHead> after(Tx tx, long after, long to, boolean few, int limit) {
        return tx.query(
                        """
                        SELECT id, type, account_id, rollout_id FROM event
                        WHERE id > :after AND id <= :to <such> ORDER BY id LIMIT :limit
                        """)
                .define("such", few ? "AND few = 1" : "")
                .bind("after", after)
                .bind("to", to)
                .bind("limit", limit)
                .map((row, context) ->
                        new EventHead(
                                row.getLong(1),
                                row.getString(2),
                                row.getString(3),
                                row.getString(4)))
                .list();
    }

    // Empty for a type that only newer nodes know.
    private static Optional<Event> event(ResultSet row) throws SQLException {
        Optional<EventType> type = EventType.of(row.getString("type"));
        if (type.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new Event(
                        row.getLong("id"),
                        row.getLong("at"),
                        type.get(),
                        row.getString("account_id"),
                        row.getString("rollout_id"),
                        row.getString("build_id"),
                        row.getString("mac"),
                        row.getString("data")));
    }
}
