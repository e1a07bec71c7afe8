package io.slipway.device.seen;

import io.slipway.account.Caller;
import io.slipway.account.Removal;
import io.slipway.sql.Chunks;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import io.slipway.sql.Tx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The hosts by which an account's devices call this server, to detect firmware that leads them
 * elsewhere (update-rules 2.3). Only from proven devices, because anyone can send any Host header;
 * calls are collected in memory and written periodically, at most once a day for each device.
 * Thread-safe.
 */
public final class CalledHosts implements Removal {

    /** A host that no device has called for this long may be out of use. */
    static final Duration KNOWN = Duration.ofDays(30);

    /** No account has more servers than this. */
    static final int PER_ACCOUNT = 8;

    public static final Duration PERIOD = Duration.ofMinutes(1);

    /** Maximum of devices between two writes; others are recorded at their next call. */
    private static final int MAX_WAITING = 2_000;

    private static final int CHUNK = 500;

    /** Devices whose call of today is written; an evicted one is looked up once more. */
    private static final int NOTED = 1 << 15;

    private final Database database;
    private final InstantSource clock;
    private final AtomicLongArray noted = new AtomicLongArray(NOTED);
    private final Object lock = new Object();
    private Map<Long, String> waiting = new HashMap<>();

    public CalledHosts(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * Records a call of a bound device.
     *
     * @param base {@code scheme://host[:port]} that it called, {@code ""} if unknown
     * @param at epoch ms
     */
    public void called(long deviceId, String base, long at) {
        if (base.isEmpty()) {
            return;
        }
        long day = Math.floorDiv(at, Duration.ofDays(1).toMillis());
        long call = (deviceId * 31 + base.hashCode()) * 0x9e3779b97f4a7c15L + day;
        int place = (int) ((deviceId * 0x9e3779b97f4a7c15L) >>> 49);
        if (noted.getOpaque(place) == call) {
            return;
        }
        synchronized (lock) {
            if (waiting.size() < MAX_WAITING) {
                waiting.put(deviceId, base);
                noted.setOpaque(place, call);
            }
        }
    }

    /** The hosts, as {@code host[:port]}, that an account's proven devices have recently called. */
    public Set<String> of(String accountId) {
        write();
        long since = clock.millis() - KNOWN.toMillis();
        return Set.copyOf(
                database.read(Plane.CONSOLE, tx -> CalledHostStore.since(tx, accountId, since)));
    }

    /** Writes the collected calls. */
    public void write() {
        Map<Long, String> calls;
        synchronized (lock) {
            if (waiting.isEmpty()) {
                return;
            }
            calls = waiting;
            waiting = new HashMap<>();
        }
        List<Long> devices = calls.keySet().stream().sorted().toList();
        for (int at = 0; at < devices.size(); at += CHUNK) {
            List<Long> some = devices.subList(at, Math.min(devices.size(), at + CHUNK));
            database.run(Plane.BACKGROUND, tx -> write(tx, some, calls));
        }
    }

    private void write(Tx tx, List<Long> devices, Map<Long, String> calls) {
        var hosts = new HashMap<String, Set<String>>();
        for (var each : CalledHostStore.accounts(tx, devices)) {
            String base = calls.getOrDefault(each.getKey(), "");
            Set<String> of = hosts.computeIfAbsent(each.getValue(), account -> new HashSet<>());
            if (of.size() < PER_ACCOUNT) {
                of.add(base.substring(base.indexOf("://") + 3).toLowerCase(Locale.ROOT));
            }
        }
        long now = clock.millis();
        hosts.forEach((account, all) ->
                all.forEach(host -> CalledHostStore.called(tx, account, host, now, PER_ACCOUNT)));
    }

    public void clean() {
        long before = clock.millis() - KNOWN.toMillis();
        Chunks.delete(database, (tx, limit) -> CalledHostStore.forgetBefore(tx, before, limit));
    }

    @Override
    public Map<String, Long> holds(Tx tx, String accountId) {
        return Map.of();
    }

    @Override
    public void remove(Caller deleted) {
        database.run(Plane.CONSOLE, tx -> CalledHostStore.forget(tx, deleted.accountId()));
    }
}
