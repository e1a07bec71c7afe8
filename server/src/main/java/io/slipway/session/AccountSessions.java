package io.slipway.session;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/**
 * The sessions of each account on this node, so that no account takes the room of all others. A
 * device that comes back while its former session ends counts once. Thread-safe.
 */
final class AccountSessions {

    private final int most;
    private final Map<String, Map<String, String>> byAccount = new ConcurrentHashMap<>();
    private final Map<String, String> accounts = new ConcurrentHashMap<>();

    AccountSessions(int most) {
        this.most = most;
    }

    /**
     * Counts a session.
     *
     * @param exempt asked only when the account has as many as it may; may block
     * @return false if it has
     */
    boolean enter(String accountId, String pairKey, String sessionId, BooleanSupplier exempt) {
        if (put(accountId, pairKey, sessionId, most)) {
            return true;
        }
        return exempt.getAsBoolean() && put(accountId, pairKey, sessionId, Integer.MAX_VALUE);
    }

    private boolean put(String accountId, String pairKey, String sessionId, int limit) {
        boolean[] fits = new boolean[1];
        byAccount.compute(
                accountId,
                (account, known) -> {
                    Map<String, String> sessions = known == null ? new HashMap<>() : known;
                    fits[0] = sessions.size() < limit || sessions.containsKey(pairKey);
                    if (fits[0]) {
                        sessions.put(pairKey, sessionId);
                        accounts.put(sessionId, accountId);
                    }
                    return sessions.isEmpty() ? null : sessions;
                });
        return fits[0];
    }

    /** A session ended; it may never have been counted. */
    void leave(String pairKey, String sessionId) {
        String accountId = accounts.remove(sessionId);
        if (accountId != null) {
            byAccount.computeIfPresent(
                    accountId,
                    (account, sessions) -> {
                        sessions.remove(pairKey, sessionId);
                        return sessions.isEmpty() ? null : sessions;
                    });
        }
    }
}
