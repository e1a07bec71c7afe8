package io.slipway.activation;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.slipway.device.Pair;
import io.slipway.work.Origin;
import io.slipway.work.Throttles;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Limits how many new codes an address gets on this node: a rate per second after a burst, and
 * always on a pair's third request (decisions D2). Made-up pairs at an address can take no more
 * than that, and a real device behind the same address waits for a minute at most. Bounded memory;
 * thread-safe.
 */
final class CodeRate {

    /** A whole site, an IPv6 /48, may have this many times the limit of an address. */
    private static final int SITE = 10;

    /** The request on which a pair always gets its code. */
    private static final int THIRD = 3;

    /** Requests closer together count as one. */
    private static final long QUESTION_MS = 20_000;

    /** A pair that was silent for this long starts over. */
    private static final int FORGOTTEN = 60;

    private static final int MOST_ADDRESSES = 50_000;

    /** Pairs that share a slot are treated as one, which gives them their codes sooner. */
    private static final int PLACES = 1 << 20;

    private final int burst;
    private final int perSecond;
    private final Cache<String, Bucket> buckets =
            Caffeine.newBuilder()
                    .maximumSize(MOST_ADDRESSES)
                    .expireAfterAccess(Duration.ofMinutes(30))
                    .build();
    private final AtomicIntegerArray questions = new AtomicIntegerArray(PLACES);
    private final Cache<String, AtomicLong> withheld =
            Caffeine.newBuilder()
                    .maximumSize(1_000)
                    .expireAfterWrite(Duration.ofMinutes(10))
                    .build();

    /** The remaining tokens at a time, epoch ms. */
    private record Bucket(double left, long at) {}

    CodeRate(int burst, int perSecond) {
        this.burst = burst;
        this.perSecond = perSecond;
    }

    /**
     * Whether a pair without a code may be given one.
     *
     * @param origin its address
     */
    boolean allows(Pair pair, Origin origin, long now) {
        String network = origin.network();
        boolean third = timesAsked(pair, now) >= THIRD;
        if (network.isEmpty()) {
            return true;
        }
        String site = Throttles.site(network);
        boolean free =
                take(network, 1, now)
                        && (site.equals(network) || take(site, SITE, now))
                        && (origin.via().isEmpty()
                                || take("via " + origin.via(), Origin.CEILING, now));
        if (!free && !third) {
            withheld.get(network, made -> new AtomicLong()).incrementAndGet();
        }
        return free || third;
    }

    private boolean take(String key, int factor, long now) {
        boolean[] taken = new boolean[1];
        buckets.asMap()
                .compute(
                        key,
                        (same, before) -> {
                            double most = (double) burst * factor;
                            long since = before == null ? 0 : Math.max(0, now - before.at());
                            double left =
                                    before == null
                                            ? most
                                            : Math.min(
                                                    most,
                                                    before.left()
                                                            + since / 1000.0 * perSecond * factor);
                            taken[0] = left >= 1;
                            return new Bucket(taken[0] ? left - 1 : left, now);
                        });
        return taken[0];
    }

    // Upper 24 bits: when it asked last, in units of a request; lower 8: how often.
    private int timesAsked(Pair pair, long now) {
        int place = (int) (pair.low() ^ pair.high() >>> 32) & (PLACES - 1);
        int time = (int) (now / QUESTION_MS) & 0xff_ffff;
        int before;
        int after;
        do {
            before = questions.get(place);
            int ago = (time - (before >>> 8)) & 0xff_ffff;
            int count = before & 0xff;
            if (count == 0 || ago > FORGOTTEN) {
                count = 1;
            } else if (ago > 0) {
                count = Math.min(count + 1, 0xff);
            }
            after = time << 8 | count;
        } while (!questions.compareAndSet(place, before, after));
        return after & 0xff;
    }

    /** Requests of the last ten minutes from a network that got no code. */
    long withheld(String network) {
        AtomicLong count = withheld.getIfPresent(network);
        return count == null ? 0 : count.get();
    }

    /** Like {@link #withheld(String)}, from all networks. */
    long withheld() {
        return withheld.asMap().values().stream().mapToLong(AtomicLong::get).sum();
    }
}
