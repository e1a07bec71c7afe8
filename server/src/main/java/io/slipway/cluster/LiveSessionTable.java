package io.slipway.cluster;

import io.slipway.cluster.Presence.LiveSession;
import io.slipway.cluster.Presence.SessionDetails;
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
 * The live sessions of this node, indexed by everything they are looked up by. Thread-safe; waits
 * only for a few in-memory look-ups.
 */
final class LiveSessionTable {

    // Sorted sets rather than maps of sets: most devices have one session and most accounts few,
    // and a set for each would take more memory than the sessions.
    private static final Comparator<LiveSession> BY_DEVICE =
            Comparator.comparingLong(LiveSession::deviceId)
                    .thenComparingLong(LiveSession::since)
                    .thenComparing(LiveSession::sessionId);
    private static final Comparator<LiveSession> BY_ACCOUNT =
            Comparator.comparing(LiveSession::accountId).thenComparing(LiveSession::sessionId);

    private final ReentrantLock lock = new ReentrantLock();
    private final HashMap<String, LiveSession> byPair = new HashMap<>();
    private final TreeMap<String, LiveSession> bySession = new TreeMap<>();
    private final TreeSet<LiveSession> byDevice = new TreeSet<>(BY_DEVICE);
    private final TreeSet<LiveSession> byAccount = new TreeSet<>(BY_ACCOUNT);

    /** Adds a session, replacing an older one of its pair or with its id. */
    void put(LiveSession session) {
        lock.lock();
        try {
            remove(bySession.get(session.sessionId()));
            remove(byPair.get(session.pairKey()));
            byPair.put(session.pairKey(), session);
            bySession.put(session.sessionId(), session);
            byDevice.add(session);
            byAccount.add(session);
        } finally {
            lock.unlock();
        }
    }

    /** Null if it no longer exists. */
    @Nullable LiveSession remove(String sessionId) {
        lock.lock();
        try {
            return remove(bySession.get(sessionId));
        } finally {
            lock.unlock();
        }
    }

    private @Nullable LiveSession remove(@Nullable LiveSession session) {
        if (session != null) {
            byPair.remove(session.pairKey());
            bySession.remove(session.sessionId());
            byDevice.remove(session);
            byAccount.remove(session);
        }
        return session;
    }

    Map<Long, LiveSession> ofDevices(Collection<Long> deviceIds) {
        var found = new HashMap<Long, LiveSession>();
        lock.lock();
        try {
            for (long id : deviceIds) {
                LiveSession newest = byDevice.lower(bound(id + 1, "", ""));
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

    Optional<LiveSession> session(String sessionId) {
        lock.lock();
        try {
            return Optional.ofNullable(bySession.get(sessionId));
        } finally {
            lock.unlock();
        }
    }

    Optional<LiveSession> ofPair(String pairKey) {
        lock.lock();
        try {
            return Optional.ofNullable(byPair.get(pairKey));
        } finally {
            lock.unlock();
        }
    }

    List<LiveSession> ofAccount(@Nullable String accountId, @Nullable String after, int limit) {
        var found = new ArrayList<LiveSession>(Math.min(limit, 100));
        lock.lock();
        try {
            for (LiveSession session : newestFirst(accountId, after)) {
                if (found.size() == limit) {
                    break;
                }
                if (accountId != null && !session.accountId().equals(accountId)) {
                    break;
                }
                found.add(session);
            }
        } finally {
            lock.unlock();
        }
        return found;
    }

    private Collection<LiveSession> newestFirst(
            @Nullable String accountId, @Nullable String after) {
        if (accountId == null) {
            var newest = bySession.descendingMap();
            return (after == null ? newest : newest.tailMap(after, false)).values();
        }
        LiveSession end =
                after == null ? bound(0, accountId + "\0", "") : bound(0, accountId, after);
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

    /** The pairs of all current sessions. */
    List<String> pairs() {
        lock.lock();
        try {
            return List.copyOf(byPair.keySet());
        } finally {
            lock.unlock();
        }
    }

    // Sorts before everything with the same first key.
    private static LiveSession bound(long deviceId, String accountId, String sessionId) {
        return new LiveSession(
                sessionId, "", deviceId, accountId, "", Long.MIN_VALUE, SessionDetails.NONE);
    }
}
