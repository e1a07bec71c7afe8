package io.slipway.event;

import io.slipway.sql.Tx;

/** The table {@code event}. */
final class EventStore {

    private static final String INSERT =
            "INSERT INTO event (id, at, type, few, account_id, rollout_id, build_id, mac, data)"
                    + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";

    private EventStore() {}

    static void insert(Tx tx, long id, long at, NewEvent event, String data) {
        tx.update(
                INSERT,
                bind -> {
                    bind.setLong(1, id);
                    bind.setLong(2, at);
                    bind.setString(3, event.type().wire());
                    bind.setLong(4, event.type().perDevice() ? 0 : 1);
                    bind.setString(5, event.accountId());
                    bind.setString(6, event.rolloutId());
                    bind.setString(7, event.buildId());
                    bind.setString(8, event.mac());
                    bind.setString(9, data);
                });
    }

    /** Deletes at most {@code limit} events below an id; returns how many. */
    static int deleteBefore(Tx tx, long id, int limit) {
        return tx.handle()
                .execute(
                        "DELETE FROM event WHERE id IN"
                                + " (SELECT id FROM event WHERE id < ? ORDER BY id LIMIT ?)",
                        id,
                        limit);
    }
}
