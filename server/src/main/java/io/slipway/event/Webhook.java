package io.slipway.event;

import java.util.Set;

/**
 * An external server that is notified of events.
 *
 * @param id 32 lower-case hex digits
 * @param url {@code http} or {@code https}; its query may contain a secret, so it is never logged
 * @param types of events it gets; empty for everything that happens to rollouts rather than single
 *     devices
 * @param rolloutId {@code ""} for all
 * @param everyAccount whether it gets all accounts' events, as long as its own account is an
 *     administrator's
 * @param offReason why the server disabled it, {@code ""} if it did not
 * @param createdAt epoch milliseconds
 * @param updatedAt epoch milliseconds
 */
record Webhook(
        String id,
        String accountId,
        String url,
        Set<EventType> types,
        String rolloutId,
        boolean everyAccount,
        boolean active,
        String offReason,
        long createdAt,
        long updatedAt) {

    /** The maximum length of a URL, in characters. */
    static final int MAX_URL = 1_000;

    Webhook {
        types = Set.copyOf(types);
    }

    /** Whether it gets events of single devices. */
    boolean many() {
        return types.stream().anyMatch(EventType::perDevice);
    }

    /**
     * Whether it gets an event.
     *
     * @param admin whether its account is an administrator's
     */
    boolean wants(EventStore.EventHead event, boolean admin) {
        boolean visible = event.accountId().equals(accountId) || (everyAccount && admin);
        return visible
                && (rolloutId.isEmpty() || rolloutId.equals(event.rolloutId()))
                && EventType.of(event.type()).filter(this::wants).isPresent();
    }

    private boolean wants(EventType type) {
        return types.isEmpty() ? !type.perDevice() : types.contains(type);
    }

    /** Without the URL, which may contain a secret. */
    @Override
    public String toString() {
        return "Webhook[" + id + "]";
    }
}
