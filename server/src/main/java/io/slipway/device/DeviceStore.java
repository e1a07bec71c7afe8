package io.slipway.device;

import io.slipway.base.Zones;
import io.slipway.device.profile.CheckInFacts;
import io.slipway.protocol.Mac;
import io.slipway.sql.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The tables {@code device}, {@code device_seen} and {@code device_hour}. */
final class DeviceStore {

    static final String COLUMNS =
            """
            SELECT d.id, d.mac, d.pair, d.pinned, d.weak, d.account_id, d.agent_id, d.proven, d.alias,
                   d.board, d.version, d.chip, d.elf, d.slot, d.language, d.facts, d.facts_print,
                   d.auto_update, d.sort, d.zone, d.channel, d.tags, d.tokenless, d.program,
                   d.bound_at, d.updated_at, d.updater, d.announced, d.bound_from, d.contested_at,
                   d.expected_until, s.seen_at, s.address, s.ring
            FROM device d LEFT JOIN device_seen s ON s.id = d.id
            """;

    private DeviceStore() {}

    static Optional<Device> ofId(Tx tx, long id) {
        return tx.query(COLUMNS + "WHERE d.id = :id")
                .bind("id", id)
                .map((row, context) -> device(row))
                .findFirst();
    }

    /** Devices of a MAC, of any account, newest first before an id. */
    static List<Device> ofMac(Tx tx, Mac mac, long before, int most) {
        return tx.query(
                        COLUMNS
                                + "WHERE d.mac = :mac AND d.id < :before ORDER BY d.id DESC LIMIT :most")
                .bind("mac", mac.bits())
                .bind("before", before)
                .bind("most", most)
                .map((row, context) -> device(row))
                .list();
    }

    /** Makes a device a program of that name, which is never offered a build. */
    static void program(Tx tx, long id, String name) {
        tx.update(
                        """
                        UPDATE device SET program = 1, auto_update = 0, alias = :name,
                            alias_key = :aliasKey
                        WHERE id = :id
                        """)
                .bind("name", name)
                .bind("aliasKey", SearchKey.of(name))
                .bind("id", id)
                .execute();
    }

    /** An account's programs, newest first. */
    static List<Device> programs(Tx tx, String accountId, int most) {
        return tx.query(
                        COLUMNS
                                + """
                                WHERE d.account_id = :accountId AND d.program = 1
                                ORDER BY d.id DESC LIMIT :most
                                """)
                .bind("accountId", accountId)
                .bind("most", most)
                .map((row, context) -> device(row))
                .list();
    }

    /** The bound pairs of a MAC, of any account. */
    static List<Pair> pairsOf(Tx tx, Mac mac, int most) {
        return tx.query(
                        """
                        SELECT pair, pinned, weak FROM device WHERE mac = :mac
                        ORDER BY id DESC LIMIT :most
                        """)
                .bind("mac", mac.bits())
                .bind("most", most)
                .map((row, context) ->
                        Pair.stored(
                                mac, row.getLong(2) == 1, row.getLong(3) == 1, row.getString(1)))
                .list();
    }

    /**
     * An account's devices of a MAC, oldest first: more than one only for a MAC that isn't unique.
     */
    static List<Device> own(Tx tx, String accountId, Mac mac, int most) {
        return tx.query(
                        COLUMNS
                                + """
                                WHERE d.account_id = :accountId AND d.mac = :mac
                                ORDER BY d.twin LIMIT :most
                                """)
                .bind("accountId", accountId)
                .bind("mac", mac.bits())
                .bind("most", most)
                .map((row, context) -> device(row))
                .list();
    }

    /** A page of an account's devices. */
    static List<Device> page(Tx tx, DeviceQuery query) {
        var sql =
                tx.query(COLUMNS + query.where() + " LIMIT :limit")
                        .bind("account", query.accountId())
                        .bind("limit", query.limit());
        query.parameters().forEach(sql::bind);
        return sql.map((row, context) -> device(row)).list();
    }

