package io.slipway.base;

import io.slipway.cluster.Bus;
import io.slipway.cluster.ClusterClock;
import io.slipway.sql.Database;
import io.slipway.sql.Ids;
import io.slipway.work.Housekeeping;

/**
 * What every feature is given at its installation, beside the edge and its own settings.
 *
 * @param housekeeping takes what the feature does again and again; not yet started
 */
public record Base(
        Database database, Ids ids, ClusterClock clock, Bus bus, Housekeeping housekeeping) {}
