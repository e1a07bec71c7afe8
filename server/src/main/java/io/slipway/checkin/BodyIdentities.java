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
 * Pairs that recently identified themselves only by the {@code uuid} in a check-in's body: their
 * activation polls have no such body and identify nobody (decisions D1). In memory, per node: if
 * another node got the check-in, the device merely polls a little longer. Thread-safe.
 */
final class BodyIdentities {

    private static final Duration LATELY = Duration.ofMinutes(10);

    /** MACs per address, at a time: about 4 MB. Few clients are like this. */
    private static final int MOST = 20_000;

    private record MacAtAddress(Mac mac, String address) {}

    /**
     * The last pair to check in, and the last different one before it: two are enough to detect
     * ambiguity.
     */
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

    /** The pair, if only one of that MAC checked in from that address; otherwise empty. */
    Optional<Pair> only(Mac mac, String address) {
        long since = clock.millis() - LATELY.toMillis();
        return Optional.ofNullable(callers.getIfPresent(new MacAtAddress(mac, address)))
                .filter(found -> found.lastAt >= since)
                .filter(found -> found.other == null || found.otherAt < since)
                .map(LastPairs::last);
    }
}
