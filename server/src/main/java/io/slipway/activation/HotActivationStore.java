package io.slipway.activation;

import io.slipway.protocol.Mac;
import io.slipway.sql.Tx;
import java.util.List;
import java.util.Optional;

/**
 * What unbound devices read and write in the tables {@code activation} and {@code preregistration}:
 * at each check-in and each poll of each device that waits for its owner, and at a fleet's first
 * check-ins, thousands a second. Raw, because Jdbi would take the greater part of such a call (the
 * meter counts it).
 */
final class HotActivationStore {

    private static final String WAITING = PreregistrationStore.columns("0");

    private static final String OPEN_TO_NETWORK =
            """
             AND status = 0 AND (barred <> ? OR barred_until <= ?)
             AND EXISTS (SELECT 1 FROM agent a WHERE a.id = preregistration.agent_id
                AND a.account_id = preregistration.account_id AND a.deleted_at IS NULL)
            """;

    private static final String WAITS_FOR_MAC =
            WAITING
                    + "WHERE mac = ?"
                    + OPEN_TO_NETWORK
                    + "AND NOT"
                    + PreregistrationStore.HAS_DEVICE
                    + "ORDER BY id LIMIT 1";

    private static final String WAITS_FOR_SERIAL =
            WAITING
                    + "WHERE serial = ? AND sealed_key IS NULL"
                    + OPEN_TO_NETWORK
                    + """
                    AND NOT EXISTS
                        (SELECT 1 FROM device d
                         WHERE d.account_id = preregistration.account_id AND d.mac = ?)
                    ORDER BY id LIMIT 1
                    """;

    private static final String KEYED =
            WAITING
                    + """
                    WHERE serial = ? AND status = 0 AND sealed_key IS NOT NULL
                    ORDER BY id LIMIT ?
                    """;

    private HotActivationStore() {}

    static Optional<Activation> ofPair(Tx tx, String pairKey) {
        return tx.raw()
                .first(
                        ActivationStore.COLUMNS + "WHERE pair = ? AND died_at IS NULL",
                        bind -> bind.setString(1, pairKey),
                        ActivationStore::activation);
    }

    /** What determines whether a code is alive. */
    record CodeLife(long id, long quietUntil, long createdAt, long askedAt) {}

    /** Like {@link #ofPair}, for the polls of every device that waits for its owner. */
    static Optional<CodeLife> lifeOf(Tx tx, String pairKey) {
        return tx.raw()
                .first(
                        """
                        SELECT id, quiet_until, created_at, asked_at FROM activation
                        WHERE pair = ? AND died_at IS NULL\
                        """,
                        bind -> bind.setString(1, pairKey),
                        row ->
                                new CodeLife(
                                        row.getLong(1),
                                        row.getLong(2),
                                        row.getLong(3),
                                        row.getLong(4)));
    }

    /** False if the code was already issued or the pair has one. */
    static boolean insert(Tx tx, Activation made) {
        int inserted =
                tx.raw()
                        .update(
                                """
                                INSERT INTO activation (id, pair, mac, pinned, weak, code, digits, sealed,
                                    tail, challenge, address, board, version, language, serial, quiet_until,
                                    created_at, asked_at)
                                VALUES (?, ?, ?, ?, ?, ?, ?, ?, '', '', ?, ?, ?, ?, ?, ?, ?, ?)
                                ON CONFLICT DO NOTHING\
                                """,
                                bind -> {
                                    bind.setLong(1, made.id());
                                    bind.setString(2, made.pair().key());
                                    bind.setLong(3, made.pair().mac().bits());
                                    bind.setLong(4, made.pair().pinned() ? 1 : 0);
                                    bind.setLong(5, made.pair().weak() ? 1 : 0);
                                    bind.setString(6, made.code().hash());
                                    bind.setLong(7, made.code().length());
                                    bind.setString(8, made.code().sealed());
                                    bind.setString(9, made.network());
                                    bind.setString(10, made.report().board());
                                    bind.setString(11, made.report().version());
                                    bind.setString(12, made.report().language());
                                    bind.setString(13, made.serial());
                                    bind.setLong(14, made.code().quietUntil());
                                    bind.setLong(15, made.createdAt());
                                    bind.setLong(16, made.askedAt());
                                });
        return inserted == 1;
    }

    /** Writes what the device has reported. */
    static void describe(Tx tx, Activation known) {
        tx.raw()
                .update(
                        "UPDATE activation SET board = ?, version = ?, language = ? WHERE id = ?",
                        bind -> {
                            bind.setString(1, known.report().board());
                            bind.setString(2, known.report().version());
                            bind.setString(3, known.report().language());
                            bind.setLong(4, known.id());
                        });
    }

    /** Like {@link ActivationStore#kill}, for the code of a pair. */
    static Optional<ActivationStore.EndedCode> killOf(Tx tx, String pairKey, long now) {
        return tx.raw()
                .first(
                        """
                        UPDATE activation SET died_at = ? WHERE pair = ? AND died_at IS NULL
                        RETURNING address, digits\
                        """,
                        bind -> {
                            bind.setLong(1, now);
                            bind.setString(2, pairKey);
                        },
                        row -> new ActivationStore.EndedCode(row.getString(1), row.getInt(2)));
    }

    /**
     * The oldest announcement that waits for a MAC and may be used from a network, of any account.
     */
    static Optional<Preregistration> waiting(Tx tx, Mac mac, String network, long now) {
        return tx.raw()
                .first(
                        WAITS_FOR_MAC,
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
        return tx.raw()
                .first(
                        WAITS_FOR_SERIAL,
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
        return tx.raw()
                .all(
                        KEYED,
                        bind -> {
                            bind.setString(1, serial);
                            bind.setLong(2, most);
                        },
                        PreregistrationStore::preregistration);
    }

    /**
     * Whether a waiting announcement may still be used by a check-in from a network, apart from its
     * MAC.
     */
    static boolean stillWaits(Tx tx, long id, String network, long now) {
        return tx.raw()
                .first(
                        "SELECT 1 FROM preregistration WHERE id = ?" + OPEN_TO_NETWORK,
                        bind -> {
                            bind.setLong(1, id);
                            bind.setString(2, network);
                            bind.setLong(3, now);
                        },
                        row -> true)
                .isPresent();
    }

    /** Uses up the announcement of a serial number; false if another device just did. */
    static boolean useAnnounced(Tx tx, long id, long deviceId) {
        return tx.raw()
                        .update(
                                """
                                UPDATE preregistration SET status = 1, device = ?
                                WHERE id = ? AND status = 0
                                """,
                                bind -> {
                                    bind.setLong(1, deviceId);
                                    bind.setLong(2, id);
                                })
                == 1;
    }
}
