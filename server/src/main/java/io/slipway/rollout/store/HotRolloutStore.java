package io.slipway.rollout.store;

import io.slipway.rollout.json.AttemptJson;
import io.slipway.sql.Tx;
import java.util.List;

/**
 * What each transaction that grants offers reads and writes in the table {@code rollout} while all
 * others wait for it. Raw, because with so little to do Jdbi would take most of that time.
 */
public final class HotRolloutStore {

    /** What can still make or refuse an offer: finished ones only if they turn a build back. */
    private static final String ACTIVE =
            """
            SELECT * FROM rollout
            WHERE status IN ('AWAITING_APPROVAL', 'RUNNING', 'PAUSED', 'HALTED')
                OR (status = 'DONE' AND bad_build <> '')
            ORDER BY id
            """;

    private HotRolloutStore() {}

    public static List<RolloutRow> active(Tx tx) {
        return tx.raw().all(ACTIVE, bind -> {}, RolloutStore::row);
    }

    /** Devices with an open offer, across all rollouts. */
    public static long inFlight(Tx tx) {
        return tx.raw()
                .first(
                        "SELECT coalesce(sum(in_flight), 0) FROM rollout WHERE in_flight > 0",
                        bind -> {},
                        row -> row.getLong(1))
                .orElse(0L);
    }

    public static void update(Tx tx, RolloutRow r) {
        tx.raw()
                .update(
                        """
                        UPDATE rollout SET plan = ?, revision = ?, status = ?, stage = ?, passed = ?,
                            gates = ?, in_flight = ?, miss_streak = ?, minute = ?, started_by = ?,
                            approved_by = ?, begun_at = ?, ended_at = ?
                        WHERE id = ?\
                        """,
                        bind -> {
                            bind.setString(1, r.stored().plan());
                            bind.setLong(2, r.stored().revision());
                            bind.setString(3, r.progress().status());
                            bind.setLong(4, r.progress().stage());
                            bind.setLong(5, AttemptJson.bit(r.progress().passed()));
                            bind.setString(6, r.progress().gates());
                            bind.setLong(7, r.load().inFlight());
                            bind.setLong(8, r.load().missStreak());
                            bind.setString(9, r.load().minute());
                            bind.setString(10, r.acts().startedBy());
                            bind.setString(11, r.acts().approvedBy());
                            bind.setLong(12, r.acts().begunAt());
                            bind.setLong(13, r.acts().endedAt());
                            bind.setString(14, r.id());
                        });
    }
}