    /** Moves a binding to another pair. */
    static void move(Tx tx, long id, Pair pair, NewDevice wanted, long now) {
        Devices.LastReport lastReport = wanted.lastReport();
        tx.update(
                        """
                        UPDATE device SET pair = :key, pinned = :pinned, weak = :weak,
                            board = :board, board_key = :boardKey, version = :version,
                            language = :language, proven = :proven, facts_print = 0,
                            updated_at = :now, announced = :announced, bound_from = :from,
                            contested_at = 0, expected_until = 0
                        WHERE id = :id
                        """)
                .bind("key", pair.key())
                .bind("pinned", bit(pair.pinned()))
                .bind("weak", bit(pair.weak()))
                .bind("board", lastReport.board())
                .bind("boardKey", SearchKey.of(lastReport.board()))
                .bind("version", lastReport.version())
                .bind("language", lastReport.language())
                .bind("proven", bit(wanted.proven()))
                .bind("now", now)
                .bind("announced", wanted.announced())
                .bind("from", wanted.from())
                .bind("id", id)
                .execute();
    }

    static void contested(Tx tx, long id, long now) {
        tx.update(
                        """
                        UPDATE device SET contested_at = :now
                        WHERE id = :id AND contested_at = 0
                        """)
                .bind("now", now)
                .bind("id", id)
                .execute();
    }

    /** Marks provisional devices bound by a serial number as contested; returns their owners. */
    static List<OwnedMac> contested(Tx tx, String serial, long now) {
        return tx.query(
                        """
                        UPDATE device SET contested_at = :now
                        WHERE proven = 0 AND contested_at = 0 AND id IN
                            (SELECT device FROM preregistration
                             WHERE serial = :serial AND status = 1 AND serial IS NOT NULL)
                        RETURNING account_id, mac
                        """)
                .bind("now", now)
                .bind("serial", serial)
                .map((row, context) -> new OwnedMac(row.getString(1), new Mac(row.getLong(2))))
                .list();
    }

    /** Marks the binding as proven by its owner's word. */
    static void prove(Tx tx, long id, long now) {
        tx.update(
                        """
                        UPDATE device SET proven = 1, contested_at = 0, updated_at = :now
                        WHERE id = :id
                        """)
                .bind("now", now)
                .bind("id", id)
                .execute();
    }

    static void expect(Tx tx, long id, long until) {
        tx.update("UPDATE device SET expected_until = :until WHERE id = :id")
                .bind("until", until)
                .bind("id", id)
                .execute();
    }

    /** Provisional devices of an account that came from a network, ordered by id. */
    static List<Device> provisional(Tx tx, String accountId, String network, long after, int most) {
        return tx.query(
                        COLUMNS
                                + """
                                WHERE d.account_id = :accountId AND d.bound_from = :network
                                    AND d.proven = 0 AND d.id > :after
                                ORDER BY d.id LIMIT :most
                                """)
                .bind("accountId", accountId)
                .bind("network", network)
                .bind("after", after)
                .bind("most", most)
                .map((row, context) -> device(row))
                .list();
    }

    /**
     * Where an account's devices after the given one were seen since then: addresses, each with its
     * device.
     */
    static List<LastAddress> seenAt(Tx tx, String accountId, long since, long after, int most) {
        return tx.query(
                        """
                        SELECT d.id, s.address, s.seen_at
                        FROM device d JOIN device_seen s ON s.id = d.id
                        WHERE d.account_id = :accountId AND d.id > :after
                        ORDER BY d.id LIMIT :most
                        """)
                .bind("accountId", accountId)
                .bind("after", after)
                .bind("most", most)
                .map((row, context) ->
                        new LastAddress(
                                row.getLong(1), row.getLong(3) < since ? "" : row.getString(2)))
                .list();
    }

