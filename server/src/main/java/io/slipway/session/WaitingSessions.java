package io.slipway.session;

import io.slipway.work.Throttles;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sessions that have not been admitted: their device has yet to say hello, is being looked up, or
 * is told why it is refused. Any device may have one, whoever made it up, so when there are too
 * many, whoever holds most (an IPv4 address, an IPv6 /48) loses the oldest. Thread-safe.
 *
 * @param <S> a session, compared by identity or as unique as that
 */
final class WaitingSessions<S> {

    private final IntSupplier most;
    private final Map<String, Set<S>> bySite = new LinkedHashMap<>();
    private int all;

    /**
     * @param most how many there may be at this moment; must not block
     */
    WaitingSessions(IntSupplier most) {
        this.most = most;
    }

    /**
     * Adds one.
     *
     * @param address the client's; not one that anybody could make up
     * @return the one to end instead, which is no longer counted; null if there is room
     */
    synchronized @Nullable S enter(String address, S session) {
        bySite.computeIfAbsent(site(address), key -> new LinkedHashSet<>()).add(session);
        all++;
        if (all <= most.getAsInt()) {
            return null;
        }
        Set<S> largest = Set.of();
        String holder = "";
        for (var each : bySite.entrySet()) {
            if (each.getValue().size() > largest.size()) {
                holder = each.getKey();
                largest = each.getValue();
            }
        }
        S oldest = largest.iterator().next();
        remove(holder, oldest);
        return oldest;
    }

    /** One was admitted or has ended; it may not be there. */
    synchronized void leave(String address, S session) {
        remove(site(address), session);
    }

    private void remove(String site, S session) {
        bySite.computeIfPresent(
                site,
                (key, sessions) -> {
                    if (sessions.remove(session)) {
                        all--;
                    }
                    return sessions.isEmpty() ? null : sessions;
                });
    }

    private static String site(String address) {
        return Throttles.site(Throttles.network(address));
    }
}
