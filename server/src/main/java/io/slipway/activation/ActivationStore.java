package io.slipway.activation;

import io.slipway.protocol.Mac;
import io.slipway.sql.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The table {@code activation}. */
final class ActivationStore {

    private static final String COLUMNS =
            """
            SELECT id, pair, mac, pinned, weak, code, tail, challenge, address, board, version,
              language, serial, quiet_until, created_at, asked_at
            FROM activation
            """;

    private ActivationStore() {}

    static Optional<Activation> ofPair(Tx tx, String pairKey) {
        return tx.first(
                COLUMNS + "WHERE pair = ? AND died_at IS NULL",
                bind -> bind.setString(1, pairKey),
                ActivationStore::activation);
    }

    /** What of a code decides whether it is alive. */
    record CodeLife(long id, long quietUntil, long createdAt, long askedAt) {}

    /** As {@link #ofPair}, for the polls of every device that waits for its owner. */
    static Optional<CodeLife> lifeOf(Tx tx, String pairKey) {
        return tx.first(
                """
                SELECT id, quiet_until, created_at, asked_at FROM activation
                WHERE pair = ? AND died_at IS NULL\
                """,
                bind -> bind.setString(1, pairKey),
                row ->
                        new CodeLife(
                                row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4)));
    }

    static Optional<Activation> ofCode(Tx tx, String code) {
        return tx.handle()
                .createQuery(COLUMNS + "WHERE code = ? AND died_at IS NULL")
                .bind(0, code)
                .map((row, context) -> activation(row))
                .findOne();
    }

    /** Whether a code was used, replaced or ran out since then. */
    static boolean diedSince(Tx tx, String code, long since) {
        return tx.first(
                        """
                        SELECT 1 FROM activation WHERE code = ?
                            AND (died_at >= ? OR died_at IS NULL)\
                        """,
                        bind -> {
                            bind.setString(1, code);
                            bind.setLong(2, since);
                        },
                        row -> true)
                .isPresent();
    }

    /** False when the code was given out already or the pair has one. */
    static boolean insert(Tx tx, Activation made) {
        int inserted =
                tx.update(
                        """
                        INSERT INTO activation (id, pair, mac, pinned, weak, code, tail, challenge,
                            address, board, version, language, serial, quiet_until,
                            created_at, asked_at)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                        ON CONFLICT DO NOTHING\
                        """,
                        bind -> {
                            bind.setLong(1, made.id());
                            bind.setString(2, made.pairKey());
                            bind.setLong(3, made.mac().bits());
                            bind.setLong(4, made.pinned() ? 1 : 0);
                            bind.setLong(5, made.weak() ? 1 : 0);
                            bind.setString(6, made.code());
                            bind.setString(7, made.tail());
                            bind.setString(8, made.challenge());
                            bind.setString(9, made.network());
                            bind.setString(10, made.board());
                            bind.setString(11, made.version());
                            bind.setString(12, made.language());
                            bind.setString(13, made.serial());
                            bind.setLong(14, made.quietUntil());
                            bind.setLong(15, made.createdAt());
                            bind.setLong(16, made.askedAt());
                        });
        return inserted == 1;
    }

    /** Writes what the device has said of itself. */
    static void describe(Tx tx, Activation known) {
        tx.update(
                "UPDATE activation SET board = ?, version = ?, language = ? WHERE id = ?",
                bind -> {
                    bind.setString(1, known.board());
                    bind.setString(2, known.version());
                    bind.setString(3, known.language());
                    bind.setLong(4, known.id());
                });
    }

    /** Lets a pair that didn't prove itself have its code. */
    static void loud(Tx tx, long id) {
        tx.update(
                "UPDATE activation SET quiet_until = 0 WHERE id = ?", bind -> bind.setLong(1, id));
    }

    /**
     * Pairs that wait and call themselves by a MAC or a serial number, asked since {@code since},
     * the last one first.
     */
    static List<Activation> others(Tx tx, Mac mac, String serial, long since, int limit) {
        // With an OR of the two, SQLite would walk through all that asked lately.
        String such =
                serial.isEmpty()
                        ? "mac = :mac AND died_at IS NULL"
                        : """
                        id IN (
                          SELECT id FROM activation WHERE mac = :mac AND died_at IS NULL
                          UNION
                          SELECT id FROM activation
                          WHERE serial = :serial AND serial <> '' AND died_at IS NULL)\
                        """;
        var query =
                tx.handle()
                        .createQuery(
                                COLUMNS
                                        + "WHERE asked_at >= :since AND "
                                        + such
                                        + " ORDER BY asked_at DESC, id DESC LIMIT :limit")
                        .bind("mac", mac.bits())
                        .bind("since", since)
                        .bind("limit", limit);
        if (!serial.isEmpty()) {
            query.bind("serial", serial);
        }
        return query.map((row, context) -> activation(row)).list();
    }

    /**
     * What is left of a code that has ended.
     *
     * @param network that it was asked from
     */
    record EndedCode(String network, int digits) {}

    /** Ends a code; empty when somebody else just did. */
    static Optional<EndedCode> kill(Tx tx, long id, long now) {
        return tx.first(
                """
                UPDATE activation SET died_at = ? WHERE id = ? AND died_at IS NULL
                RETURNING address, code\
                """,
                bind -> {
                    bind.setLong(1, now);
                    bind.setLong(2, id);
                },
                row -> new EndedCode(row.getString(1), row.getString(2).length()));
    }

    /** As {@link #kill}, the one of a pair. */
    static Optional<EndedCode> killOf(Tx tx, String pairKey, long now) {
        return tx.first(
                """
                UPDATE activation SET died_at = ? WHERE pair = ? AND died_at IS NULL
                RETURNING address, code\
                """,
                bind -> {
                    bind.setLong(1, now);
                    bind.setString(2, pairKey);
                },
                row -> new EndedCode(row.getString(1), row.getString(2).length()));
    }

    static void setAskedAt(Tx tx, List<Long> ids, long now) {
        tx.batch(
                "UPDATE activation SET asked_at = ? WHERE id = ? AND died_at IS NULL",
                ids,
                (bind, id) -> {
                    bind.setLong(1, now);
                    bind.setLong(2, id);
                });
    }

    static long live(Tx tx) {
        return tx.handle()
                .createQuery("SELECT count(*) FROM activation WHERE died_at IS NULL")
                .mapTo(Long.class)
                .one();
    }

    /** How many codes of each length are alive. */
    static Map<Integer, Long> liveByLength(Tx tx) {
        var counts = new HashMap<Integer, Long>();
        tx.all(
                        "SELECT length(code), count(*) FROM activation WHERE died_at IS NULL"
                                + " GROUP BY length(code)",
                        bind -> {},
                        row -> Map.entry(row.getInt(1), row.getLong(2)))
                .forEach(each -> counts.put(each.getKey(), each.getValue()));
        return counts;
    }

    /** The network with the most live codes; empty when there are none. */
    static Optional<String> fullest(Tx tx) {
        return tx.first(
                """
                SELECT address, count(*) AS n FROM activation WHERE died_at IS NULL
                GROUP BY address ORDER BY n DESC LIMIT 1\
                """,
                bind -> {},
                row -> row.getString(1));
    }

    /**
     * Codes that were asked for in a network since {@code since}, the last one first. A whole /24
     * is read and sorted: it has 256 addresses with a bounded number of codes each (decisions D2).
     */
    static List<Activation> near(Tx tx, Neighbourhood around, long since, int limit) {
        String network =
                around.whole() ? "address >= :network AND address < :end" : "address = :network";
        var query =
                tx.handle()
                        .createQuery(
                                COLUMNS
                                        + "WHERE "
                                        + network
                                        + " AND died_at IS NULL AND asked_at >= :since"
                                        + " ORDER BY asked_at DESC, id DESC LIMIT :limit")
                        .bind("network", around.network())
                        .bind("since", since)
                        .bind("limit", limit);
        if (around.whole()) {
            query.bind("end", around.end());
        }
        return query.map((row, context) -> activation(row)).list();
    }

    /** The one of a network that has been silent longest. */
    static Optional<Long> oldestOf(Tx tx, String address) {
        return tx.first(
                "SELECT id FROM activation WHERE address = ? AND died_at IS NULL"
                        + " ORDER BY asked_at LIMIT 1",
                bind -> bind.setString(1, address),
                row -> row.getLong(1));
    }

    /**
     * Ends what nobody asked for since {@code before}; returns how many of at most {@code limit}.
     */
    static int expire(Tx tx, long before, long now, int limit) {
        return expire(tx, "<", before, now, limit);
    }

    /** As {@link #expire}, those that asked after {@code after}: by a clock that was ahead. */
    static int expireAhead(Tx tx, long after, long now, int limit) {
        return expire(tx, ">", after, now, limit);
    }

    private static int expire(Tx tx, String order, long before, long now, int limit) {
        return tx.handle()
                .execute(
                        """
                        UPDATE activation SET died_at = ? WHERE died_at IS NULL AND id IN
                            (SELECT id FROM activation WHERE died_at IS NULL AND asked_at %s ?
                             ORDER BY asked_at LIMIT ?)\
                        """
                                .formatted(order),
                        now,
                        before,
                        limit);
    }

    /** Forgets codes that died before {@code before}. */
    static int forget(Tx tx, long before, int limit) {
        return tx.handle()
                .execute(
                        """
                        DELETE FROM activation WHERE id IN
                            (SELECT id FROM activation WHERE died_at IS NOT NULL AND died_at < ?
                             ORDER BY died_at LIMIT ?)\
                        """,
                        before,
                        limit);
    }

    /** When the dead code died that {@code newer} others died after; empty when there are fewer. */
    static Optional<Long> diedBeforeNewest(Tx tx, int newer) {
        return tx.handle()
                .createQuery(
                        """
                        SELECT died_at FROM activation WHERE died_at IS NOT NULL
                        ORDER BY died_at DESC LIMIT 1 OFFSET ?\
                        """)
                .bind(0, newer)
                .mapTo(Long.class)
                .findOne();
    }

    private static Activation activation(ResultSet row) throws SQLException {
        return new Activation(
                row.getLong(1),
                row.getString(2),
                new Mac(row.getLong(3)),
                row.getLong(4) == 1,
                row.getLong(5) == 1,
                row.getString(6),
                row.getString(7),
                row.getString(8),
                row.getString(9),
                row.getString(10),
                row.getString(11),
                row.getString(12),
                row.getString(13),
                row.getLong(14),
                row.getLong(15),
                row.getLong(16));
    }
}
