package io.slipway.http.schema;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Converts times for views. */
public final class Moment {

    private Moment() {}

    /**
     * @param at epoch ms, 0 for none
     * @return null for none
     */
    public static @Nullable Instant orNull(long at) {
        return at == 0 ? null : Instant.ofEpochMilli(at);
    }
}
