package io.slipway.work;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import io.slipway.http.Cidr;
import io.slipway.http.Peer;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Determines the client that a limit per address applies to: a proxy is not a client (decisions
 * D2). The client address reported by a proxy that the settings don't name is used for limits only,
 * and only if the proxy's address is private; a private address with many devices is a proxy that
 * reports none. In memory, bounded, per node. Thread-safe.
 */
public final class Origins {

    /** An address with more pairs than this in a day is a proxy. */
    static final int PAIRS = 50;

    private static final Duration DAY = Duration.ofDays(1);
    private static final long HOUR_MS = Duration.ofHours(1).toMillis();
    private static final int MOST_ADDRESSES = 1_000;
    private static final int MOST_PROXIES = 20;
    private static final Logger LOG = LoggerFactory.getLogger(Origins.class);

    private final InstantSource clock;
    private final Cache<String, Set<Long>> pairs;
    private final Cache<String, Boolean> unnamed;
    private final AtomicLong loggedAt = new AtomicLong(Long.MIN_VALUE);

    public Origins(InstantSource clock) {
        this.clock = clock;
        Ticker ticker = () -> clock.millis() * 1_000_000;
        pairs =
                Caffeine.newBuilder()
                        .maximumSize(MOST_ADDRESSES)
                        .expireAfter(Expiry.<String, Set<Long>>creating((key, value) -> DAY))
                        .ticker(ticker)
                        .build();
        unnamed =
                Caffeine.newBuilder()
                        .maximumSize(MOST_PROXIES)
                        .expireAfterWrite(DAY)
                        .ticker(ticker)
                        .build();
    }

    /** The origin of a request for limits. */
    public Origin of(Peer peer) {
        String address = peer.address();
        if (!isPrivate(address)) {
            // A public address is taken to be the client, whatever it reports.
            return Origin.of(address);
        }
        if (!peer.claimed().isEmpty()) {
            proxy(address);
            return new Origin(
                    address, Throttles.network(peer.claimed()), Throttles.network(address));
        }
        Set<Long> seen = pairs.getIfPresent(address);
        return seen != null && seen.size() > PAIRS
                ? new Origin(address, "", "")
                : Origin.of(address);
    }

    /** Records that a device came from here; {@code pair} distinguishes devices. */
    public void saw(Peer peer, long pair) {
        String address = peer.address();
        if (peer.claimed().isEmpty() && isPrivate(address)) {
            Set<Long> seen = pairs.get(address, made -> ConcurrentHashMap.newKeySet());
            if (seen.size() <= PAIRS) {
                seen.add(pair);
            }
        }
    }

    /** Proxies of the last day that should be in the settings. */
    public List<String> unnamed() {
        return unnamed.asMap().keySet().stream().sorted().toList();
    }

    private void proxy(String address) {
        unnamed.put(address, true);
        long now = clock.millis();
        long before = loggedAt.get();
        if ((before == Long.MIN_VALUE || now - before >= HOUR_MS)
                && loggedAt.compareAndSet(before, now)) {
            LOG.warn(
                    "requests come through a proxy at {} that http.trusted-proxies"
                            + " does not name: the addresses it reports are not trusted (logged"
                            + " once an hour)",
                    address);
        }
    }

    private static boolean isPrivate(String address) {
        Optional<InetAddress> literal = Cidr.address(address);
        return literal.filter(Cidr::isPrivate).isPresent();
    }
}
