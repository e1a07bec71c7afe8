package io.slipway.cluster;

import io.slipway.cluster.Presence.Live;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The live sessions of this node, by all that they are looked up by. Thread-safe; nothing in it
 * waits for more than a few look-ups in memory.
 */
final class LiveTable {

    // Sorted sets and not maps of sets: most devices have one session and most accounts few, and a
    // set of its own for each would cost more than the sessions.
    private static final Comparator<Live> BY_DEVICE =
            Comparator.comparingLong(Live::deviceId)
                    .thenComparingLong(Live::since)
                    .thenComparing(Live::sessionId);
    private static final Comparator<Live> BY_ACCOUNT =
            Comparator.comparing(Live::accountId).thenComparing(Live::sessionId);

    private final ReentrantLock lock = new ReentrantLock();
    private final HashMap<String, Live> byPair = new HashMap<>();
    private final TreeMap<String, Live> bySession = new TreeMap<>();
    private final TreeSet<Live> byDevice = new TreeSet<>(BY_DEVICE);
    private final TreeSet<Live> byAccount = new TreeSet<>(BY_ACCOUNT);

    /** Puts a session in place of an older one of its pair or of its name. */
    void put(Live live) {
        lock.lock();
        try {
            remove(bySession.get(live.sessionId()));
            remove(byPair.get(live.pairKey()));
            byPair.put(live.pairKey(), live);
            bySession.put(live.sessionId(), live);
            byDevice.add(live);
            byAccount.add(live);
        } finally {
            lock.unlock();
        }
    }

    /** Null if it isn't here any more. */
    @Nullable Live remove(String sessionId) {
        lock.lock();
        try {
            return remove(bySession.get(sessionId));
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Live remove(@Nullable Live live) {
        if (live != null) {
            byPair.remove(live.pairKey());
            bySession.remove(live.sessionId());
            byDevice.remove(live);
            byAccount.remove(live);
        }
        return live;
    }

    Map<Long, Live> ofDevices(Collection<Long> deviceIds) {
        var found = new HashMap<Long, Live>();
        lock.lock();
        try {
            for (long id : deviceIds) {
                Live newest = byDevice.lower(bound(id + 1, "", ""));
                if (newest != null && newest.deviceId() == id) {
                    found.put(id, newest);
                }
            }
        } finally {
            lock.unlock();
        }
        return found;
    }

    /** Whether a device has a session here. */
    boolean has(long deviceId) {
        return !ofDevices(List.of(deviceId)).isEmpty();
    }

    Optional<Live> session(String sessionId) {
        lock.lock();
        try {
            return Optional.ofNullable(bySession.get(sessionId));
        } finally {
            lock.unlock();
        }
    }

    Optional<Live> ofPair(String pairKey) {
        lock.lock();
        try {
            return Optional.ofNullable(byPair.get(pairKey));
        } finally {
            lock.unlock();
        }
    }

    List<Live> ofAccount(@Nullable String accountId, @Nullable String after, int limit) {
        var found = new ArrayList<Live>(Math.min(limit, 100));
        lock.lock();
        try {
            for (Live live : newestFirst(accountId, after)) {
                if (found.size() == limit) {
                    break;
                }
                if (accountId != null && !live.accountId().equals(accountId)) {
                    break;
                }
                found.add(live);
            }
        } finally {
            lock.unlock();
        }
        return found;
    }

    private Collection<Live> newestFirst(@Nullable String accountId, @Nullable String after) {
        if (accountId == null) {
            var newest = bySession.descendingMap();
            return (after == null ? newest : newest.tailMap(after, false)).values();
        }
        Live end = after == null ? bound(0, accountId + "\0", "") : bound(0, accountId, after);
        return byAccount.headSet(end, false).descendingSet();
    }

    int size() {
        lock.lock();
        try {
            return bySession.size();
        } finally {
            lock.unlock();
        }
    }

    int size(String accountId) {
        lock.lock();
        try {
            return byAccount.subSet(bound(0, accountId, ""), bound(0, accountId + "\0", "")).size();
        } finally {
            lock.unlock();
        }
    }

    /** The pairs of all sessions, at this moment. */
    List<String> pairs() {
        lock.lock();
        try {
            return List.copyOf(byPair.keySet());
        } finally {
            lock.unlock();
        }
    }

    // Stands before everything that has the same first key.
    private static Live bound(long deviceId, String accountId, String sessionId) {
        return new Live(sessionId, "", deviceId, accountId, "", "", "", "", "", "", Long.MIN_VALUE);
    }
}
