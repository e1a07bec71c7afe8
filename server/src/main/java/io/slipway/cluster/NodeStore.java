package io.slipway.cluster;

import io.slipway.sql.Tx;
import java.util.List;

/**
 * The table {@code node}. Times are the database's, because nodes' clocks may differ by more than a
 * node may be silent. PostgreSQL only.
 */
final class NodeStore {

    /** A node that has been silent for longer does not count. */
    static final long SILENCE_MS = 30_000;

    /** The database's clock, epoch ms. */
    static final String NOW = "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)";

    /** What makes a row of {@code node} count. */
    static final String ALIVE = "seen_at > " + NOW + " - " + SILENCE_MS;

    // Any number that nothing else locks.
    private static final long NODES = (1L << 61) + 8;

    private NodeStore() {}

    /** The database's time, and how far the nodes' own are apart. */
    static ClusterClock.ClockReading look(Tx tx) {
        return tx.first(
                        "SELECT "
                                + NOW
                                + ", (SELECT coalesce(max(skew) - min(skew), 0) FROM node WHERE "
                                + ALIVE
                                + ")",
                        bind -> {},
                        row -> new ClusterClock.ClockReading(row.getLong(1), row.getLong(2)))
                .orElseThrow();
    }

    /**
     * Tells that {@code name} is alive; false if it did not count as that and now does again.
     *
     * @param skew how far its machine's clock is ahead of the database's, ms
     */
    static boolean beat(Tx tx, String name, long skew) {
        int known =
                tx.update(
                        "UPDATE node SET seen_at = " + NOW + ", skew = ? WHERE name = ?",
                        bind -> {
                            bind.setLong(1, skew);
                            bind.setString(2, name);
                        });
        if (known == 1) {
            return true;
        }
        // Not while somebody cleans up what this node wrote when it was last alive.
        tx.lock(NODES);
        tx.update(
                "INSERT INTO node (name, seen_at, skew) VALUES (?, " + NOW + ", ?)",
                bind -> {
                    bind.setString(1, name);
                    bind.setLong(2, skew);
                });
        return false;
    }

    static void delete(Tx tx, String name) {
        tx.lock(NODES);
        tx.update("DELETE FROM node WHERE name = ?", bind -> bind.setString(1, name));
    }

    /** Deletes silent nodes; returns how many. */
    static int deleteSilent(Tx tx) {
        tx.lock(NODES);
        return tx.update("DELETE FROM node WHERE NOT " + ALIVE, bind -> {});
    }

    static boolean alive(Tx tx, String name) {
        return tx.first(
                        "SELECT 1 FROM node WHERE name = ? AND " + ALIVE,
                        bind -> bind.setString(1, name),
                        row -> true)
                .isPresent();
    }

    /** Those that count, how long ago each gave a sign, in ms, and how its clock goes. */
    static List<Nodes.LiveNode> alive(Tx tx) {
        return tx.all(
                "SELECT name, "
                        + NOW
                        + " - seen_at, skew FROM node WHERE "
                        + ALIVE
                        + " ORDER BY name",
                bind -> {},
                row ->
                        new Nodes.LiveNode(
                                row.getString(1), Math.max(0, row.getLong(2)), row.getLong(3)));
    }

    /** Deletes at most {@code limit} sessions of nodes that have no row any more. */
    static int deleteOrphans(Tx tx, int limit) {
        // A node may come back while this looks: then its rows must stay.
        tx.lock(NODES);
        return tx.update(
                """
                DELETE FROM presence WHERE pair IN (
                    SELECT p.pair FROM presence p
                    WHERE NOT EXISTS (SELECT 1 FROM node n WHERE n.name = p.node)
                    ORDER BY p.pair LIMIT ? FOR UPDATE)
                """,
                bind -> bind.setInt(1, limit));
    }
}
