package io.slipway.sql;

import org.jdbi.v3.core.Handle;

/**
 * One transaction, passed from façade to façade so that a use case over several tables is one
 * commit. Belongs to one thread and ends with the work it was given to.
 */
public final class Tx {

    private final Handle handle;
    private final boolean postgres;

    Tx(Handle handle, boolean postgres) {
        this.handle = handle;
        this.postgres = postgres;
    }

    /**
     * Tells all nodes, this one too, when this transaction commits. Nothing happens on SQLite,
     * which has one node.
     *
     * @param message at most 4000 characters
     */
    public void announce(String message) {
        if (postgres) {
            handle.createQuery("SELECT pg_notify('slipway', ?)")
                    .bind(0, message)
                    .map((row, context) -> true)
                    .one();
        }
    }

    /**
     * Makes other transactions on any node that lock the same key wait until this one ends. Nothing
     * happens on SQLite, where one transaction writes at a time.
     */
    public void lock(long key) {
        if (postgres) {
            handle.createQuery("SELECT pg_advisory_xact_lock(?)")
                    .bind(0, key)
                    .map((row, context) -> true)
                    .one();
        }
    }

    /** For stores only; the architecture test holds that wall. */
    public Handle handle() {
        return handle;
    }
}