    /**
     * @param address {@code ""} if it was seen too long ago
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
        return tx.query(
                        """
                        SELECT 1 FROM expected_network
                        WHERE account_id = :accountId AND network = :network AND until > :now
                        """)
                .bind("accountId", accountId)
                .bind("network", network)
                .bind("now", now)
                .map((row, context) -> true)
                .findFirst()
                .isPresent();
    }

    static int forgetExpected(Tx tx, long before, int limit) {
        return tx.update(
                        """
                        DELETE FROM expected_network
                        WHERE until < :before AND (account_id, network) IN
                            (SELECT account_id, network FROM expected_network
                             WHERE until < :before LIMIT :limit)
                        """)
                .bind("before", before)
                .bind("limit", limit)
                .execute();
    }

    static void delete(Tx tx, long id) {
        tx.update("DELETE FROM device WHERE id = :id").bind("id", id).execute();
        tx.update("DELETE FROM device_seen WHERE id = :id").bind("id", id).execute();
        TagStore.forget(tx, id);
    }

    static void agent(Tx tx, long id, @Nullable String agentId, String updater, long now) {
        tx.update(
                        """
                        UPDATE device
                        SET agent_id = :agentId, updater = :updater, updated_at = :now
                        WHERE id = :id
                        """)
                .bind("agentId", agentId)
                .bind("updater", updater)
                .bind("now", now)
                .bind("id", id)
                .execute();
    }

    static void update(Tx tx, Device device, String updater, long now) {
        tx.update(
                        """
                        UPDATE device SET alias = :alias, alias_key = :aliasKey,
                            auto_update = :autoUpdate, sort = :sort, tokenless = :withoutToken,
                            zone = :zone, updater = :updater, updated_at = :now
                        WHERE id = :id
                        """)
                .bind("alias", device.choices().alias())
                .bind("aliasKey", SearchKey.of(device.choices().alias()))
                .bind("autoUpdate", bit(device.choices().autoUpdate()))
                .bind("sort", device.choices().sort())
                .bind("withoutToken", bit(device.choices().entry().withoutToken()))
                .bind("zone", device.choices().zone())
                .bind("updater", updater)
                .bind("now", now)
                .bind("id", device.id())
                .execute();
    }

    /** Removes at most {@code limit} devices from a deleted agent; returns how many. */
    static int forgetAgent(Tx tx, String agentId, int limit) {
        return tx.update(
                        """
                        UPDATE device SET agent_id = NULL WHERE id IN
                            (SELECT id FROM device WHERE agent_id = :agentId
                             ORDER BY id LIMIT :limit)
                        """)
                .bind("agentId", agentId)
                .bind("limit", limit)
                .execute();
    }

    /** From the index alone: an agent may have a million devices. */
    static long countOf(Tx tx, String agentId) {
        return tx.query("SELECT count(*) FROM device WHERE agent_id = :agentId")
                .bind("agentId", agentId)
                .mapTo(Long.class)
                .one();
    }

    /** When any of an agent's newest devices was last seen; 0 for never. */
    static long lastSeen(Tx tx, String agentId, int newest) {
        return tx.query(
                        """
                        SELECT coalesce(max(seen_at), 0) FROM device_seen WHERE id IN
                            (SELECT id FROM device WHERE agent_id = :agentId
                             ORDER BY id DESC LIMIT :newest)
                        """)
                .bind("agentId", agentId)
                .bind("newest", newest)
                .mapTo(Long.class)
                .one();
    }

    /** Those of an account that show the account's time zone, ordered by id. */
    static List<BoundRow> unzoned(Tx tx, String accountId, long after, int limit) {
        return tx.query(
                        """
                        SELECT id, pair, facts_print FROM device
                        WHERE account_id = :accountId AND id > :after AND zone = ''
                        ORDER BY id LIMIT :limit
                        """)
                .bind("accountId", accountId)
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) ->
                        new BoundRow(
                                row.getLong(1), row.getString(2), row.getLong(3), Zones.SERVERS))
                .list();
    }

    static long bit(boolean value) {
        return value ? 1 : 0;
    }

    static Device device(ResultSet row) throws SQLException {
        String address = row.getString("address");
        String ring = row.getString("ring");
        return new Device(
                row.getLong("id"),
                new Mac(row.getLong("mac")),
                new Device.Ownership(
                        row.getString("account_id"),
                        row.getString("agent_id"),
                        row.getString("pair"),
                        row.getLong("pinned") == 1,
                        row.getLong("weak") == 1,
                        new Device.Proof(
                                row.getLong("proven") == 1,
                                new Device.Provisional(
                                        row.getLong("announced"),
                                        text(row.getString("bound_from")),
                                        row.getLong("contested_at"))),
                        row.getLong("bound_at"),
                        row.getLong("expected_until")),
                new CheckInFacts(
                        row.getString("board"),
                        row.getString("version"),
                        row.getString("chip"),
                        row.getString("elf"),
                        row.getString("slot"),
                        row.getString("language"),
                        row.getString("facts"),
                        row.getLong("facts_print")),
                new Device.OwnerChoices(
                        row.getString("alias"),
                        row.getLong("auto_update") == 1,
                        row.getLong("sort"),
                        row.getString("zone"),
                        Labels.stored(row.getString("channel"), row.getString("tags")),
                        new EntryRules(row.getLong("tokenless") == 1, row.getLong("program") == 1),
                        row.getLong("updated_at"),
                        row.getString("updater")),
                new Device.LastSeen(row.getLong("seen_at"), text(address), text(ring)));
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    record BoundRow(long id, String pairKey, long factsPrint, int zone) {}

    record OwnedMac(String accountId, Mac mac) {}
}
