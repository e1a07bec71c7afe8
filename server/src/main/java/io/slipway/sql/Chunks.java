package io.slipway.sql;

/** Housekeeping in small commits, so that other writes can run in between. */
public final class Chunks {

    private static final int ROWS = 500;

    /** Deletes or changes at most {@code limit} rows and returns how many. */
    @FunctionalInterface
    public interface Delete {
        int chunk(Tx tx, int limit);
    }

    private Chunks() {}

    /** Runs chunks, one transaction each, until one is not full. */
    public static void delete(Database database, Delete delete) {
        int deleted;
        do {
            deleted = database.write(Plane.BACKGROUND, tx -> delete.chunk(tx, ROWS));
        } while (deleted == ROWS);
    }
}
