package io.slipway.device.seen;

import io.slipway.device.seen.DeviceCounts.CountedBy;
import io.slipway.device.seen.DeviceCounts.ValueCount;
import io.slipway.protocol.Mac;
import io.slipway.sql.Tx;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sums over the tables {@code device}, {@code device_seen} and {@code device_hour}. */
final class CountStore {

    private CountStore() {}

    /** Check-ins of an hour; {@code ""} for all other values together. */
    record HourCount(long hour, String value, long count) {}

    /** A chunk of devices: the last one, how many there were, how many were seen. */
    record SeenChunk(long last, long devices, long seen) {}

    static long all(Tx tx, @Nullable String accountId) {
        if (accountId == null) {
            return tx.query("SELECT count(*) FROM device").mapTo(Long.class).one();
        }
        return tx.query("SELECT count(*) FROM device WHERE account_id = :account")
                .bind("account", accountId)
                .mapTo(Long.class)
                .one();
    }

    private static final String SOME =
            """
            SELECT id, seen_at FROM device_seen WHERE id > :after ORDER BY id LIMIT :most
            """;

    private static final String SOME_OF_ACCOUNT =
            """
            SELECT d.id, s.seen_at FROM device d LEFT JOIN device_seen s ON s.id = d.id
            WHERE d.account_id = :account AND d.id > :after ORDER BY d.id LIMIT :most
            """;

    /** How many of the {@code most} devices after the given one were seen since {@code since}. */
    static SeenChunk seen(Tx tx, @Nullable String accountId, long since, long after, int most) {
        var query =
                tx.query(
                                """
                                SELECT coalesce(max(id), 0), count(*),
                                    coalesce(sum(CASE WHEN seen_at >= :since THEN 1 ELSE 0 END), 0)
                                FROM (<some>) k
                                """)
                        .define("some", accountId == null ? SOME : SOME_OF_ACCOUNT)
                        .bind("since", since)
                        .bind("after", after)
                        .bind("most", most);
        if (accountId != null) {
            query.bind("account", accountId);
        }
        return query.map((row, context) ->
                        new SeenChunk(row.getLong(1), row.getLong(2), row.getLong(3)))
                .one();
    }

    private static final String KINDS =
            """
            SELECT value, sum(n) FROM
                (SELECT account_id, <column> AS value, count(*) AS n FROM device
                 GROUP BY account_id, <column>) k
            GROUP BY value ORDER BY sum(n) DESC, value
            """;

    private static final String KINDS_OF_ACCOUNT =
            """
            SELECT <column>, count(*) FROM device WHERE account_id = :account
            GROUP BY <column> ORDER BY count(*) DESC, <column>
            """;

    /**
     * The most frequent first. In the order of an index, account by account, as sorting would be
     * more expensive.
     */
    static List<ValueCount> by(Tx tx, @Nullable String accountId, CountedBy what) {
        var query = tx.query(accountId == null ? KINDS : KINDS_OF_ACCOUNT);
        query.define("column", what.column());
        if (accountId != null) {
            query.bind("account", accountId);
        }
        return query.map((row, context) -> new ValueCount(row.getString(1), row.getLong(2))).list();
    }

    /** The values with the most check-ins since {@code hour}. */
    static List<String> frequent(Tx tx, CountedBy what, long hour, int most) {
        return tx.query(
                        """
                        SELECT <column> FROM device_hour WHERE hour >= :hour AND <column> <> ''
                        GROUP BY <column> ORDER BY sum(count) DESC, <column> LIMIT :most
                        """)
                .define("column", hourly(what))
                .bind("hour", hour)
                .bind("most", most)
                .mapTo(String.class)
                .list();
    }

    private static final String NAMED = "CASE WHEN <column> IN (<named>) THEN <column> ELSE '' END";

    static List<HourCount> hours(Tx tx, CountedBy what, long hour, List<String> named) {
        var query =
                tx.query(
                                """
                                SELECT hour, value, sum(count) FROM
                                    (SELECT hour, count, %s AS value FROM device_hour
                                     WHERE hour >= :hour) k
                                GROUP BY hour, value ORDER BY hour, value
                                """
                                        .formatted(named.isEmpty() ? "''" : NAMED))
                        .define("column", hourly(what))
                        .bind("hour", hour);
        if (!named.isEmpty()) {
            query.bindList("named", named);
        }
        return query.map((row, context) ->
                        new HourCount(row.getLong(1), row.getString(2), row.getLong(3)))
                .list();
    }

    private static String hourly(CountedBy what) {
        return what == CountedBy.BOARD ? "board" : "version";
    }

    /**
     * The networks that an account's contested devices came from, the one with most of them first.
     */
    static List<DeviceCounts.Contested> contestedOf(Tx tx, String accountId, int most) {
        return tx.query(
                        """
                        SELECT bound_from, count(*) AS n, min(mac) FROM device
                        WHERE account_id = :accountId AND contested_at > 0
                        GROUP BY bound_from ORDER BY n DESC, bound_from LIMIT :most
                        """)
                .bind("accountId", accountId)
                .bind("most", most)
                .map((row, context) ->
                        new DeviceCounts.Contested(
                                row.getString(1), row.getLong(2), new Mac(row.getLong(3))))
                .list();
    }
}
