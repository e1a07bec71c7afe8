package io.slipway.cluster;

import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import io.slipway.sql.StoreException;
import java.util.List;

/** The live nodes. Thread-safe; calls block. */
public final class Nodes {

    private final Database database;
    private final Node own;

    /**
     * A live node.
     *
     * @param silentMs since its last heartbeat, which it sends every few seconds
     * @param skewMs how far its machine's clock is ahead of the database's
     */
    public record LiveNode(String name, long silentMs, long skewMs) {}

    public Nodes(Database database, Node own) {
        this.database = database;
        this.own = own;
    }

    /** The name of this node. */
    public String own() {
        return own.name();
    }

    /**
     * Those with a recent heartbeat; with SQLite only this one.
     *
     * @throws StoreException if the database can't be read
     */
    public List<LiveNode> alive() {
        return database.postgres()
                ? database.read(Plane.CONSOLE, NodeStore::alive)
                : List.of(new LiveNode(own.name(), 0, 0));
    }
}
