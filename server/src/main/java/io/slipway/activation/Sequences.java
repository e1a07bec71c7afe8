package io.slipway.activation;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.slipway.account.Caller;
import io.slipway.protocol.Mac;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.NavigableSet;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * Accounts that bind devices with sequential MACs from one address: so does a factory, and so does
 * anyone who makes up devices. In memory, bounded, per node. Thread-safe.
 */
final class Sequences {

    /** This many in a row within an hour are suspicious. */
    static final int RUN = 10;

    /** The maximum gap between neighbours: a chip has up to four MACs. */
    private static final long GAP = 4;

    private static final int MOST = 1_000;
    private static final int MOST_MACS = 500;

    private final Cache<SequenceKey, NavigableSet<Long>> bound;
    private final Cache<SequenceKey, String> seen;

    private record SequenceKey(String accountId, String address) {}

    /**
     * @param username of the account
     * @param address that its user comes from
     */
    record Sequence(String accountId, String username, String address) {}

    Sequences(InstantSource clock) {
        Ticker ticker = () -> clock.millis() * 1_000_000;
        bound =
                Caffeine.newBuilder()
                        .maximumSize(MOST)
                        .expireAfterWrite(Duration.ofHours(1))
                        .ticker(ticker)
                        .build();
        seen =
                Caffeine.newBuilder()
                        .maximumSize(MOST)
                        .expireAfterWrite(Duration.ofDays(1))
                        .ticker(ticker)
                        .build();
    }

    void bound(Caller caller, Mac mac) {
        var key = new SequenceKey(caller.accountId(), caller.address());
        NavigableSet<Long> macs = bound.get(key, made -> new ConcurrentSkipListSet<>());
        if (macs.size() < MOST_MACS) {
            macs.add(mac.bits());
        }
        if (run(macs, mac.bits()) >= RUN) {
            seen.put(key, caller.username());
        }
    }

    private static int run(NavigableSet<Long> macs, long mac) {
        int run = 1;
        long last = mac;
        for (Long next : macs.tailSet(mac, false)) {
            if (next - last > GAP) {
                break;
            }
            last = next;
            run++;
        }
        last = mac;
        for (Long next : macs.headSet(mac, false).descendingSet()) {
            if (last - next > GAP) {
                break;
            }
            last = next;
            run++;
        }
        return run;
    }

    /** Those of the last day. */
    List<Sequence> seen() {
        return seen.asMap().entrySet().stream()
                .map(each ->
                        new Sequence(
                                each.getKey().accountId(),
                                each.getValue(),
                                each.getKey().address()))
                .toList();
    }
}
