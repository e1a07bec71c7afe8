package io.slipway.event;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which events somebody wants to see.
 *
 * @param accountId whose; null for everybody's
 * @param types empty for all
 * @param rolloutId {@code ""} for all, as the build and the MAC
 * @param since epoch milliseconds, 0 for all
 * @param until epoch milliseconds, not included
 */
record EventFilter(
        @Nullable String accountId,
        Set<EventType> types,
        String rolloutId,
        String buildId,
        String mac,
        long since,
        long until) {

    EventFilter {
        types = Set.copyOf(types);
    }

    /** Whether nothing that happens to single devices is wanted. */
    boolean few() {
        return !types.isEmpty() && types.stream().noneMatch(EventType::perDevice);
    }
}
