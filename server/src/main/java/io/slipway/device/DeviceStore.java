package io.slipway.device;

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

    static final int RING_WIDTH = 8;
    static final int RING = 20;

    private static final String COLUMNS =
            """
            SELECT d.id, d.mac, d.account_id, d.agent_id, d.held, d.pair, d.pinned, d.weak, d.proven,
                   d.alias, d.board, d.version, d.chip, d.elf, d.slot, d.language, d.facts,
                   d.facts_print, d.auto_update, d.sort, d.channel, d.tags, d.bound_at, d.updated_at, d.updater,
                   d.rival, d.rival_board, d.rival_version, d.rival_at,
                   s.seen_at, s.address, s.ring
            FROM device d LEFT JOIN device_seen s ON s.id = d.id
            """;

    private DeviceStore() {}

    /** Just what a check-in needs to know whether a pair is bound. */
    static Optional<Held> held(Tx tx, Mac mac) {
        return tx.first(
                """
                SELECT id, account_id, pair, pinned, facts_print, rival, refused
                FROM device WHERE mac = ? AND held = 1\
                """,
                bind -> bind.setLong(1, mac.bits()),
                row ->
                        new Held(
                                row.getLong(1),
                                row.getString(2),
                                row.getString(3),
                                row.getLong(4) == 1,
                                row.getLong(5),
                                row.getString(6),
                                row.getString(7)));
    }

    /** Whether anybody holds the MAC or has a claim to it. */
    static boolean known(Tx tx, Mac mac) {
        return tx.first(
                        "SELECT 1 FROM device WHERE mac = ? LIMIT 1",
                        bind -> bind.setLong(1, mac.bits()),
                        row -> true)
                .isPresent();
    }

    static Optional<Device> holder(Tx tx, Mac mac) {
        return tx.first(
                COLUMNS + "WHERE d.mac = ? AND d.held = 1",
                bind -> bind.setLong(1, mac.bits()),
                DeviceStore::device);
    }

    static Optional<Device> claim(Tx tx, String accountId, Mac mac) {
        return tx.first(
                COLUMNS + "WHERE d.account_id = ? AND d.mac = ?",
                bind -> {
                    bind.setString(1, accountId);
                    bind.setLong(2, mac.bits());
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

    // A fleet that was imported is bound by its first check-ins, thousands a second: one statement
    // for binding and facts, and without machinery.
    static void insert(Tx tx, long id, Pair pair, NewDevice device, long now) {
        CheckIn reported = device.reported();
        Devices.Former said = device.said();
        Facts facts =
                reported == null
                        ? Facts.unreported(said.board(), said.version(), said.language())
                        : Facts.of(reported);
        tx.update(
                """
                INSERT INTO device (id, mac, account_id, agent_id, held, pair, pinned, weak,
                    proven, alias, alias_key, board, board_key, version, chip, elf, slot,
                    language, facts, facts_print, running_since, auto_update, sort, bound_at,
                    updated_at, updater)
                VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?, '', '', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, 0, ?, ?,
                    ?)\
                """,
                bind -> {
                    bind.setLong(1, id);
                    bind.setLong(2, pair.mac().bits());
                    bind.setString(3, device.accountId());
                    bind.setString(4, device.agentId());
                    bind.setString(5, pair.key());
                    bind.setLong(6, bit(pair.pinned()));
                    bind.setLong(7, bit(pair.weak()));
                    bind.setLong(8, bit(device.proven()));
                    bind.setString(9, facts.board());
                    bind.setString(10, SearchKey.of(facts.board()));
                    bind.setString(11, facts.version());
                    bind.setString(12, facts.chip());
                    bind.setString(13, facts.elf());
                    bind.setString(14, facts.slot());
                    bind.setString(15, facts.language());
                    bind.setString(16, facts.json());
                    bind.setLong(17, facts.print());
                    bind.setLong(18, reported == null ? 0 : now);
                    bind.setLong(19, now);
                    bind.setLong(20, now);
                    bind.setString(21, device.accountId());
                });
    }

    static void pin(Tx tx, long id, Pair pair, Devices.Former said, boolean proven, long now) {
        tx.handle()
                .execute(
                        """
                        UPDATE device SET pair = ?, pinned = ?, weak = ?,
                            board = ?, board_key = ?, version = ?, language = ?,
                            proven = CASE WHEN ? = 1 THEN 1 ELSE proven END, facts_print = 0,
                            updated_at = ?, rival = NULL, rival_board = NULL, rival_version = NULL,
                            rival_at = NULL, rival_kind = NULL, refused = NULL
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

    /** Moves the pin to the waiting rival. */
    static void pinRival(Tx tx, long id, Device.Rival rival, long now) {
        tx.handle()
                .execute(
                        """
                        UPDATE device SET pair = rival, pinned = rival_kind % 2,
                            weak = rival_kind / 2, board = ?, board_key = ?, version = ?,
                            facts_print = 0, updated_at = ?, rival = NULL, rival_board = NULL,
                            rival_version = NULL, rival_at = NULL, rival_kind = NULL, refused = NULL
                        WHERE id = ?\
                        """,
                        rival.board(), SearchKey.of(rival.board()), rival.version(), now, id);
    }

    static void hold(Tx tx, long id, boolean held, long now) {
        tx.handle()
                .execute(
                        "UPDATE device SET held = ?, updated_at = ? WHERE id = ?",
                        bit(held),
                        now,
                        id);
    }

    static void contest(Tx tx, long id, Pair rival, String board, String version, long now) {
        tx.handle()
                .execute(
                        """
                        UPDATE device SET rival = ?, rival_kind = ?, rival_board = ?,
                            rival_version = ?, rival_at = ?
                        WHERE id = ?\
                        """,
                        rival.key(),
                        bit(rival.pinned()) + 2 * bit(rival.weak()),
                        board,
                        version,
                        now,
                        id);
    }

    static void refuse(Tx tx, long id) {
        tx.handle()
                .execute(
                        """
                        UPDATE device SET refused = rival, rival = NULL, rival_board = NULL,
                            rival_version = NULL, rival_at = NULL, rival_kind = NULL WHERE id = ?\
                        """,
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
                            updater = ?, updated_at = ? WHERE id = ?\
                        """,
                        device.alias(),
                        SearchKey.of(device.alias()),
                        bit(device.autoUpdate()),
                        device.sort(),
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
                SELECT id, pair, facts_print FROM device
                WHERE id > ? AND held = 1 ORDER BY id LIMIT ?\
                """,
                bind -> {
                    bind.setLong(1, id);
                    bind.setLong(2, limit);
                },
                row -> new Bound(row.getLong(1), row.getString(2), row.getLong(3)));
    }

    /**
     * What was seen of a device since the last time.
     *
     * @param at the latest, epoch ms
     * @param address where that came from
     * @param ring check-ins, newest first, as the column holds them
     */
    record Seen(long id, long at, String address, String ring) {}

    static void seen(Tx tx, List<Seen> sorted) {
        tx.batch(
                """
                INSERT INTO device_seen (id, seen_at, address, ring)
                VALUES (?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET
                    seen_at = CASE WHEN excluded.seen_at > device_seen.seen_at
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
        String rival = row.getString("rival");
        String address = row.getString("address");
        String ring = row.getString("ring");
        return new Device(
                row.getLong("id"),
                new Mac(row.getLong("mac")),
                row.getString("account_id"),
                row.getString("agent_id"),
                row.getLong("held") == 1,
                row.getString("pair"),
                row.getLong("pinned") == 1,
                row.getLong("weak") == 1,
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
                Labels.stored(row.getString("channel"), row.getString("tags")),
                row.getLong("bound_at"),
                row.getLong("updated_at"),
                row.getString("updater"),
                rival == null
                        ? null
                        : new Device.Rival(
                                rival,
                                text(row.getString("rival_board")),
                                text(row.getString("rival_version")),
                                row.getLong("rival_at")),
                row.getLong("seen_at"),
                text(address),
                text(ring));
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    record Bound(long id, String pairKey, long factsPrint) {}

    record Owned(String accountId, Mac mac) {}
}
