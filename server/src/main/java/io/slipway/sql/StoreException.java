package io.slipway.sql;

import org.jspecify.annotations.Nullable;

/** The database could not be read or written, or took longer than its caller waits. */
public final class StoreException extends RuntimeException {
    public StoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
