package io.slipway.cluster;

import io.slipway.sql.Tx;
import java.util.List;

/**
 * The table {@code node}. Times are the database's, because nodes' clocks may differ by more than
 * the time after which a node counts as silent. PostgreSQL only.
 */
final class NodeStore {

    /** A node that has been silent for longer does not count as alive. */
    static final long SILENCE_MS = 30_000;

    /** The database's clock, epoch ms. */
    static final String NOW = "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)";

    /** The condition for a row of {@code node} to be alive. */
    static final String ALIVE = "seen_at > " + NOW + " - " + SILENCE_MS;

    // An arbitrary lock key, used by nothing else.
    private static final long NODES = (1L << 61) + 8;

    private NodeStore() {}

    /** The database's time, and how much the nodes' own clocks differ. */
    static ClusterClock.ClockReading look(Tx tx) {
        return tx.query(
                        """
                        SELECT %s, (SELECT coalesce(max(skew) - min(skew), 0) FROM node WHERE %s)
                        """
                                .formatted(NOW, ALIVE))
                .map((row, context) ->
                        new ClusterClock.ClockReading(row.getLong(1), row.getLong(2)))
                .findFirst()
                .orElseThrow();
    }

    /**
     * Records a heartbeat of {@code name}; false if it did not count as alive before.
     *
     * @param skew how far its machine's clock is ahead of the database's, ms
     */
    static boolean beat(Tx tx, String name, long skew) {
        int known =
                tx.update(
                                """
                                UPDATE node SET seen_at = %s, skew = :skew WHERE name = :name
                                """
                                        .formatted(NOW))
                        .bind("skew", skew)
                        .bind("name", name)
                        .execute();
        if (known == 1) {
            return true;
        }
        // Waits for a cleanup of what this node wrote when it was last alive.
        tx.lock(NODES);
        tx.update(
                        """
                        INSERT INTO node (name, seen_at, skew) VALUES (:name, %s, :skew)
                        """
                                .formatted(NOW))
                .bind("name", name)
                .bind("skew", skew)
                .execute();
        return false;
    }

    static void delete(Tx tx, String name) {
        tx.lock(NODES);
        tx.update("DELETE FROM node WHERE name = :name").bind("name", name).execute();
    }

    /** Deletes silent nodes; returns how many. */
    static int deleteSilent(Tx tx) {
        tx.lock(NODES);
        return tx.update("DELETE FROM node WHERE NOT " + ALIVE).execute();
    }

    static boolean alive(Tx tx, String name) {
        return tx.query("SELECT 1 FROM node WHERE name = :name AND " + ALIVE)
                .bind("name", name)
                .map((row, context) -> true)
                .findFirst()
                .isPresent();
    }

    /**
     * The live nodes, the time since each one's last heartbeat in ms, and the skew of its clock.
     */
    static List<Nodes.LiveNode> alive(Tx tx) {
        return tx.query(
                        """
                        SELECT name, %s - seen_at, skew FROM node WHERE %s ORDER BY name
                        """
                                .formatted(NOW, ALIVE))
                .map((row, context) ->
                        new Nodes.LiveNode(
                                row.getString(1), Math.max(0, row.getLong(2)), row.getLong(3)))
                .list();
    }

    /** Deletes at most {@code limit} sessions of nodes without a row. */
    static int deleteOrphans(Tx tx, int limit) {
        // A node may come back meanwhile: then its rows must stay.
        tx.lock(NODES);
        return tx.update(
                        """
                        DELETE FROM presence WHERE pair IN (
                            SELECT p.pair FROM presence p
                            WHERE NOT EXISTS (SELECT 1 FROM node n WHERE n.name = p.node)
                            ORDER BY p.pair LIMIT :limit FOR UPDATE)
                        """)
                .bind("limit", limit)
                .execute();
    }
}
