package io.slipway.device;

import io.slipway.base.Zones;
import io.slipway.protocol.Mac;
import io.slipway.protocol.ota.CheckIn;
import io.slipway.sql.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The tables {@code device}, {@code device_seen} and {@code device_hour}. */
final class DeviceStore {

    private static final String COLUMNS =
            """
            SELECT d.id, d.mac, d.pair, d.pinned, d.weak, d.account_id, d.agent_id, d.proven, d.alias,
                   d.board, d.version, d.chip, d.elf, d.slot, d.language, d.facts, d.facts_print,
                   d.auto_update, d.sort, d.zone, d.channel, d.tags, d.bound_at, d.updated_at, d.updater,
                   s.seen_at, s.address, s.ring
            FROM device d LEFT JOIN device_seen s ON s.id = d.id
            """;

    private DeviceStore() {}

    // The account's is read along with it: a statement more at each check-in that asks would be
    // dearer than knowing of that column here.
    private static final String ZONE =
            """
            CASE WHEN d.zone <> '' THEN d.zone
                ELSE (SELECT a.zone FROM account a WHERE a.id = d.account_id) END\
            """;

    /** Just what a check-in needs to know of a pair that is bound. */
    static Optional<Binding> binding(Tx tx, Pair pair) {
        return tx.first(
                "SELECT d.id, d.facts_print, "
                        + ZONE
                        + " FROM device d WHERE d.mac = ? AND d.pair = ?",
                bind -> {
                    bind.setLong(1, pair.mac().bits());
                    bind.setString(2, pair.key());
                },
                row -> new Binding(row.getLong(1), row.getLong(2), zone(row.getString(3))));
    }

    /** The device that a pair is bound as. */
    static Optional<Device> ofPair(Tx tx, Pair pair) {
        return tx.first(
                COLUMNS + "WHERE d.mac = ? AND d.pair = ?",
                bind -> {
                    bind.setLong(1, pair.mac().bits());
                    bind.setString(2, pair.key());
                },
                DeviceStore::device);
    }

    static Optional<Device> ofId(Tx tx, long id) {
        return tx.first(
                COLUMNS + "WHERE d.id = ?", bind -> bind.setLong(1, id), DeviceStore::device);
    }

    /** Devices of a MAC, whoever has bound them, newest first before an id. */
    static List<Device> ofMac(Tx tx, Mac mac, long before, int most) {
        return tx.all(
                COLUMNS + "WHERE d.mac = ? AND d.id < ? ORDER BY d.id DESC LIMIT ?",
                bind -> {
                    bind.setLong(1, mac.bits());
                    bind.setLong(2, before);
                    bind.setLong(3, most);
                },
                DeviceStore::device);
    }

    /** An account's devices of a MAC, oldest first: more than one only of a MAC that names none. */
    static List<Device> own(Tx tx, String accountId, Mac mac, int most) {
        return tx.all(
                COLUMNS + "WHERE d.account_id = ? AND d.mac = ? ORDER BY d.twin LIMIT ?",
                bind -> {
                    bind.setString(1, accountId);
                    bind.setLong(2, mac.bits());
                    bind.setLong(3, most);
                },
                DeviceStore::device);
    }

    /** A page of an account's devices. */
    static List<Device> page(Tx tx, DeviceQuery query) {
        var sql =
                tx.handle()
                        .createQuery(COLUMNS + query.where() + " LIMIT :limit")
                        .bind("account", query.accountId())
                        .bind("limit", query.limit());
        query.parameters().forEach(sql::bind);
        return sql.map((row, context) -> device(row)).list();
    }

    /**
     * Binds a pair that nobody has bound; false when somebody has, or the account has its MAC.
     *
     * <p>A fleet that was imported is bound by its first check-ins, thousands a second: one
     * statement for binding and facts, and without machinery.
     */
    static boolean insert(Tx tx, long id, Pair pair, NewDevice device, long now) {
        CheckIn reported = device.reported();
        Devices.Former said = device.said();
        Facts facts =
                reported == null
                        ? Facts.unreported(said.board(), said.version(), said.language())
                        : Facts.of(reported);
        int inserted =
                tx.update(
                        """
                        INSERT INTO device (id, mac, pair, pinned, weak, account_id, twin, agent_id,
                            proven, alias, alias_key, board, board_key, version, chip, elf, slot,
                            language, facts, facts_print, running_since, auto_update, sort, bound_at,
                            updated_at, updater)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '', '', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, 0,
                            ?, ?, ?)
                        ON CONFLICT DO NOTHING\
                        """,
                        bind -> {
                            bind.setLong(1, id);
                            bind.setLong(2, pair.mac().bits());
                            bind.setString(3, pair.key());
                            bind.setLong(4, bit(pair.pinned()));
                            bind.setLong(5, bit(pair.weak()));
                            bind.setString(6, device.accountId());
                            bind.setLong(7, pair.mac().individual() ? 0 : id);
                            bind.setString(8, device.agentId());
                            bind.setLong(9, bit(device.proven()));
                            bind.setString(10, facts.board());
                            bind.setString(11, SearchKey.of(facts.board()));
                            bind.setString(12, facts.version());
                            bind.setString(13, facts.chip());
                            bind.setString(14, facts.elf());
                            bind.setString(15, facts.slot());
                            bind.setString(16, facts.language());
                            bind.setString(17, facts.json());
                            bind.setLong(18, facts.print());
                            bind.setLong(19, reported == null ? 0 : now);
                            bind.setLong(20, now);
                            bind.setLong(21, now);
                            bind.setString(22, device.accountId());
                        });
        return inserted == 1;
    }

