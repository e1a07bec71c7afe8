package io.slipway.activation;

import io.slipway.protocol.Mac;
import io.slipway.sql.Tx;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code preregistration}. One by MAC waits while its account has no device of that MAC:
 * a fleet's first check-ins, thousands a second, write nothing here. The status shows that it is
 * permanently used up, which {@link #useUp} writes when the device is removed, or {@link
 * HotActivationStore#useAnnounced} for a serial number.
 */
final class PreregistrationStore {

    static final String HAS_DEVICE =
            """
             EXISTS (SELECT 1 FROM device d WHERE d.account_id = preregistration.account_id
                AND d.mac = preregistration.mac)
            """;

    private static final String ANY =
            columns("CASE WHEN status = 1 OR" + HAS_DEVICE + "THEN 1 ELSE 0 END");

    static String columns(String used) {
        return "SELECT id, account_id, agent_id, mac, serial, sealed_key, "
                + used
                + ", created_at, alias FROM preregistration ";
    }

    private PreregistrationStore() {}

    /** The newest of an account for a MAC, used up or not. */
    static Optional<Preregistration> own(Tx tx, String accountId, Mac mac) {
        return tx.query(
                        ANY
                                + """
                                WHERE account_id = :accountId AND mac = :mac
                                ORDER BY status, id DESC LIMIT 1
                                """)
                .bind("accountId", accountId)
                .bind("mac", mac.bits())
                .map((row, context) -> preregistration(row))
                .findOne();
    }

    static List<Preregistration> page(Tx tx, String agentId, long after, int limit) {
        return tx.query(ANY + "WHERE agent_id = :agentId AND id > :after ORDER BY id LIMIT :limit")
                .bind("agentId", agentId)
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) -> preregistration(row))
                .list();
    }

    /**
     * Inserts what is not there yet, in one batch, because there may be a hundred thousand rows.
     *
     * @return for each row whether it was inserted
     */
    static boolean[] insert(Tx tx, List<Preregistration> rows, String importId) {
        int[] counts =
                tx.batch(
                        """
                        INSERT INTO preregistration (id, account_id, agent_id, mac, serial,
                            sealed_key, status, created_at, import, alias)
                        SELECT ?, ?, ?, ?, ?, ?, 0, ?, ?, ?
                        WHERE NOT EXISTS
                            (SELECT 1 FROM device WHERE account_id = ? AND mac = ?)
                        ON CONFLICT DO NOTHING\
                        """,
                        insert -> {
                            for (Preregistration row : rows) {
                                insert.setLong(1, row.id());
                                insert.setString(2, row.accountId());
                                insert.setString(3, row.agentId());
                                setMac(insert, 4, row.mac());
                                insert.setString(5, row.serial());
                                insert.setString(6, row.sealedKey());
                                insert.setLong(7, row.createdAt());
                                insert.setString(8, importId);
                                insert.setString(9, row.what().alias());
                                insert.setString(10, row.accountId());
                                setMac(insert, 11, row.mac());
                                insert.addBatch();
                            }
                            return rows.size();
                        });
        boolean[] inserted = new boolean[counts.length];
        for (int i = 0; i < counts.length; i++) {
            inserted[i] = counts[i] == 1 || counts[i] == Statement.SUCCESS_NO_INFO;
        }
        return inserted;
    }

    /** How an account's devices of some MACs stand. */
    static Map<Mac, Preregistrations.MacStanding> standings(
            Tx tx, String accountId, Collection<Mac> macs) {
        List<Long> keys = macs.stream().map(Mac::bits).toList();
        var standings = new HashMap<Mac, Preregistrations.MacStanding>();
        macs.forEach(mac -> standings.put(mac, Preregistrations.MacStanding.UNKNOWN));
        note(
                tx,
                "SELECT mac, account_id FROM preregistration WHERE status = 0 AND mac IN (<keys>)",
                keys,
                accountId,
                standings,
                Preregistrations.MacStanding.WAITING);
        note(
                tx,
                "SELECT mac, account_id FROM device WHERE mac IN (<keys>)",
                keys,
                accountId,
                standings,
                Preregistrations.MacStanding.BOUND);
        return standings;
    }

    private static void note(
            Tx tx,
            String sql,
            List<Long> keys,
            String accountId,
            Map<Mac, Preregistrations.MacStanding> standings,
            Preregistrations.MacStanding own) {
        record OwnedRow(Mac mac, String accountId) {}
        for (OwnedRow row :
                tx.in(
                        sql,
                        keys,
                        found -> new OwnedRow(new Mac(found.getLong(1)), found.getString(2)))) {
            if (row.accountId().equals(accountId)) {
                standings.put(row.mac(), own);
            } else {
                standings.replace(
                        row.mac(),
                        Preregistrations.MacStanding.UNKNOWN,
                        Preregistrations.MacStanding.ELSEWHERE);
            }
        }
    }

    private static void setMac(PreparedStatement statement, int index, @Nullable Mac mac)
            throws SQLException {
        if (mac == null) {
            statement.setNull(index, Types.BIGINT);
        } else {
            statement.setLong(index, mac.bits());
        }
    }

    /** Undoes {@link HotActivationStore#useAnnounced} in the same transaction. */
    static void giveBack(Tx tx, long id) {
        tx.update("UPDATE preregistration SET status = 0, device = 0 WHERE id = :id")
                .bind("id", id)
                .execute();
    }

    /** An account's device of a MAC is removed: its announcement of that MAC no longer waits. */
    static void useUp(Tx tx, String accountId, Mac mac) {
        tx.update(
                        """
                        UPDATE preregistration SET status = 1
                        WHERE mac = :mac AND status = 0 AND account_id = :accountId
                        """)
                .bind("mac", mac.bits())
                .bind("accountId", accountId)
                .execute();
    }

    /**
     * Lets an announcement wait again, unless the account has made the same one again; a barred
     * network can't use it.
     */
    static void revive(Tx tx, long id, String barred, long until) {
        tx.update(
                        """
                        UPDATE preregistration SET status = 0, device = 0, barred = :barred,
                            barred_until = :until
                        WHERE id = :id AND status = 1 AND NOT EXISTS
                            (SELECT 1 FROM preregistration o WHERE o.status = 0
                                AND o.account_id = preregistration.account_id
                                AND (o.mac = preregistration.mac
                                    OR o.serial = preregistration.serial))
                        """)
                .bind("barred", barred)
                .bind("until", until)
                .bind("id", id)
                .execute();
    }

    /** Those of an import, ordered by id, after the given one. */
    static List<ImportedDevice> ofImport(Tx tx, String importId, long after, int limit) {
        return tx.query(
                        """
                        SELECT p.id, p.mac,
                            CASE WHEN p.device <> 0 THEN p.device ELSE coalesce(d.id, 0) END
                        FROM preregistration p
                        LEFT JOIN device d ON p.status = 0 AND d.account_id = p.account_id
                            AND d.mac = p.mac
                        WHERE p.import = :importId AND p.import <> '' AND p.id > :after
                        ORDER BY p.id LIMIT :limit
                        """)
                .bind("importId", importId)
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) ->
                        new ImportedDevice(row.getLong(1), row.getLong(3), mac(row, 2)))
                .list();
    }

    static Optional<String> serialOf(Tx tx, long id) {
        return tx.query("SELECT coalesce(serial, '') FROM preregistration WHERE id = :id")
                .bind("id", id)
                .mapTo(String.class)
                .findFirst()
                .filter(serial -> !serial.isEmpty());
    }

    /** Deletes one unless a device has used it up; returns how many were deleted. */
    static int removeWaiting(Tx tx, long id) {
        return tx.update(
                        "DELETE FROM preregistration WHERE id = :id AND status = 0 AND NOT"
                                + HAS_DEVICE)
                .bind("id", id)
                .execute();
    }

    /**
     * @param deviceId the device that used it up; 0 for none
     * @param mac null for one by serial number
     */
    record ImportedDevice(long id, long deviceId, @Nullable Mac mac) {}

    static void delete(Tx tx, long id) {
        tx.update("DELETE FROM preregistration WHERE id = :id").bind("id", id).execute();
    }

    static int forgetAgent(Tx tx, String agentId, int limit) {
        return tx.update(
                        """
                        DELETE FROM preregistration WHERE id IN
                            (SELECT id FROM preregistration WHERE agent_id = :agentId
                             ORDER BY id LIMIT :limit)
                        """)
                .bind("agentId", agentId)
                .bind("limit", limit)
                .execute();
    }

    static Preregistration preregistration(ResultSet row) throws SQLException {
        return new Preregistration(
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                new Preregistration.Announced(
                        mac(row, 4), row.getString(5), row.getString(6), row.getString(9)),
                row.getLong(7) == 1,
                row.getLong(8));
    }

    private static @Nullable Mac mac(ResultSet row, int column) throws SQLException {
        long bits = row.getLong(column);
        return row.wasNull() ? null : new Mac(bits);
    }
}
