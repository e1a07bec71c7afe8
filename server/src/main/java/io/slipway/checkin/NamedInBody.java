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
final class NamedInBody {

    private static final Duration LATELY = Duration.ofMinutes(10);

    /** MACs at an address, at a time: some 4 MB. Few clients are so. */
    private static final int MOST = 20_000;

    private record At(Mac mac, String address) {}

    /** The last to call, and the last other one before it: two are as good as many. */
    private record Callers(Pair last, long lastAt, @Nullable Pair other, long otherAt) {

        Callers and(Pair pair, long now) {
            return pair.equals(last)
                    ? new Callers(pair, now, other, otherAt)
                    : new Callers(pair, now, last, lastAt);
        }
    }

    private final InstantSource clock;
    private final Cache<At, Callers> callers =
            Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(LATELY).build();

    NamedInBody(InstantSource clock) {
        this.clock = clock;
    }

    void calls(Pair pair, String address) {
        long now = clock.millis();
        callers.asMap()
                .merge(
                        new At(pair.mac(), address),
                        new Callers(pair, now, null, 0),
                        (before, made) -> before.and(pair, now));
    }

    /** The one pair of that MAC that called from that address; empty for none and for several. */
    Optional<Pair> only(Mac mac, String address) {
        long since = clock.millis() - LATELY.toMillis();
        return Optional.ofNullable(callers.getIfPresent(new At(mac, address)))
                .filter(found -> found.lastAt >= since)
                .filter(found -> found.other == null || found.otherAt < since)
                .map(Callers::last);
    }
}
