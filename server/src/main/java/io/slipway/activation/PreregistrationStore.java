package io.slipway.activation;

import io.slipway.protocol.Mac;
import io.slipway.sql.Tx;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code preregistration}. One by MAC waits while its account has no device of that MAC:
 * a fleet's first check-ins, thousands a second, write nothing here. Its status says that it is
 * used up for good, which {@link #useUp} writes when the device goes, or {@link #use} for a serial
 * number.
 */
final class PreregistrationStore {

    private static final String HAS_DEVICE =
            """
             EXISTS (SELECT 1 FROM device d WHERE d.account_id = preregistration.account_id
                AND d.mac = preregistration.mac)
            """;

    private static final String ANY =
            columns("CASE WHEN status = 1 OR" + HAS_DEVICE + "THEN 1 ELSE 0 END");
    private static final String WAITING = columns("0");

    private static String columns(String used) {
        return "SELECT id, account_id, agent_id, mac, serial, sealed_key, "
                + used
                + ", created_at FROM preregistration ";
    }

    private PreregistrationStore() {}

    private static final String OPEN_TO_NETWORK =
            """
             AND status = 0 AND (barred <> ? OR barred_until <= ?)
             AND EXISTS (SELECT 1 FROM agent a WHERE a.id = preregistration.agent_id
                AND a.account_id = preregistration.account_id AND a.deleted_at IS NULL)
            """;

    /** The oldest that waits for a MAC and may be used from a network, of whichever account. */
    static Optional<Preregistration> waiting(Tx tx, Mac mac, String network, long now) {
        return tx.first(
                WAITING
                        + "WHERE mac = ?"
                        + OPEN_TO_NETWORK
                        + "AND NOT"
                        + HAS_DEVICE
                        + "ORDER BY id LIMIT 1",
                bind -> {
                    bind.setLong(1, mac.bits());
                    bind.setString(2, network);
                    bind.setLong(3, now);
                },
                PreregistrationStore::preregistration);
    }

    /**
     * The oldest that waits for a serial number without a key, of accounts that have no device of
     * the MAC.
     */
    static Optional<Preregistration> waiting(
            Tx tx, String serial, Mac mac, String network, long now) {
        return tx.first(
                WAITING
                        + "WHERE serial = ? AND sealed_key IS NULL"
                        + OPEN_TO_NETWORK
                        + """
                        AND NOT EXISTS
                            (SELECT 1 FROM device d
                             WHERE d.account_id = preregistration.account_id AND d.mac = ?)
                        ORDER BY id LIMIT 1\
                        """,
                bind -> {
                    bind.setString(1, serial);
                    bind.setString(2, network);
                    bind.setLong(3, now);
                    bind.setLong(4, mac.bits());
                },
                PreregistrationStore::preregistration);
    }

    /** Those that wait for a serial number with a key, the oldest first. */
    static List<Preregistration> keyed(Tx tx, String serial, int most) {
        return tx.all(
                WAITING
                        + "WHERE serial = ? AND status = 0 AND sealed_key IS NOT NULL"
                        + " ORDER BY id LIMIT ?",
                bind -> {
                    bind.setString(1, serial);
                    bind.setLong(2, most);
                },
                PreregistrationStore::preregistration);
    }

    /** The newest of an account for a MAC, used up or not. */
    static Optional<Preregistration> own(Tx tx, String accountId, Mac mac) {
        return tx.handle()
                .createQuery(
                        ANY + "WHERE account_id = ? AND mac = ? ORDER BY status, id DESC LIMIT 1")
                .bind(0, accountId)
                .bind(1, mac.bits())
                .map((row, context) -> preregistration(row))
                .findOne();
    }

    static List<Preregistration> page(Tx tx, String agentId, long after, int limit) {
        return tx.handle()
                .createQuery(ANY + "WHERE agent_id = ? AND id > ? ORDER BY id LIMIT ?")
                .bind(0, agentId)
                .bind(1, after)
                .bind(2, limit)
                .map((row, context) -> preregistration(row))
                .list();
    }

    /**
     * Inserts what is not there yet. One batch, because a hundred thousand rows come at once.
     *
     * @return for each row whether it was inserted
     */
    static boolean[] insert(Tx tx, List<Preregistration> rows, String importId) {
        int[] counts =
                tx.batch(
                        """
                        INSERT INTO preregistration (id, account_id, agent_id, mac, serial,
                            sealed_key, status, created_at, import)
                        SELECT ?, ?, ?, ?, ?, ?, 0, ?, ?
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
                                insert.setString(9, row.accountId());
                                setMac(insert, 10, row.mac());
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

    private static void setMac(PreparedStatement statement, int index, @Nullable Mac mac)
            throws SQLException {
        if (mac == null) {
            statement.setNull(index, Types.BIGINT);
        } else {
            statement.setLong(index, mac.bits());
        }
    }

    /** Whether one that was waiting still is for a check-in from a network, MACs aside. */
    static boolean open(Tx tx, long id, String network, long now) {
        return tx.first(
                        "SELECT 1 FROM preregistration WHERE id = ?" + OPEN_TO_NETWORK,
                        bind -> {
                            bind.setLong(1, id);
                            bind.setString(2, network);
                            bind.setLong(3, now);
                        },
                        row -> true)
                .isPresent();
    }

    /** Uses up one of a serial number; false when another device just did. */
    static boolean use(Tx tx, long id, long deviceId) {
        return tx.update(
                        "UPDATE preregistration SET status = 1, device = ?"
                                + " WHERE id = ? AND status = 0",
                        bind -> {
                            bind.setLong(1, deviceId);
                            bind.setLong(2, id);
                        })
                == 1;
    }

    /** Undoes {@link #use} in the same transaction. */
    static void giveBack(Tx tx, long id) {
        tx.update(
                "UPDATE preregistration SET status = 0, device = 0 WHERE id = ?",
                bind -> bind.setLong(1, id));
    }

    /** An account's device of a MAC goes: what it announced by that MAC waits no more. */
    static void useUp(Tx tx, String accountId, Mac mac) {
        tx.update(
                "UPDATE preregistration SET status = 1 WHERE mac = ? AND status = 0 AND account_id = ?",
                bind -> {
                    bind.setLong(1, mac.bits());
                    bind.setString(2, accountId);
                });
    }

    /** Lets one wait again, unless the account has announced the same anew; not for a network. */
    static void revive(Tx tx, long id, String barred, long until) {
        tx.update(
                """
                UPDATE preregistration SET status = 0, device = 0, barred = ?, barred_until = ?
                WHERE id = ? AND status = 1 AND NOT EXISTS
                    (SELECT 1 FROM preregistration o WHERE o.status = 0
                        AND o.account_id = preregistration.account_id
                        AND (o.mac = preregistration.mac OR o.serial = preregistration.serial))\
                """,
                bind -> {
                    bind.setString(1, barred);
                    bind.setLong(2, until);
                    bind.setLong(3, id);
                });
    }

    /** An import's, in the order of their ids, after one. */
    static List<ImportedDevice> ofImport(Tx tx, String importId, long after, int limit) {
        return tx.all(
                """
                SELECT p.id, CASE WHEN p.device <> 0 THEN p.device ELSE coalesce(d.id, 0) END, p.mac
                FROM preregistration p
                LEFT JOIN device d ON p.status = 0 AND d.account_id = p.account_id AND d.mac = p.mac
                WHERE p.import = ? AND p.import <> '' AND p.id > ? ORDER BY p.id LIMIT ?\
                """,
                bind -> {
                    bind.setString(1, importId);
                    bind.setLong(2, after);
                    bind.setLong(3, limit);
                },
                row -> new ImportedDevice(row.getLong(1), row.getLong(2), mac(row, 3)));
    }

    static Optional<String> serialOf(Tx tx, long id) {
        return tx.first(
                        "SELECT coalesce(serial, '') FROM preregistration WHERE id = ?",
                        bind -> bind.setLong(1, id),
                        row -> row.getString(1))
                .filter(serial -> !serial.isEmpty());
    }

    /** Removes one unless a device has used it up; returns how many that were. */
    static int removeWaiting(Tx tx, long id) {
        return tx.update(
                "DELETE FROM preregistration WHERE id = ? AND status = 0 AND NOT" + HAS_DEVICE,
                bind -> bind.setLong(1, id));
    }

    /**
     * @param deviceId that used it up; 0 for none
     * @param mac null for a serial number's
     */
    record ImportedDevice(long id, long deviceId, @Nullable Mac mac) {}

    static void delete(Tx tx, long id) {
        tx.handle().execute("DELETE FROM preregistration WHERE id = ?", id);
    }

    static int forgetAgent(Tx tx, String agentId, int limit) {
        return tx.handle()
                .execute(
                        """
                        DELETE FROM preregistration WHERE id IN
                            (SELECT id FROM preregistration WHERE agent_id = ?
                             ORDER BY id LIMIT ?)\
                        """,
                        agentId,
                        limit);
    }

    private static Preregistration preregistration(ResultSet row) throws SQLException {
        return new Preregistration(
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                mac(row, 4),
                row.getString(5),
                row.getString(6),
                row.getLong(7) == 1,
                row.getLong(8));
    }

    private static @Nullable Mac mac(ResultSet row, int column) throws SQLException {
        long bits = row.getLong(column);
        return row.wasNull() ? null : new Mac(bits);
    }
}
