package io.slipway.rollout.rules.attempt;

/**
 * One thing that was seen, as it is written to the event log. Replaying the log in the store's
 * order gives the same states; what was seen twice changes nothing.
 */
public sealed interface Evidence {

    /** Place in the store's order, rising within a device. What isn't newer is ignored. */
    long seq();

    /** When it was seen, by the server's clock, epoch ms. Nodes' clocks may differ by seconds. */
    long at();

    /**
     * update-rules E2: our answer carried an offer. It holds all that an attempt begins with, so
     * that the log alone gives the states.
     *
     * @param offerId in the token of the URL
     * @param stage of the rollout at this moment
     * @param from what the device ran
     * @param visible whether its download can be watched: false behind a buffering proxy or with an
     *     object store
     */
    record Offered(
            long seq,
            long at,
            String offerId,
            BuildRef build,
            int stage,
            Stratum stratum,
            RunningBuild from,
            boolean force,
            boolean visible)
            implements Evidence {}

    /** update-rules E3: a download with the offer's token began. */
    record DownloadBegan(long seq, long at, String offerId, String downloadId)
            implements Evidence {}

    /**
     * update-rules E3: it ended. {@code at} is when the last byte was written, as near as is known.
     */
    record DownloadEnded(
            long seq, long at, String offerId, String downloadId, long bytes, DownloadEnd end)
            implements Evidence {}

    /** How a download ended. */
    enum DownloadEnd {
        /** All bytes were written and the device hung up in order within 30 s. */
        COMPLETE,
        CUT,
        /** The server stopped it, or failed: says nothing about the device or the network. */
        CUT_BY_US
    }

    /** update-rules E1, E4: a check-in of the pinned pair. */
    record CheckedIn(long seq, long at, RunningBuild running) implements Evidence {}

    /**
     * update-rules E5: the pinned pair opened a session, which it does only once the image is
     * marked valid. Needed only of a device that is {@link AttemptState#BOOTED}.
     */
    record SessionOpened(long seq, long at) implements Evidence {}

    /**
     * Nothing was seen until {@code at}, and that means something: see {@link Inference#due}. In
     * the log like the rest, as replaying must not depend on when somebody looked.
     */
    record TimePassed(long seq, long at) implements Evidence {}

    /** The binding moved to another pair of the MAC: the flash was erased (update-rules U12). */
    record PinMoved(long seq, long at) implements Evidence {}

    /** The device was offered another build, or the rollout was cancelled. */
    record Superseded(long seq, long at) implements Evidence {}

    /** Somebody cleared the quarantine of this device for this build (update-rules U15). */
    record Cleared(long seq, long at) implements Evidence {}
}
