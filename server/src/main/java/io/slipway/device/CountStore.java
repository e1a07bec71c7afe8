package io.slipway.device;

import io.slipway.device.DeviceCounts.CountedBy;
import io.slipway.device.DeviceCounts.ValueCount;
import io.slipway.sql.Tx;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sums over the tables {@code device}, {@code device_seen} and {@code device_hour}. */
final class CountStore {

    private CountStore() {}

    /** Check-ins of an hour; {@code ""} for the values that are not named. */
    record HourCount(long hour, String value, long count) {}

    /** A chunk of devices: the last one, how many there were, how many were seen. */
    record SeenChunk(long last, long devices, long seen) {}

    static long all(Tx tx, @Nullable String accountId) {
        var query =
                tx.handle()
                        .createQuery(
                                accountId == null
                                        ? "SELECT count(*) FROM device"
                                        : "SELECT count(*) FROM device WHERE account_id = :account");
        if (accountId != null) {
            query.bind("account", accountId);
        }
        return query.mapTo(Long.class).one();
    }

    /** How many of the {@code most} devices after one were seen since {@code since}. */
    static SeenChunk seen(Tx tx, @Nullable String accountId, long since, long after, int most) {
        String some =
                accountId == null
                        ? "SELECT id, seen_at FROM device_seen WHERE id > :after"
                                + " ORDER BY id LIMIT :most"
                        : "SELECT d.id, s.seen_at FROM device d LEFT JOIN device_seen s"
                                + " ON s.id = d.id WHERE d.account_id = :account AND d.id > :after"
                                + " ORDER BY d.id LIMIT :most";
        var query =
                tx.handle()
                        .createQuery(
                                "SELECT coalesce(max(id), 0), count(*), coalesce(sum(CASE WHEN"
                                        + " seen_at >= :since THEN 1 ELSE 0 END), 0) FROM ("
                                        + some
                                        + ") k")
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

    /** The most first. In the order of an index, account by account, as sorting would cost more. */
    static List<ValueCount> by(Tx tx, @Nullable String accountId, CountedBy what) {
        String column = what.column();
        String sql =
                accountId == null
                        ? "SELECT value, sum(n) FROM (SELECT account_id, "
                                + column
                                + " AS value, count(*) AS n FROM device GROUP BY account_id, "
                                + column
                                + ") k GROUP BY value ORDER BY sum(n) DESC, value"
                        : "SELECT "
                                + column
                                + ", count(*) FROM device WHERE account_id = :account GROUP BY "
                                + column
                                + " ORDER BY count(*) DESC, "
                                + column;
        var query = tx.handle().createQuery(sql);
        if (accountId != null) {
            query.bind("account", accountId);
        }
        return query.map((row, context) -> new ValueCount(row.getString(1), row.getLong(2))).list();
    }

    /** The values with the most check-ins since {@code hour}. */
    static List<String> frequent(Tx tx, CountedBy what, long hour, int most) {
        String column = hourly(what);
        return tx.handle()
                .createQuery(
                        "SELECT "
                                + column
                                + " FROM device_hour WHERE hour >= :hour AND "
                                + column
                                + " <> '' GROUP BY "
                                + column
                                + " ORDER BY sum(count) DESC, "
                                + column
                                + " LIMIT :most")
                .bind("hour", hour)
                .bind("most", most)
                .mapTo(String.class)
                .list();
    }

    static List<HourCount> hours(Tx tx, CountedBy what, long hour, List<String> named) {
        String value =
                named.isEmpty()
                        ? "''"
                        : "CASE WHEN "
                                + hourly(what)
                                + " IN (<named>) THEN "
                                + hourly(what)
                                + " ELSE '' END";
        var query =
                tx.handle()
                        .createQuery(
                                "SELECT hour, value, sum(count) FROM (SELECT hour, count, "
                                        + value
                                        + " AS value FROM device_hour WHERE hour >= :hour) k"
                                        + " GROUP BY hour, value ORDER BY hour, value")
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
}
