package io.slipway.activation;

import io.slipway.device.Devices;
import io.slipway.device.Pair;
import io.slipway.protocol.Mac;
import io.slipway.sql.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The table {@code activation}. */
final class ActivationStore {

    static final String COLUMNS =
            """
            SELECT id, pair, mac, pinned, weak, code, digits, sealed, address, board, version,
              language, serial, quiet_until, created_at, asked_at
            FROM activation
            """;

    private ActivationStore() {}

    static Optional<Activation> ofCode(Tx tx, String hash) {
        return tx.query(COLUMNS + "WHERE code = :code AND died_at IS NULL")
                .bind("code", hash)
                .map((row, context) -> activation(row))
                .findOne();
    }

    /** A code from before codes were sealed. */
    record BareCode(long id, Activation.ShownCode code) {}

    static List<BareCode> bare(Tx tx, int limit) {
        return tx.query(
                        """
                        SELECT id, code, tail, challenge FROM activation WHERE digits = 0
                        ORDER BY id LIMIT :limit
                        """)
                .bind("limit", limit)
                .map((row, context) ->
                        new BareCode(
                                row.getLong(1),
                                new Activation.ShownCode(
                                        row.getString(2), row.getString(3), row.getString(4))))
                .list();
    }

    /** Seals bare codes. */
    static void seal(
            Tx tx, List<BareCode> bare, Function<Activation.ShownCode, Activation.Code> cipher) {
        tx.batch(
                """
                UPDATE activation SET code = ?, digits = ?, sealed = ?, tail = '', challenge = ''
                WHERE id = ? AND digits = 0
                """,
                bare,
                (bind, each) -> {
                    Activation.Code code = cipher.apply(each.code());
                    bind.setString(1, code.hash());
                    bind.setInt(2, code.length());
                    bind.setString(3, code.sealed());
                    bind.setLong(4, each.id());
                });
    }

    /** Whether a code was used, replaced or expired since then. */
    static boolean diedSince(Tx tx, String hash, long since) {
        return tx.query(
                        """
                        SELECT 1 FROM activation WHERE code = :code
                            AND (died_at >= :since OR died_at IS NULL)
                        """)
                .bind("code", hash)
                .bind("since", since)
                .map((row, context) -> true)
                .findFirst()
                .isPresent();
    }

    /** Lets a pair that didn't prove itself have its code. */
    static void loud(Tx tx, long id) {
        tx.update("UPDATE activation SET quiet_until = 0 WHERE id = :id").bind("id", id).execute();
    }

    private static final String OF_MAC = "mac = :mac AND died_at IS NULL";

    // With an OR of the two, SQLite would scan all recent rows.
    private static final String OF_MAC_OR_SERIAL =
            """
            id IN (
                SELECT id FROM activation WHERE mac = :mac AND died_at IS NULL
                UNION
                SELECT id FROM activation
                WHERE serial = :serial AND serial <> '' AND died_at IS NULL)
            """;

    /**
     * Waiting pairs that report a MAC or a serial number and asked since {@code since}, the latest
     * first.
     */
    static List<Activation> others(Tx tx, Mac mac, String serial, long since, int limit) {
        var query =
                tx.query(
                                COLUMNS
                                        + """
                                        WHERE asked_at >= :since AND <such>
                                        ORDER BY asked_at DESC, id DESC LIMIT :limit
                                        """)
                        .define("such", serial.isEmpty() ? OF_MAC : OF_MAC_OR_SERIAL)
                        .bind("mac", mac.bits())
                        .bind("since", since)
                        .bind("limit", limit);
        if (!serial.isEmpty()) {
            query.bind("serial", serial);
        }
        return query.map((row, context) -> activation(row)).list();
    }

    /**
     * What remains of an ended code.
     *
     * @param network that it was requested from
     */
    record EndedCode(String network, int digits) {}

    /** Ends a code; empty if another transaction just did. */
    static Optional<EndedCode> kill(Tx tx, long id, long now) {
        return tx.query(
                        """
                        UPDATE activation SET died_at = :now WHERE id = :id AND died_at IS NULL
                        RETURNING address, digits
                        """)
                .bind("now", now)
                .bind("id", id)
                .map((row, context) -> new EndedCode(row.getString(1), row.getInt(2)))
                .findFirst();
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
        return tx.query("SELECT count(*) FROM activation WHERE died_at IS NULL")
                .mapTo(Long.class)
                .one();
    }

