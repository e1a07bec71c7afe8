package io.slipway.protocol.ota;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Templates of the bodies that devices send: a fleet has a few builds and a million devices.
 * Bounded; a new template replaces another, so made-up bodies cost only the saving. Thread-safe:
 * templates are immutable, and a race only loses one of them.
 */
final class BodyTemplates {

    /** Roughly the number of builds, languages and partition tables in use at once. */
    private static final int SETS = 256;

    private static final int WAYS = 4;

    private final @Nullable BodyTemplate[] known = new @Nullable BodyTemplate[SETS * WAYS];
    private final AtomicInteger next = new AtomicInteger();

    /** The content of the body, if a similar one was seen before; null otherwise. */
    @Nullable CheckIn read(
            byte[] body, @Nullable String userAgent, @Nullable String acceptLanguage) {
        int set = set(userAgent, acceptLanguage);
        for (int way = 0; way < WAYS; way++) {
            BodyTemplate template = known[set + way];
            CheckIn read = template == null ? null : template.read(body, userAgent, acceptLanguage);
            if (read != null) {
                return read;
            }
        }
        return null;
    }

    void add(
            @Nullable BodyTemplate template,
            @Nullable String userAgent,
            @Nullable String acceptLanguage) {
        if (template == null) {
            return;
        }
        int set = set(userAgent, acceptLanguage);
        for (int way = 0; way < WAYS; way++) {
            if (known[set + way] == null) {
                known[set + way] = template;
                return;
            }
        }
        known[set + Math.floorMod(next.getAndIncrement(), WAYS)] = template;
    }

    private static int set(@Nullable String userAgent, @Nullable String acceptLanguage) {
        int hash = 31 * Objects.hashCode(userAgent) + Objects.hashCode(acceptLanguage);
        return ((hash ^ (hash >>> 16)) & (SETS - 1)) * WAYS;
    }
}
