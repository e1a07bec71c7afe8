package io.slipway.device;

import io.slipway.protocol.Mac;
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

    static Optional<Device> holder(Tx tx, Mac mac) {
        return tx.handle()
                .createQuery(COLUMNS + "WHERE d.mac = ? AND d.held = 1")
                .bind(0, mac.bits())
                .map((row, context) -> device(row))
                .findOne();
    }

    static Optional<Device> claim(Tx tx, String accountId, Mac mac) {
        return tx.handle()
                .createQuery(COLUMNS + "WHERE d.account_id = ? AND d.mac = ?")
                .bind(0, accountId)
                .bind(1, mac.bits())
                .map((row, context) -> device(row))
                .findOne();
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

    static void insert(Tx tx, long id, Pair pair, NewDevice device, long now) {
        tx.handle()
                .createUpdate(
                        """
                        INSERT INTO device (id, mac, account_id, agent_id, held, pair, pinned, weak,
                            proven, alias, alias_key, board, board_key, version, chip, elf, slot,
                            language, facts, facts_print, auto_update, sort, bound_at, updated_at,
                            updater)
                        VALUES (:id, :mac, :account, :agent, 1, :pair, :pinned, :weak, :proven, '',
                            '', :board, :boardKey, :version, '', '', '', :language, '{}', 0, 1, 0,
                            :now, :now, :updater)\
                        """)
                .bind("id", id)
                .bind("mac", pair.mac().bits())
                .bind("account", device.accountId())
                .bind("agent", device.agentId())
                .bind("pair", pair.key())
                .bind("pinned", bit(pair.pinned()))
                .bind("weak", bit(pair.weak()))
                .bind("proven", bit(device.proven()))
                .bind("board", device.said().board())
                .bind("boardKey", SearchKey.of(device.said().board()))
                .bind("version", device.said().version())
                .bind("language", device.said().language())
                .bind("now", now)
                .bind("updater", device.accountId())
                .execute();
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
        return tx.handle()
                .createQuery(
                        """
                        UPDATE device SET running_since = CASE WHEN version = :version
                                AND elf = :elf AND slot = :slot AND facts_print <> 0
                                THEN running_since ELSE :now END,
                            board = :board, board_key = :boardKey, version = :version,
                            chip = :chip, elf = :elf, slot = :slot, language = :language,
                            facts = :facts, facts_print = :print WHERE id = :id
                        RETURNING account_id, mac\
                        """)
                .bind("board", facts.board())
                .bind("boardKey", SearchKey.of(facts.board()))
                .bind("version", facts.version())
                .bind("chip", facts.chip())
                .bind("elf", facts.elf())
                .bind("slot", facts.slot())
                .bind("language", facts.language())
                .bind("facts", facts.json())
                .bind("print", facts.print())
                .bind("now", now)
                .bind("id", id)
                .map((row, context) -> new Owned(row.getString(1), new Mac(row.getLong(2))))
                .findOne();
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

    static List<Bound> boundAfter(Tx tx, long id, int limit) {
        return tx.handle()
                .createQuery(
                        """
                        SELECT id, pair, facts_print FROM device
                        WHERE id > ? AND held = 1 ORDER BY id LIMIT ?\
                        """)
                .bind(0, id)
                .bind(1, limit)
                .map((row, context) -> new Bound(row.getLong(1), row.getString(2), row.getLong(3)))
                .list();
    }

    // The one statement that runs for every check-in: one for all rows.
    static void seen(Tx tx, List<SeenLog.Seen> sorted) {
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
                upsert -> {
                    int rows = 0;
                    for (int at = 0; at < sorted.size(); rows++) {
                        SeenLog.Seen newest = sorted.get(at);
                        var ring = new StringBuilder(RING_WIDTH);
                        for (; at < sorted.size() && sorted.get(at).id() == newest.id(); at++) {
                            if (sorted.get(at).checkIn() && ring.length() < RING * RING_WIDTH) {
                                ring.append(Long.toString(sorted.get(at).at(), 36));
                            }
                        }
                        upsert.setLong(1, newest.id());
                        upsert.setLong(2, newest.at());
                        upsert.setString(3, newest.address());
                        upsert.setString(4, ring.toString());
                        upsert.addBatch();
                    }
                    return rows;
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
