package io.slipway.bench.checkin;

import io.slipway.bench.RunOptions;
import java.nio.file.Path;
import java.util.Set;

/**
 * What {@code bench checkin} measures.
 *
 * @param connectionClose also measure with a connection for each request
 * @param compare a checkout of another build to compare with; null for none
 * @param against an existing server to be measured instead; null for none
 * @param installWrk whether to install it if missing
 */
record CheckinOptions(
        Sizes sizes,
        Run run,
        Set<Phase> phases,
        boolean connectionClose,
        Stores stores,
        Path compare,
        Against against,
        boolean installWrk)
        implements RunOptions {

    /**
     * How many devices there are, and starts.
     *
     * @param bound from the beginning
     * @param pending show a code while they poll
     * @param imported were announced by MAC
     * @param connections that they share
     * @param starts that are timed
     */
    record Sizes(int bound, int pending, int imported, int connections, int starts) {}

    /** Which stores, and whether they are filled again in any case. */
    record Stores(boolean postgres, boolean fresh) {}

    /**
     * An existing server.
     *
     * @param pid its process on this machine; 0 if unknown
     */
    record Against(Wrk.WrkTarget target, long pid) {}
}