    /** Moves a binding to another pair. */
    static void move(Tx tx, long id, Pair pair, Devices.Former said, boolean proven, long now) {
        tx.handle()
                .execute(
                        """
                        UPDATE device SET pair = ?, pinned = ?, weak = ?, board = ?, board_key = ?,
                            version = ?, language = ?, proven = ?, facts_print = 0, updated_at = ?
                        WHERE id = ?\
                        """,
                        pair.key(),
                        bit(pair.pinned()),
                        bit(pair.weak()),
                        said.board(),
                        SearchKey.of(said.board()),
                        said.version(),
                        said.language(),
                        bit(proven),
                        now,
                        id);
    }

    /** Returns whose device it is; empty when it is gone. */
    static Optional<Owned> facts(Tx tx, long id, Facts facts, long now) {
        return tx.first(
                """
                UPDATE device SET running_since = CASE WHEN version = ?
                        AND elf = ? AND slot = ? AND facts_print <> 0
                        THEN running_since ELSE ? END,
                    board = ?, board_key = ?, version = ?, chip = ?, elf = ?, slot = ?,
                    language = ?, facts = ?, facts_print = ? WHERE id = ?
                RETURNING account_id, mac\
                """,
                bind -> {
                    bind.setString(1, facts.version());
                    bind.setString(2, facts.elf());
                    bind.setString(3, facts.slot());
                    bind.setLong(4, now);
                    bind.setString(5, facts.board());
                    bind.setString(6, SearchKey.of(facts.board()));
                    bind.setString(7, facts.version());
                    bind.setString(8, facts.chip());
                    bind.setString(9, facts.elf());
                    bind.setString(10, facts.slot());
                    bind.setString(11, facts.language());
                    bind.setString(12, facts.json());
                    bind.setLong(13, facts.print());
                    bind.setLong(14, id);
                },
                row -> new Owned(row.getString(1), new Mac(row.getLong(2))));
    }

    static void delete(Tx tx, long id) {
        tx.handle().execute("DELETE FROM device WHERE id = ?", id);
        tx.handle().execute("DELETE FROM device_seen WHERE id = ?", id);
        TagStore.forget(tx, id);
    }

    static void agent(Tx tx, long id, @Nullable String agentId, String updater, long now) {
        tx.handle()
                .execute(
                        "UPDATE device SET agent_id = ?, updater = ?, updated_at = ? WHERE id = ?",
                        agentId,
                        updater,
                        now,
                        id);
    }

    static void update(Tx tx, Device device, String updater, long now) {
        tx.handle()
                .execute(
                        """
                        UPDATE device SET alias = ?, alias_key = ?, auto_update = ?, sort = ?,
                            zone = ?, updater = ?, updated_at = ? WHERE id = ?\
                        """,
                        device.alias(),
                        SearchKey.of(device.alias()),
                        bit(device.autoUpdate()),
                        device.sort(),
                        device.zone(),
                        updater,
                        now,
                        device.id());
    }

    /** Takes at most {@code limit} devices from an agent that is gone; returns how many. */
    static int forgetAgent(Tx tx, String agentId, int limit) {
        return tx.handle()
                .execute(
                        """
                        UPDATE device SET agent_id = NULL WHERE id IN
                            (SELECT id FROM device WHERE agent_id = ? ORDER BY id LIMIT ?)\
                        """,
                        agentId,
                        limit);
    }

    /** From the index alone: an agent may have a million. */
    static long countOf(Tx tx, String agentId) {
        return tx.handle()
                .createQuery("SELECT count(*) FROM device WHERE agent_id = ?")
                .bind(0, agentId)
                .mapTo(Long.class)
                .one();
    }

