package io.slipway.account;

import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * When API keys were last used and from where, collected in memory and written in batches: no call
 * waits for it, and a crash loses the uses since the last batch. Thread-safe.
 */
final class KeyUses {

    /** How often {@link #flush} must be called. */
    static final Duration PERIOD = Duration.ofMinutes(3);

    /** Keys between two flushes; the uses of further ones are not recorded. */
    private static final int MOST = 10_000;

    /** Rows per transaction. */
    private static final int CHUNK = 500;

    /**
     * The last use of a key.
     *
     * @param at epoch milliseconds
     * @param address of the client
     */
    record KeyUse(String keyId, long at, String address) {}

    private final Database database;
    private final InstantSource clock;
    private final ApiKeyStore store = new ApiKeyStore();
    private final Map<String, KeyUse> waiting = new HashMap<>();

    KeyUses(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    void used(String keyId, String address) {
        var use = new KeyUse(keyId, clock.millis(), address);
        synchronized (waiting) {
            if (waiting.size() < MOST || waiting.containsKey(keyId)) {
                waiting.put(keyId, use);
            }
        }
    }

    /** The key with the use that waits to be written on this node, if any. */
    ApiKey withLatest(ApiKey key) {
        @Nullable KeyUse use;
        synchronized (waiting) {
            use = waiting.get(key.id());
        }
        return use == null ? key : key.used(use.at(), use.address());
    }

    /** Writes what was collected. If the database fails, it is kept for the next time. */
    void flush() {
        List<KeyUse> taken;
        synchronized (waiting) {
            taken = new ArrayList<>(waiting.values());
        }
        for (int from = 0; from < taken.size(); from += CHUNK) {
            var some = taken.subList(from, Math.min(taken.size(), from + CHUNK));
            long now = clock.millis();
            database.run(Plane.BACKGROUND, tx -> store.used(tx, some, now));
            synchronized (waiting) {
                // One that was used again meanwhile stays.
                some.forEach(use -> waiting.remove(use.keyId(), use));
            }
        }
    }
}
