package io.slipway.checkin;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.slipway.device.Pair;
import io.slipway.protocol.Mac;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The pairs that lately named themselves by the {@code uuid} of a check-in's body alone: their
 * activation polls have no such body and name nobody (decisions D1). In memory, each node its own:
 * what another one has heard is a poll that goes on a little longer. Thread-safe.
 */
final class BodyIdentities {

    private static final Duration LATELY = Duration.ofMinutes(10);

    /** MACs at an address, at a time: some 4 MB. Few clients are so. */
    private static final int MOST = 20_000;

    private record MacAtAddress(Mac mac, String address) {}

    /** The last to call, and the last other one before it: two are as good as many. */
    private record LastPairs(Pair last, long lastAt, @Nullable Pair other, long otherAt) {

        LastPairs and(Pair pair, long now) {
            return pair.equals(last)
                    ? new LastPairs(pair, now, other, otherAt)
                    : new LastPairs(pair, now, last, lastAt);
        }
    }

    private final InstantSource clock;
    private final Cache<MacAtAddress, LastPairs> callers =
            Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(LATELY).build();

    BodyIdentities(InstantSource clock) {
        this.clock = clock;
    }

    void calls(Pair pair, String address) {
        long now = clock.millis();
        callers.asMap()
                .merge(
                        new MacAtAddress(pair.mac(), address),
                        new LastPairs(pair, now, null, 0),
                        (before, made) -> before.and(pair, now));
    }

    /** The one pair of that MAC that called from that address; empty for none and for several. */
    Optional<Pair> only(Mac mac, String address) {
        long since = clock.millis() - LATELY.toMillis();
        return Optional.ofNullable(callers.getIfPresent(new MacAtAddress(mac, address)))
                .filter(found -> found.lastAt >= since)
                .filter(found -> found.other == null || found.otherAt < since)
                .map(LastPairs::last);
    }
}
