package io.slipway.session;

import io.slipway.http.governor.EdgeLimit;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The admitted sessions of each account on this node, so that no account takes the room of all
 * others. A device that comes back while its former session ends counts once. Thread-safe.
 */
final class AccountSessions {

    private final Supplier<SessionConfig> config;
    private final AtomicInteger all = new AtomicInteger();
    private final Map<String, Map<String, String>> byAccount = new ConcurrentHashMap<>();
    private final Map<String, String> accounts = new ConcurrentHashMap<>();

    /**
     * @param config says at each moment how many sessions there may be, and of one account
     */
    AccountSessions(Supplier<SessionConfig> config) {
        this.config = config;
    }

    /**
     * Counts a session.
     *
     * @param exempt asked only when the account has as many as it may: whether it may have more.
     *     May block
     * @return null if there is room for it, otherwise the limit that leaves none
     */
    @Nullable EdgeLimit enter(
            String accountId, String pairKey, String sessionId, BooleanSupplier exempt) {
        EdgeLimit over = put(accountId, pairKey, sessionId, config.get().mostPerAccount());
        return over == EdgeLimit.ACCOUNT_SESSIONS && exempt.getAsBoolean()
                ? put(accountId, pairKey, sessionId, Integer.MAX_VALUE)
                : over;
    }

    private @Nullable EdgeLimit put(String accountId, String pairKey, String sessionId, int limit) {
        var over = new EdgeLimit[1];
        byAccount.compute(
                accountId,
                (account, known) -> {
                    Map<String, String> sessions = known == null ? new HashMap<>() : known;
                    if (!sessions.containsKey(pairKey)) {
                        over[0] = over(sessions.size() >= limit);
                    }
                    if (over[0] == null) {
                        sessions.put(pairKey, sessionId);
                        accounts.put(sessionId, accountId);
                    }
                    return sessions.isEmpty() ? null : sessions;
                });
        return over[0];
    }

    // Counts one more unless it returns a limit.
    private @Nullable EdgeLimit over(boolean accountFull) {
        if (accountFull) {
            return EdgeLimit.ACCOUNT_SESSIONS;
        }
        if (all.incrementAndGet() > config.get().most()) {
            all.decrementAndGet();
            return EdgeLimit.SESSIONS;
        }
        return null;
    }

    /** A session ended; it may never have been counted. */
    void leave(String pairKey, String sessionId) {
        String accountId = accounts.remove(sessionId);
        if (accountId != null) {
            byAccount.computeIfPresent(
                    accountId,
                    (account, sessions) -> {
                        if (sessions.remove(pairKey, sessionId)) {
                            all.decrementAndGet();
                        }
                        return sessions.isEmpty() ? null : sessions;
                    });
        }
    }

    /** How many there are. */
    int count() {
        return all.get();
    }
}