    /** How many codes of each length are alive. */
    static Map<Integer, Long> liveByLength(Tx tx) {
        var counts = new HashMap<Integer, Long>();
        tx.query(
                        """
                        SELECT digits, count(*) FROM activation WHERE died_at IS NULL
                        GROUP BY digits
                        """)
                .map((row, context) -> Map.entry(row.getInt(1), row.getLong(2)))
                .list()
                .forEach(each -> counts.put(each.getKey(), each.getValue()));
        return counts;
    }

    /** The network with the most live codes; empty when there are none. */
    static Optional<String> fullest(Tx tx) {
        return tx.query(
                        """
                        SELECT address, count(*) AS n FROM activation WHERE died_at IS NULL
                        GROUP BY address ORDER BY n DESC LIMIT 1
                        """)
                .mapTo(String.class)
                .findFirst();
    }

    /**
     * Codes that were requested in a network since {@code since}, the latest first. A whole /24 is
     * read and sorted: it has 256 addresses with a bounded number of codes each (decisions D2).
     */
    static List<Activation> near(Tx tx, Neighbourhood around, long since, int limit) {
        String network =
                around.whole() ? "address >= :network AND address < :end" : "address = :network";
        var query =
                tx.query(
                                COLUMNS
                                        + """
                                        WHERE <network> AND died_at IS NULL AND asked_at >= :since
                                        ORDER BY asked_at DESC, id DESC LIMIT :limit
                                        """)
                        .define("network", network)
                        .bind("network", around.network())
                        .bind("since", since)
                        .bind("limit", limit);
        if (around.whole()) {
            query.bind("end", around.end());
        }
        return query.map((row, context) -> activation(row)).list();
    }

    /** The activation of a network whose pair has been silent longest. */
    static Optional<Long> oldestOf(Tx tx, String address) {
        return tx.query(
                        """
                        SELECT id FROM activation WHERE address = :address AND died_at IS NULL
                        ORDER BY asked_at LIMIT 1
                        """)
                .bind("address", address)
                .mapTo(Long.class)
                .findFirst();
    }

    /**
     * Ends up to {@code limit} codes that no device asked for since {@code before}; returns how
     * many.
     */
    static int expire(Tx tx, long before, long now, int limit) {
        return expire(tx, "<", before, now, limit);
    }

    /**
     * Like {@link #expire}, for those last requested after {@code after}, by a clock that was
     * ahead.
     */
    static int expireAhead(Tx tx, long after, long now, int limit) {
        return expire(tx, ">", after, now, limit);
    }

    private static int expire(Tx tx, String order, long before, long now, int limit) {
        return tx.update(
                        """
                        UPDATE activation SET died_at = :now WHERE died_at IS NULL AND id IN
                            (SELECT id FROM activation
                             WHERE died_at IS NULL AND asked_at %s :before
                             ORDER BY asked_at LIMIT :limit)
                        """
                                .formatted(order))
                .bind("now", now)
                .bind("before", before)
                .bind("limit", limit)
                .execute();
    }

    /** Deletes codes that died before {@code before}. */
    static int forget(Tx tx, long before, int limit) {
        return tx.update(
                        """
                        DELETE FROM activation WHERE id IN
                            (SELECT id FROM activation
                             WHERE died_at IS NOT NULL AND died_at < :before
                             ORDER BY died_at LIMIT :limit)
                        """)
                .bind("before", before)
                .bind("limit", limit)
                .execute();
    }

    /**
     * The time of death of the dead code with {@code newer} newer ones; empty if there are fewer.
     */
    static Optional<Long> diedBeforeNewest(Tx tx, int newer) {
        return tx.query(
                        """
                        SELECT died_at FROM activation WHERE died_at IS NOT NULL
                        ORDER BY died_at DESC LIMIT 1 OFFSET :newer
                        """)
                .bind("newer", newer)
                .mapTo(Long.class)
                .findOne();
    }

    static Activation activation(ResultSet row) throws SQLException {
        var mac = new Mac(row.getLong(3));
        return new Activation(
                row.getLong(1),
                Pair.stored(mac, row.getLong(4) == 1, row.getLong(5) == 1, row.getString(2)),
                new Activation.Code(
                        row.getString(6), row.getInt(7), row.getString(8), row.getLong(14)),
                row.getString(9),
                new Devices.LastReport(row.getString(10), row.getString(11), row.getString(12)),
                row.getString(13),
                row.getLong(15),
                row.getLong(16));
    }
}
