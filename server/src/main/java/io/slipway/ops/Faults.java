package io.slipway.ops;

import io.slipway.http.Problem;
import io.slipway.sql.StoreException;
import org.jspecify.annotations.Nullable;

/** The errors shown to people for server faults. */
public final class Faults {

    private Faults() {}

    /** Null for unknown exceptions. */
    public static @Nullable Problem problem(RuntimeException e) {
        return e instanceof StoreException
                ? new Problem(
                        503,
                        "数据库暂时不可用，请稍后再试",
                        "The database is temporarily unavailable; try again later")
                : null;
    }
}
