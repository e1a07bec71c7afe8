package io.slipway.device;

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
 * By which hosts the devices of an account call this server: so firmware can be told that leads
 * them elsewhere (update-rules 2.3). Kept of proven devices alone, since anybody can send any Host;
 * what they called is remembered here and looked up and written now and then, once a day for each
 * device at most. Thread-safe.
 */
public final class CalledHosts implements Removal {

    /** Who has not called by a host for so long may never do so again. */
    static final Duration KNOWN = Duration.ofDays(30);

    /** More are nobody's servers. */
    static final int PER_ACCOUNT = 8;

    static final Duration PERIOD = Duration.ofMinutes(1);

    /** Devices between two writes; the next call of one that is left out makes up for it. */
    private static final int MAX_WAITING = 2_000;

    private static final int CHUNK = 500;

    /** Devices whose call of today is written; one that falls out is looked up once more. */
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
     * Notes a call of a bound device.
     *
     * @param base {@code scheme://host[:port]} that it called, {@code ""} for none that is known
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

    /** By which hosts an account's proven devices have called of late, {@code host[:port]}. */
    public Set<String> of(String accountId) {
        write();
        long since = clock.millis() - KNOWN.toMillis();
        return Set.copyOf(
                database.read(Plane.CONSOLE, tx -> CalledHostStore.since(tx, accountId, since)));
    }

    /** Writes what waits. */
    void write() {
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

    void clean() {
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
