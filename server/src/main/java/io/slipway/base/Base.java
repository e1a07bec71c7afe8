package io.slipway.base;

import io.slipway.cluster.Bus;
import io.slipway.cluster.ClusterClock;
import io.slipway.sql.Database;
import io.slipway.sql.Ids;
import io.slipway.work.Housekeeping;
import java.time.Duration;

/**
 * What every feature is given at its installation, beside the edge and its own settings.
 *
 * @param housekeeping takes what the feature does again and again; not yet started
 */
public record Base(
        Database database, Ids ids, ClusterClock clock, Bus bus, Housekeeping housekeeping) {

    /** Will run what deletes by age, unless nobody can say how old anything is (decisions D9). */
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
