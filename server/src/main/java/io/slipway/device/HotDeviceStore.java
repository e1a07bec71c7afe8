package io.slipway.device;

import io.slipway.base.Zones;
import io.slipway.device.profile.CheckInFacts;
import io.slipway.protocol.Mac;
import io.slipway.protocol.ota.CheckIn;
import io.slipway.sql.Tx;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What devices' calls read and write in the table {@code device}: at each check-in that the cache
 * does not answer, each poll, each session, and a fleet's first check-ins, thousands a second. Raw,
 * because Jdbi would take the greater part of such a call (the meter counts it).
 */
final class HotDeviceStore {

    // Read together with the account's zone: another statement at each such check-in would cost
    // more than knowing that column here.
    private static final String ZONE =
            """
            CASE WHEN d.zone <> '' THEN d.zone
                ELSE (SELECT a.zone FROM account a WHERE a.id = d.account_id) END\
            """;

    private static final String BINDING =
            """
            SELECT d.id, d.facts_print, %s FROM device d WHERE d.mac = ? AND d.pair = ?
            """
                    .formatted(ZONE);

    // The pair's own device must be included, then those that are not contested yet.
    private static final String NEAR =
            """
            SELECT d.id, d.pair, d.facts_print, d.account_id, d.proven, d.contested_at,
                d.expected_until, %s
            FROM device d
            WHERE d.mac = ? AND (d.pair = ? OR d.proven = 0 OR d.expected_until > 0)
            ORDER BY (d.pair = ?) DESC, d.contested_at LIMIT ?
            """
                    .formatted(ZONE);

    private static final String BOUND =
            """
            SELECT d.id, d.pair, d.facts_print, %s FROM device d
            WHERE d.id > ? ORDER BY d.id LIMIT ?
            """
                    .formatted(ZONE);

    private HotDeviceStore() {}

    /** Only what a check-in needs of a bound pair. */
    static Optional<Binding> binding(Tx tx, Pair pair) {
        return tx.raw()
                .first(
                        BINDING,
                        bind -> {
                            bind.setLong(1, pair.mac().bits());
                            bind.setString(2, pair.key());
                        },
                        row -> new Binding(row.getLong(1), row.getLong(2), zone(row.getString(3))));
    }

    /** The device of a bound pair. */
    static Optional<Device> ofPair(Tx tx, Pair pair) {
        return tx.raw()
                .first(
                        DeviceStore.COLUMNS + "WHERE d.mac = ? AND d.pair = ?",
                        bind -> {
                            bind.setLong(1, pair.mac().bits());
                            bind.setString(2, pair.key());
                        },
                        DeviceStore::device);
    }

    /** Whether a pair is bound and may talk without one of this server's tokens. */
    static boolean withoutToken(Tx tx, Pair pair) {
        return tx.raw()
                .first(
                        "SELECT tokenless FROM device WHERE mac = ? AND pair = ?",
                        bind -> {
                            bind.setLong(1, pair.mac().bits());
                            bind.setString(2, pair.key());
                        },
                        row -> row.getLong(1) == 1)
                .orElse(false);
    }

    /**
     * Binds an unbound pair; empty if it is bound meanwhile, or the account has its MAC.
     *
     * <p>An imported fleet is bound by its first check-ins, thousands a second: one statement for
     * binding and facts, and raw.
     */
    static Optional<Binding> insert(Tx tx, long id, Pair pair, NewDevice device, long now) {
        CheckIn reported = device.reported();
        Devices.LastReport lastReport = device.lastReport();
        CheckInFacts facts =
                reported == null
                        ? CheckInFacts.unreported(
                                lastReport.board(), lastReport.version(), lastReport.language())
                        : CheckInFacts.of(reported);
        return tx.raw()
                .first(
                        """
                        INSERT INTO device (id, mac, pair, pinned, weak, account_id, twin, agent_id,
                            proven, alias, alias_key, board, board_key, version, chip, elf, slot,
                            language, facts, facts_print, running_since, auto_update, sort, bound_at,
                            updated_at, updater, announced, bound_from)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, 0,
                            ?, ?, ?, ?, ?)
                        ON CONFLICT DO NOTHING
                        RETURNING (SELECT a.zone FROM account a WHERE a.id = account_id)\
                        """,
                        bind -> {
                            bind.setLong(1, id);
                            bind.setLong(2, pair.mac().bits());
                            bind.setString(3, pair.key());
                            bind.setLong(4, DeviceStore.bit(pair.pinned()));
                            bind.setLong(5, DeviceStore.bit(pair.weak()));
                            bind.setString(6, device.accountId());
                            bind.setLong(7, pair.mac().individual() ? 0 : id);
                            bind.setString(8, device.agentId());
                            bind.setLong(9, DeviceStore.bit(device.proven()));
                            bind.setString(10, device.alias());
                            bind.setString(11, SearchKey.of(device.alias()));
                            bind.setString(12, facts.board());
                            bind.setString(13, SearchKey.of(facts.board()));
                            bind.setString(14, facts.version());
                            bind.setString(15, facts.chip());
                            bind.setString(16, facts.elf());
                            bind.setString(17, facts.slot());
                            bind.setString(18, facts.language());
                            bind.setString(19, facts.json());
                            bind.setLong(20, facts.print());
                            bind.setLong(21, reported == null ? 0 : now);
                            bind.setLong(22, now);
                            bind.setLong(23, now);
                            bind.setString(24, device.accountId());
                            bind.setLong(25, device.announced());
                            bind.setString(26, device.from());
                        },
                        row -> new Binding(id, facts.print(), zone(row.getString(1))));
    }

    /**
     * A device of a pair's MAC that matters for its binding: the pair's own, a provisional one, or
     * one that is expected anew.
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
        return tx.raw()
                .all(
                        NEAR,
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

    /** Returns the device's owner; empty if it no longer exists. */
    static Optional<DeviceStore.OwnedMac> facts(Tx tx, long id, CheckInFacts facts, long now) {
        return tx.raw()
                .first(
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
                        row -> new DeviceStore.OwnedMac(row.getString(1), new Mac(row.getLong(2))));
    }

    // A million rows at each start: raw, like each look-up of a poll.
    static List<DeviceStore.BoundRow> boundAfter(Tx tx, long id, int limit) {
        return tx.raw()
                .all(
                        BOUND,
                        bind -> {
                            bind.setLong(1, id);
                            bind.setLong(2, limit);
                        },
                        row ->
                                new DeviceStore.BoundRow(
                                        row.getLong(1),
                                        row.getString(2),
                                        row.getLong(3),
                                        zone(row.getString(4))));
    }

    // Null for a device whose account was deleted.
    private static int zone(@Nullable String name) {
        return name == null ? Zones.SERVERS : Zones.number(name);
    }
}