    /** The latest sign of an agent's newest devices; 0 for none. */
    static long lastSeen(Tx tx, String agentId, int newest) {
        return tx.handle()
                .createQuery(
                        """
                        SELECT coalesce(max(seen_at), 0) FROM device_seen WHERE id IN
                            (SELECT id FROM device WHERE agent_id = ? ORDER BY id DESC LIMIT ?)\
                        """)
                .bind(0, agentId)
                .bind(1, newest)
                .mapTo(Long.class)
                .one();
    }

    // A million rows at each start: without machinery, as each look-up of a poll.
    static List<Bound> boundAfter(Tx tx, long id, int limit) {
        return tx.all(
                """
                SELECT d.id, d.pair, d.facts_print, %s FROM device d
                WHERE d.id > ? ORDER BY d.id LIMIT ?\
                """
                        .formatted(ZONE),
                bind -> {
                    bind.setLong(1, id);
                    bind.setLong(2, limit);
                },
                row ->
                        new Bound(
                                row.getLong(1),
                                row.getString(2),
                                row.getLong(3),
                                zone(row.getString(4))));
    }

    /** Those of an account that show the account's time zone, in the order of their ids. */
    static List<Bound> unzoned(Tx tx, String accountId, long after, int limit) {
        return tx.all(
                """
                SELECT id, pair, facts_print FROM device
                WHERE account_id = ? AND id > ? AND zone = '' ORDER BY id LIMIT ?\
                """,
                bind -> {
                    bind.setString(1, accountId);
                    bind.setLong(2, after);
                    bind.setInt(3, limit);
                },
                row -> new Bound(row.getLong(1), row.getString(2), row.getLong(3), Zones.SERVERS));
    }

    // Null for a device whose account is gone.
    private static int zone(@Nullable String name) {
        return name == null ? Zones.SERVERS : Zones.number(name);
    }

    /**
     * What was seen of a device since the last time.
     *
     * @param at the latest, epoch ms
     * @param address where that came from
     * @param ring check-ins, newest first, as the column holds them
     */
    record Seen(long id, long at, String address, String ring) {}

    /**
     * Writes what was seen. What the store has is kept where it is later, unless it is even later
     * than {@code now}: then a clock was ahead (decisions D9).
     */
    static void seen(Tx tx, List<Seen> sorted, long now) {
        // One object for all rows.
        Long latest = now;
        tx.batch(
                """
                INSERT INTO device_seen (id, seen_at, address, ring)
                VALUES (?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET
                    seen_at = CASE WHEN excluded.seen_at > device_seen.seen_at
                            OR device_seen.seen_at > ?
                        THEN excluded.seen_at ELSE device_seen.seen_at END,
                    address = excluded.address,
                    ring = substr(excluded.ring || device_seen.ring, 1, 160)\
                """,
                sorted,
                (statement, row) -> {
                    statement.setLong(1, row.id());
                    statement.setLong(2, row.at());
                    statement.setString(3, row.address());
                    statement.setString(4, row.ring());
                    statement.setObject(5, latest);
                });
    }

    static void count(Tx tx, SeenLog.Kind kind, long count) {
        tx.handle()
                .execute(
                        """
                        INSERT INTO device_hour (hour, board, version, count) VALUES (?, ?, ?, ?)
                        ON CONFLICT (hour, board, version)
                            DO UPDATE SET count = device_hour.count + excluded.count\
                        """,
                        kind.hour(),
                        kind.board(),
                        kind.version(),
                        count);
    }

    static int forgetHours(Tx tx, long before, int limit) {
        return tx.handle()
                .execute(
                        """
                        DELETE FROM device_hour WHERE hour < ? AND hour IN
                            (SELECT hour FROM device_hour ORDER BY hour LIMIT ?)\
                        """,
                        before,
                        limit);
    }

    private static long bit(boolean value) {
        return value ? 1 : 0;
    }

    private static Device device(ResultSet row) throws SQLException {
        String address = row.getString("address");
        String ring = row.getString("ring");
        return new Device(
                row.getLong("id"),
                new Mac(row.getLong("mac")),
                row.getString("pair"),
                row.getLong("pinned") == 1,
                row.getLong("weak") == 1,
                row.getString("account_id"),
                row.getString("agent_id"),
                row.getLong("proven") == 1,
                row.getString("alias"),
                row.getString("board"),
                row.getString("version"),
                row.getString("chip"),
                row.getString("elf"),
                row.getString("slot"),
                row.getString("language"),
                row.getString("facts"),
                row.getLong("facts_print"),
                row.getLong("auto_update") == 1,
                row.getLong("sort"),
                row.getString("zone"),
                Labels.stored(row.getString("channel"), row.getString("tags")),
                row.getLong("bound_at"),
                row.getLong("updated_at"),
                row.getString("updater"),
                row.getLong("seen_at"),
                text(address),
                text(ring));
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    record Bound(long id, String pairKey, long factsPrint, int zone) {}

    record Owned(String accountId, Mac mac) {}
}
