package io.slipway.sql;

/** Housekeeping in small commits, so that everybody else's writes pass in between. */
public final class Chunks {

    private static final int ROWS = 500;

    /** Deletes or changes at most {@code limit} rows and says how many. */
    @FunctionalInterface
    public interface Delete {
        int chunk(Tx tx, int limit);
    }

    private Chunks() {}

    /** Runs chunks, each a transaction, until one finds less than a whole one. */
    public static void delete(Database database, Delete delete) {
        int deleted;
        do {
            deleted = database.write(Plane.BACKGROUND, tx -> delete.chunk(tx, ROWS));
        } while (deleted == ROWS);
    }
}
