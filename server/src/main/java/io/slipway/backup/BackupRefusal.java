package io.slipway.backup;

import io.slipway.sql.StoreException;
import org.jspecify.annotations.Nullable;

/** Why something is not done, in one line for people. */
final class BackupRefusal {

    private BackupRefusal() {}

    static StoreException of(String zh, String en) {
        return of(zh, en, null);
    }

    static StoreException of(String zh, String en, @Nullable Throwable cause) {
        return new StoreException(zh + " / " + en, cause);
    }
}
