package io.slipway.cluster;

import io.slipway.sql.Database;
import io.slipway.sql.DatabaseConfig;
import java.nio.file.Path;

/** This node's connection to the others; with SQLite it is the only one. */
public record Cluster(Bus bus, Node node, Presence presence, Calls calls) implements AutoCloseable {

    /**
     * @param folder of the data
     */
    public static Cluster join(
            Database database, DatabaseConfig config, Path folder, ClusterClock clock) {
        if (!config.postgres()) {
            Node node = Node.start(folder);
            return new Cluster(new Bus.Local(), node, new Presence.Local(), new Calls.Local(node));
        }
        Bus bus = new Bus.Postgres(config);
        Node node = Node.start(folder);
        return new Cluster(
                bus,
                node,
                new Presence.Postgres(database, bus, node, clock::skew),
                new Calls.Postgres(database, bus, node));
    }

    @Override
    public void close() {
        calls.close();
        presence.close();
        bus.close();
    }
}
