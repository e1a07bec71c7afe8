package io.slipway.sql;

import org.jdbi.v3.core.Handle;

/**
 * One transaction, passed from façade to façade so that a use case over several tables is one
 * commit. Belongs to one thread and ends with the work it was given to.
 */
public final class Tx {

    private final Handle handle;

    Tx(Handle handle) {
        this.handle = handle;
    }

    /** For stores only; the architecture test holds that wall. */
    public Handle handle() {
        return handle;
    }
}
