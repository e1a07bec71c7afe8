package io.slipway.bench.checkin;

import io.slipway.bench.RunOptions;
import java.nio.file.Path;
import java.util.Set;

/**
 * What {@code bench checkin} measures.
 *
 * @param connectionClose also measure with a connection for each request
 * @param compare a checkout of another build that takes part; null for none
 * @param against a server that is there already, to be measured instead; null for none
 */
record CheckinOptions(
        Sizes sizes,
        Timing timing,
        Set<Phase> phases,
        boolean connectionClose,
        Stores stores,
        Path compare,
        Against against,
        Usual usual)
        implements RunOptions {

    /**
     * How many devices there are.
     *
     * @param bound from the beginning
     * @param pending show a code while they poll
     * @param imported were announced by MAC
     * @param connections that they share
     */
    record Sizes(int bound, int pending, int imported, int connections) {}

    /**
     * How long and how often; all in seconds.
     *
     * @param starts that are timed
     */
    record Timing(int seconds, int warmup, int runs, int starts) {}

    /** Which stores, and whether they are filled again in any case. */
    record Stores(boolean postgres, boolean fresh) {}

    /**
     * A server that is there already.
     *
     * @param pid its process on this machine; 0 if that is unknown
     */
    record Against(Wrk.Target target, long pid) {}

    /**
     * What has nothing to do with what is measured.
     *
     * @param json null for a file named after the time, in the folder of results
     */
    record Usual(boolean installWrk, Path json) {}

    @Override
    public int seconds() {
        return timing.seconds();
    }

    @Override
    public int warmup() {
        return timing.warmup();
    }

    @Override
    public int runs() {
        return timing.runs();
    }

    @Override
    public Path json() {
        return usual.json();
    }
}
