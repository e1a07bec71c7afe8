package io.slipway.device.seen;

import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import io.slipway.sql.Tx;
import java.util.List;

/** Makes builds lead home, as if devices of their account had called that host before. */
public final class KnownHost {

    /** The compiled-in address of simulated devices' builds. */
    private static final String SIMULATED = "ota.test";

    private KnownHost() {}

    /**
     * Records that devices of all existing accounts called the address of the simulator's builds.
     */
    public static void ofAll(Database database, long at) {
        database.run(
                Plane.CONSOLE,
                tx -> accounts(tx).forEach(account -> called(tx, account, SIMULATED, at)));
    }

    private static List<String> accounts(Tx tx) {
        return tx.raw().all("SELECT id FROM account", bind -> {}, row -> row.getString(1));
    }

    /** A device of the account called that host. */
    public static void called(Tx tx, String account, String host, long at) {
        CalledHostStore.called(tx, account, host, at, CalledHosts.PER_ACCOUNT);
    }
}
