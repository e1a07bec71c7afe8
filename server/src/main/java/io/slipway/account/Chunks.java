package io.slipway.account;

import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import io.slipway.sql.Tx;

/** Housekeeping in small commits, so that everybody else's writes pass in between. */
final class Chunks {

    static final int ROWS = 500;

    /** Deletes at most {@code limit} rows and says how many. */
    @FunctionalInterface
    interface Delete {
        int chunk(Tx tx, int limit);
    }

    private Chunks() {}

    static void delete(Database database, Delete delete) {
        int deleted;
        do {
            deleted = database.write(Plane.BACKGROUND, tx -> delete.chunk(tx, ROWS));
        } while (deleted == ROWS);
    }
}
