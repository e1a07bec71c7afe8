package io.slipway;

import io.slipway.cluster.Bus;
import io.slipway.cluster.Calls;
import io.slipway.cluster.Node;
import io.slipway.cluster.Presence;
import io.slipway.http.Problem;
import io.slipway.keys.Keyring;
import io.slipway.keys.MasterKey;
import io.slipway.sql.Database;
import io.slipway.sql.Ids;
import io.slipway.sql.StoreException;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** What every feature stands on, but for HTTP: the database, the keys, the other nodes. */
record Kits(
        Database database,
        MasterKey master,
        Ids ids,
        Keyring keys,
        Bus bus,
        Node node,
        Presence presence,
        Calls calls)
        implements AutoCloseable {

    static Kits open(Config config, InstantSource clock) {
        Database database = Database.open(config.database());
        MasterKey master = master(config);
        Ids ids = new Ids(clock);
        Keyring keys = new Keyring(database, master, clock);
        Bus bus =
                config.database().postgres()
                        ? new Bus.Postgres(config.database())
                        : new Bus.Local();
        Node node = Node.start(config.dataFolder());
        Presence presence =
                config.database().postgres()
                        ? new Presence.Postgres(database, bus, node)
                        : new Presence.Local();
        Calls calls =
                config.database().postgres()
                        ? new Calls.Postgres(database, bus, node)
                        : new Calls.Local(node);
        return new Kits(database, master, ids, keys, bus, node, presence, calls);
    }

    private static MasterKey master(Config config) {
        return config.masterKey().isEmpty()
                ? MasterKey.inFolder(config.dataFolder())
                : MasterKey.ofHex(config.masterKey());
    }

    /** What people are told of a fault that is none of theirs; null for what nobody knows. */
    static @Nullable Problem fault(RuntimeException e) {
        return e instanceof StoreException
                ? new Problem(503, "数据库暂时不可用，请稍后再试", "The database is not available now; try again")
                : null;
    }

    @Override
    public void close() {
        calls.close();
        presence.close();
        bus.close();
        database.close();
    }
}
