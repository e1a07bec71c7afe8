package io.slipway.event;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which events are wanted.
 *
 * @param accountId the account; null for all
 * @param types empty for all
 * @param rolloutId {@code ""} for all, as for the build and the MAC
 * @param since epoch milliseconds, 0 for all
 * @param until epoch milliseconds, exclusive
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

    /** Whether events of single devices are excluded. */
    boolean few() {
        return !types.isEmpty() && types.stream().noneMatch(EventType::perDevice);
    }
}
