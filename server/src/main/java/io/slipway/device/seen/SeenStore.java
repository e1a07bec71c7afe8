package io.slipway.device.seen;

import io.slipway.protocol.socket.Battery;
import io.slipway.sql.Tx;
import java.util.List;
import java.util.SortedMap;

/** Writes the tables {@code device_seen} and {@code device_hour}, in batches. */
final class SeenStore {

    private SeenStore() {}

    /**
     * Sightings of a device since the last write.
     *
     * @param at the latest, epoch ms
     * @param address where that came from
     * @param ring check-ins, newest first, in the column's format
     */
    record Sighting(long id, long at, String address, String ring, int rssi) {}

    /**
     * Writes sightings. A later time in the store is left, unless it is later than {@code now}:
     * then a clock was ahead (decisions D9).
     */
    static void seen(Tx tx, List<Sighting> sorted, long now) {
        // Boxed once for all rows.
        Long latest = now;
        tx.batch(
                """
                INSERT INTO device_seen (id, seen_at, address, ring, rssi)
                VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET
                    seen_at = CASE WHEN excluded.seen_at > device_seen.seen_at
                            OR device_seen.seen_at > ?
                        THEN excluded.seen_at ELSE device_seen.seen_at END,
                    address = excluded.address,
                    ring = substr(excluded.ring || device_seen.ring, 1, 160),
                    rssi = CASE WHEN excluded.rssi < 0 THEN excluded.rssi
                        ELSE device_seen.rssi END\
                """,
                sorted,
                (statement, row) -> {
                    statement.setLong(1, row.id());
                    statement.setLong(2, row.at());
                    statement.setString(3, row.address());
                    statement.setString(4, row.ring());
                    statement.setLong(5, row.rssi());
                    statement.setObject(6, latest);
                });
    }

    /** A battery level as a device reported it. */
    record BatteryReading(long id, Battery battery) {}

    /**
     * Writes them, by the rule of {@link #seen}: the latest remains, unless its clock was ahead.
     */
    static void batteries(Tx tx, List<BatteryReading> sorted, long now) {
        tx.batch(
                """
                UPDATE device_seen SET battery = ?, charging = ?, battery_at = ?
                WHERE id = ? AND (battery_at < ? OR battery_at > ?)\
                """,
                sorted,
                (statement, row) -> {
                    Battery battery = row.battery();
                    statement.setLong(1, battery.level());
                    statement.setLong(2, battery.charging() ? 1 : 0);
                    statement.setLong(3, battery.at());
                    statement.setLong(4, row.id());
                    statement.setLong(5, battery.at());
                    statement.setLong(6, now);
                });
    }

    /** {@code sorted}, so that no two nodes lock the same rows in another order. */
    static void count(Tx tx, SortedMap<SeenLog.CheckInKind, Long> sorted) {
        tx.batch(
                """
                INSERT INTO device_hour (hour, board, version, count) VALUES (?, ?, ?, ?)
                ON CONFLICT (hour, board, version)
                    DO UPDATE SET count = device_hour.count + excluded.count\
                """,
                sorted.entrySet(),
                (statement, row) -> {
                    statement.setLong(1, row.getKey().hour());
                    statement.setString(2, row.getKey().board());
                    statement.setString(3, row.getKey().version());
                    statement.setLong(4, row.getValue());
                });
    }

    /** Deletes counts of hours before that one. */
    static int forgetHours(Tx tx, long before, int limit) {
        return tx.update(
                        """
                        DELETE FROM device_hour WHERE (hour, board, version) IN
                            (SELECT hour, board, version FROM device_hour
                            WHERE hour < :before ORDER BY hour LIMIT :limit)
                        """)
                .bind("before", before)
                .bind("limit", limit)
                .execute();
    }
}
