package io.slipway.base;

import io.slipway.cluster.Bus;
import io.slipway.cluster.ClusterClock;
import io.slipway.sql.Database;
import io.slipway.sql.Ids;
import io.slipway.work.Housekeeping;
import java.time.Duration;

/**
 * What every feature gets at its installation, besides the edge and its own settings.
 *
 * @param housekeeping for the feature's periodic tasks; not started yet
 */
public record Base(
        Database database, Ids ids, ClusterClock clock, Bus bus, Housekeeping housekeeping) {

    /**
     * Registers a task that deletes by age; it is skipped while ages can't be trusted (decisions
     * D9).
     */
    public void forget(Duration every, String name, Runnable task) {
        housekeeping.every(
                every,
                name,
                () -> {
                    if (clock.steady()) {
                        task.run();
                    }
                });
    }
}
