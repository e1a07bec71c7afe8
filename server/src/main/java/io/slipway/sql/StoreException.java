package io.slipway.sql;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** The database could not be read or written, or took longer than its caller waits. */
public final class StoreException extends RuntimeException {

    /** Of PostgreSQL. */
    private static final String DISK_FULL = "53100";

    public StoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Whether the disk is full: nothing can be stored until there is space again. */
    public boolean full() {
        for (Throwable each = getCause(); each != null; each = each.getCause()) {
            if (each instanceof SQLiteException e
                    && e.getResultCode() == SQLiteErrorCode.SQLITE_FULL) {
                return true;
            }
            if (each instanceof SQLException e && DISK_FULL.equals(e.getSQLState())) {
                return true;
            }
        }
        return false;
    }
}
