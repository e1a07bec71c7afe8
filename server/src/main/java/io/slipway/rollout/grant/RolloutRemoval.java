package io.slipway.rollout.grant;

import io.slipway.account.Caller;
import io.slipway.account.Removal;
import io.slipway.rollout.store.RolloutStore;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import io.slipway.sql.Tx;
import java.util.List;
import java.util.Map;

/**
 * Cancels the rollouts of a deleted account; they remain readable for administrators, as its builds
 * do.
 */
final class RolloutRemoval implements Removal {

    private static final int CHUNK = 100;

    private final Database database;
    private final Rollouts rollouts;

    RolloutRemoval(Database database, Rollouts rollouts) {
        this.database = database;
        this.rollouts = rollouts;
    }

    @Override
    public Map<String, Long> holds(Tx tx, String accountId) {
        return Map.of("rollouts", RolloutStore.openOf(tx, accountId));
    }

    @Override
    public void remove(Caller deleted) {
        List<String> chunk;
        do {
            chunk =
                    database.read(
                            Plane.CONSOLE,
                            tx -> RolloutStore.openIds(tx, deleted.accountId(), CHUNK));
            chunk.forEach(id -> rollouts.cancel(deleted, id, "its account was deleted"));
        } while (!chunk.isEmpty());
    }
}
