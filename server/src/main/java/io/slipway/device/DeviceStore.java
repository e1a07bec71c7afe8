package io.slipway.device;

import io.slipway.base.Zones;
import io.slipway.protocol.Mac;
import io.slipway.protocol.ota.CheckIn;
import io.slipway.protocol.socket.Battery;
import io.slipway.sql.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The tables {@code device}, {@code device_seen} and {@code device_hour}. */
final class DeviceStore {

    private static final String COLUMNS =
            """
            SELECT d.id, d.mac, d.pair, d.pinned, d.weak, d.account_id, d.agent_id, d.proven, d.alias,
                   d.board, d.version, d.chip, d.elf, d.slot, d.language, d.facts, d.facts_print,
                   d.auto_update, d.sort, d.zone, d.channel, d.tags, d.tokenless, d.program,
                   d.bound_at, d.updated_at, d.updater, d.announced, d.bound_from, d.contested_at,
                   d.expected_until, s.seen_at, s.address, s.ring
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

    /** Whether a pair is bound and may talk without one of our tokens. */
    static boolean withoutToken(Tx tx, Pair pair) {
        return tx.first(
                        "SELECT tokenless FROM device WHERE mac = ? AND pair = ?",
                        bind -> {
                            bind.setLong(1, pair.mac().bits());
                            bind.setString(2, pair.key());
                        },
                        row -> row.getLong(1) == 1)
                .orElse(false);
    }

    /** Makes a device a program of that name, to which no build is offered. */
    static void program(Tx tx, long id, String name) {
        tx.handle()
                .execute(
                        """
                        UPDATE device SET program = 1, auto_update = 0, alias = ?, alias_key = ?
                        WHERE id = ?\
                        """,
                        name,
                        SearchKey.of(name),
                        id);
    }

    /** An account's programs, newest first. */
    static List<Device> programs(Tx tx, String accountId, int most) {
        return tx.all(
                COLUMNS + "WHERE d.account_id = ? AND d.program = 1 ORDER BY d.id DESC LIMIT ?",
                bind -> {
                    bind.setString(1, accountId);
                    bind.setLong(2, most);
                },
                DeviceStore::device);
    }

    /** The pairs of a MAC that are bound, by whomever. */
    static List<Pair> pairsOf(Tx tx, Mac mac, int most) {
        return tx.all(
                "SELECT pair, pinned, weak FROM device WHERE mac = ? ORDER BY id DESC LIMIT ?",
                bind -> {
                    bind.setLong(1, mac.bits());
                    bind.setLong(2, most);
                },
                row ->
                        Pair.stored(
                                mac, row.getLong(2) == 1, row.getLong(3) == 1, row.getString(1)));
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
     * Binds a pair that nobody has bound; empty when somebody has, or the account has its MAC.
     *
     * <p>A fleet that was imported is bound by its first check-ins, thousands a second: one
     * statement for binding and facts, and without machinery.
     */
    static Optional<Binding> insert(Tx tx, long id, Pair pair, NewDevice device, long now) {
        CheckIn reported = device.reported();
        Devices.LastReport lastReport = device.lastReport();
        CheckInFacts facts =
                reported == null
                        ? CheckInFacts.unreported(
                                lastReport.board(), lastReport.version(), lastReport.language())
                        : CheckInFacts.of(reported);
        return tx.first(
                """
                INSERT INTO device (id, mac, pair, pinned, weak, account_id, twin, agent_id,
                    proven, alias, alias_key, board, board_key, version, chip, elf, slot,
                    language, facts, facts_print, running_since, auto_update, sort, bound_at,
                    updated_at, updater, announced, bound_from)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '', '', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, 0,
                    ?, ?, ?, ?, ?)
                ON CONFLICT DO NOTHING
                RETURNING (SELECT a.zone FROM account a WHERE a.id = account_id)\
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
                    bind.setLong(23, device.announced());
                    bind.setString(24, device.from());
                },
                row -> new Binding(id, facts.print(), zone(row.getString(1))));
    }

    /** Moves a binding to another pair. */
    static void move(Tx tx, long id, Pair pair, NewDevice wanted, long now) {
        Devices.LastReport lastReport = wanted.lastReport();
        tx.handle()
                .execute(
                        """
                        UPDATE device SET pair = ?, pinned = ?, weak = ?, board = ?, board_key = ?,
                            version = ?, language = ?, proven = ?, facts_print = 0, updated_at = ?,
                            announced = ?, bound_from = ?, contested_at = 0, expected_until = 0
                        WHERE id = ?\
                        """,
                        pair.key(),
                        bit(pair.pinned()),
                        bit(pair.weak()),
                        lastReport.board(),
                        SearchKey.of(lastReport.board()),
                        lastReport.version(),
                        lastReport.language(),
                        bit(wanted.proven()),
                        now,
                        wanted.announced(),
                        wanted.from(),
                        id);
    }

    /**
     * A device of a pair's MAC that its binding has to do with: the pair's own, a provisional one,
     * or one that is expected anew.
     */
    record SameMacRow(
            long id,
            String pairKey,
            long factsPrint,
            String accountId,
            boolean proven,
            long contestedAt,
            long expectedUntil,
            int zone) {}

    static List<SameMacRow> sameMac(Tx tx, Pair pair, int most) {
        return tx.all(
                "SELECT d.id, d.pair, d.facts_print, d.account_id, d.proven, d.contested_at,"
                        + " d.expected_until, "
                        + ZONE
                        + " FROM device d WHERE d.mac = ?"
                        + " AND (d.pair = ? OR d.proven = 0 OR d.expected_until > 0)"
                        // Its own must be among them, then what is not contested yet.
                        + " ORDER BY (d.pair = ?) DESC, d.contested_at LIMIT ?",
                bind -> {
                    bind.setLong(1, pair.mac().bits());
                    bind.setString(2, pair.key());
                    bind.setString(3, pair.key());
                    bind.setLong(4, most);
                },
                row ->
                        new SameMacRow(
                                row.getLong(1),
                                row.getString(2),
                                row.getLong(3),
                                row.getString(4),
                                row.getLong(5) == 1,
                                row.getLong(6),
                                row.getLong(7),
                                zone(row.getString(8))));
    }

    static void contested(Tx tx, long id, long now) {
        tx.update(
                "UPDATE device SET contested_at = ? WHERE id = ? AND contested_at = 0",
                bind -> {
                    bind.setLong(1, now);
                    bind.setLong(2, id);
                });
    }

    /** Provisional devices that a serial number has bound become contested; returns whose. */
    static List<OwnedMac> contested(Tx tx, String serial, long now) {
        return tx.all(
                """
                UPDATE device SET contested_at = ? WHERE proven = 0 AND contested_at = 0 AND id IN
                    (SELECT device FROM preregistration
                     WHERE serial = ? AND status = 1 AND serial IS NOT NULL)
                RETURNING account_id, mac\
                """,
                bind -> {
                    bind.setLong(1, now);
                    bind.setString(2, serial);
                },
                row -> new OwnedMac(row.getString(1), new Mac(row.getLong(2))));
    }

    /** Its owner's word stands behind it now. */
    static void prove(Tx tx, long id, long now) {
        tx.update(
                "UPDATE device SET proven = 1, contested_at = 0, updated_at = ? WHERE id = ?",
                bind -> {
                    bind.setLong(1, now);
                    bind.setLong(2, id);
                });
    }

    static void expect(Tx tx, long id, long until) {
        tx.update(
                "UPDATE device SET expected_until = ? WHERE id = ?",
                bind -> {
                    bind.setLong(1, until);
                    bind.setLong(2, id);
                });
    }

    /** Provisional devices that an account has from a network, in the order of their ids. */
    static List<Device> provisional(Tx tx, String accountId, String network, long after, int most) {
        return tx.all(
                COLUMNS
                        + "WHERE d.account_id = ? AND d.bound_from = ? AND d.proven = 0 AND d.id > ?"
                        + " ORDER BY d.id LIMIT ?",
                bind -> {
                    bind.setString(1, accountId);
                    bind.setString(2, network);
                    bind.setLong(3, after);
                    bind.setLong(4, most);
                },
                DeviceStore::device);
    }

    /** Where an account's contested devices came from, the network with most of them first. */
    static List<DeviceCounts.Contested> contestedOf(Tx tx, String accountId, int most) {
        return tx.all(
                """
                SELECT bound_from, count(*) AS n, min(mac) FROM device
                WHERE account_id = ? AND contested_at > 0
                GROUP BY bound_from ORDER BY n DESC, bound_from LIMIT ?\
                """,
                bind -> {
                    bind.setString(1, accountId);
                    bind.setLong(2, most);
                },
                row ->
                        new DeviceCounts.Contested(
                                row.getString(1), row.getLong(2), new Mac(row.getLong(3))));
    }

    /**
     * Where an account's devices after one were seen since then: addresses, each with its device.
     */
    static List<LastAddress> seenAt(Tx tx, String accountId, long since, long after, int most) {
        return tx.all(
                """
                SELECT d.id, s.address, s.seen_at FROM device d JOIN device_seen s ON s.id = d.id
                WHERE d.account_id = ? AND d.id > ? ORDER BY d.id LIMIT ?\
                """,
                bind -> {
                    bind.setString(1, accountId);
                    bind.setLong(2, after);
                    bind.setLong(3, most);
                },
                row ->
                        new LastAddress(
                                row.getLong(1), row.getLong(3) < since ? "" : row.getString(2)));
    }

    /**
     * @param address {@code ""} when that was too long ago
     */
    record LastAddress(long deviceId, String address) {}

    static void expectFrom(Tx tx, String accountId, Collection<String> networks, long until) {
        tx.batch(
                """
                INSERT INTO expected_network (account_id, network, until) VALUES (?, ?, ?)
                ON CONFLICT (account_id, network) DO UPDATE SET until = excluded.until\
                """,
                networks,
                (insert, network) -> {
                    insert.setString(1, accountId);
                    insert.setString(2, network);
                    insert.setLong(3, until);
                });
    }

    static boolean expectedFrom(Tx tx, String accountId, String network, long now) {
        return tx.first(
                        "SELECT 1 FROM expected_network"
                                + " WHERE account_id = ? AND network = ? AND until > ?",
                        bind -> {
                            bind.setString(1, accountId);
                            bind.setString(2, network);
                            bind.setLong(3, now);
                        },
                        row -> true)
                .isPresent();
    }

    static int forgetExpected(Tx tx, long before, int limit) {
        return tx.handle()
                .execute(
                        """
                        DELETE FROM expected_network WHERE until < ? AND (account_id, network) IN
                            (SELECT account_id, network FROM expected_network
                             WHERE until < ? LIMIT ?)\
                        """,
                        before,
                        before,
                        limit);
    }

    /** Returns whose device it is; empty when it is gone. */
    static Optional<OwnedMac> facts(Tx tx, long id, CheckInFacts facts, long now) {
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
                row -> new OwnedMac(row.getString(1), new Mac(row.getLong(2))));
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
                            tokenless = ?, zone = ?, updater = ?, updated_at = ? WHERE id = ?\
                        """,
                        device.alias(),
                        SearchKey.of(device.alias()),
                        bit(device.autoUpdate()),
                        device.sort(),
                        bit(device.entry().withoutToken()),
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
    static List<BoundRow> boundAfter(Tx tx, long id, int limit) {
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
                        new BoundRow(
                                row.getLong(1),
                                row.getString(2),
                                row.getLong(3),
                                zone(row.getString(4))));
    }

    /** Those of an account that show the account's time zone, in the order of their ids. */
    static List<BoundRow> unzoned(Tx tx, String accountId, long after, int limit) {
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
                row ->
                        new BoundRow(
                                row.getLong(1), row.getString(2), row.getLong(3), Zones.SERVERS));
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
    record Sighting(long id, long at, String address, String ring, int rssi) {}

    /**
     * Writes what was seen. What the store has is kept where it is later, unless it is even later
     * than {@code now}: then a clock was ahead (decisions D9).
     */
    static void seen(Tx tx, List<Sighting> sorted, long now) {
        // One object for all rows.
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

    /** A battery as a device told it. */
    record BatteryReading(long id, Battery battery) {}

    /** Writes them, by the rule of {@link #seen}: the latest stays, unless its clock was ahead. */
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

    static void count(Tx tx, SeenLog.CheckInKind kind, long count) {
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
                new EntryRules(row.getLong("tokenless") == 1, row.getLong("program") == 1),
                row.getLong("bound_at"),
                row.getLong("updated_at"),
                row.getString("updater"),
                new Device.Provisional(
                        row.getLong("announced"),
                        text(row.getString("bound_from")),
                        row.getLong("contested_at")),
                row.getLong("expected_until"),
                row.getLong("seen_at"),
                text(address),
                text(ring));
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    record BoundRow(long id, String pairKey, long factsPrint, int zone) {}

    record OwnedMac(String accountId, Mac mac) {}
}
