package io.slipway.event;

import java.util.Set;

/**
 * An external server that is notified of events.
 *
 * @param id 32 lower-case hex digits
 * @param url {@code http} or {@code https}; its query may contain a secret, so it is never logged
 * @param offReason why the server disabled it, {@code ""} if it did not
 * @param createdAt epoch milliseconds
 * @param updatedAt epoch milliseconds
 */
record Webhook(
        String id,
        String accountId,
        String url,
        WantedEvents wanted,
        boolean active,
        String offReason,
        long createdAt,
        long updatedAt) {

    /** The maximum length of a URL, in characters. */
    static final int MAX_URL = 1_000;

    /**
     * Which events it gets.
     *
     * @param types of events; empty for everything that happens to rollouts rather than single
     *     devices
     * @param rolloutId {@code ""} for all
     * @param everyAccount whether it gets all accounts' events, as long as its own account is an
     *     administrator's
     */
    record WantedEvents(Set<EventType> types, String rolloutId, boolean everyAccount) {

        /** Of a new webhook. */
        static final WantedEvents USUAL = new WantedEvents(Set.of(), "", false);

        WantedEvents {
            types = Set.copyOf(types);
        }

        /** Whether events of single devices are among them. */
        boolean many() {
            return types.stream().anyMatch(EventType::perDevice);
        }

        private boolean contain(EventType type) {
            return types.isEmpty() ? !type.perDevice() : types.contains(type);
        }
    }

    /**
     * Whether it gets an event.
     *
     * @param admin whether its account is an administrator's
     */
    boolean wants(EventStore.EventHead event, boolean admin) {
        boolean visible = event.accountId().equals(accountId) || (wanted.everyAccount && admin);
        return visible
                && (wanted.rolloutId.isEmpty() || wanted.rolloutId.equals(event.rolloutId()))
                && EventType.of(event.type()).filter(wanted::contain).isPresent();
    }

    /** Without the URL, which may contain a secret. */
    @Override
    public String toString() {
        return "Webhook[" + id + "]";
    }
}
