package io.slipway.bench.checkin;

import io.slipway.activation.FilledCodes;
import io.slipway.activation.FilledPreregistrations;
import io.slipway.bench.Fill;
import io.slipway.bench.Fleet;
import io.slipway.bench.Servers;
import io.slipway.bench.Store;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import java.io.IOException;

/**
 * A build of the server to be measured, on its own copy of the filled store.
 *
 * @param outcome its results
 * @param log its output
 */
record Contestant(Servers servers, Store store, Outcome outcome, ServerLog log) {

    static Contestant of(Servers servers, Store store, Outcome outcome) {
        return new Contestant(servers, store, outcome, new ServerLog(servers.log(store)));
    }

    /** Its name in reports. */
    String name() {
        return outcome.server;
    }

    /**
     * Makes a new copy of the store, with what a phase needs in it, and starts the server on it.
     */
    Servers.Running start(Phase phase, Fleet fleet, CheckinOptions.Sizes sizes) throws IOException {
        store.copy();
        if (phase == Phase.ACTIVATE || phase == Phase.IMPORT) {
            try (Database database = Database.open(store.config())) {
                var fill = new Fill(database, store.folder(), fleet);
                if (phase == Phase.ACTIVATE) {
                    fill.codes(sizes.pending());
                } else {
                    fill.imported(sizes.imported());
                }
            }
        }
        return servers.real(store);
    }

    /** How much of what a phase's answers promised is in the store; the server must have ended. */
    long found(Phase phase) {
        try (Database database = Database.open(store.config())) {
            return database.read(
                    Plane.CONSOLE,
                    tx ->
                            phase == Phase.IMPORT
                                    ? FilledPreregistrations.bound(tx)
                                    : FilledCodes.live(tx));
        }
    }
}
