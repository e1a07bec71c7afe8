package io.slipway.rollout.rules.attempt;

/**
 * One observation, as it is written to the event log. Replaying the log in the store's order yields
 * the same states; duplicates change nothing.
 */
public sealed interface Evidence {

    /** Position in the store's order, increasing per device. Anything not newer is ignored. */
    long seq();

    /**
     * When it was observed, by the server's clock, epoch ms. Nodes' clocks may differ by seconds.
     */
    long at();

    /**
     * update-rules E2: a reply carried an offer. Holds everything that an attempt starts with, so
     * that the log alone yields the states.
     *
     * @param offerId in the token of the URL
     * @param stage of the rollout at this moment
     */
    record Offered(
            long seq,
            long at,
            String offerId,
            BuildRef build,
            int stage,
            Stratum stratum,
            OfferTerms terms)
            implements Evidence {}

    /** update-rules E3: a download with the offer's token started. */
    record DownloadBegan(long seq, long at, String offerId, String downloadId)
            implements Evidence {}

    /**
     * update-rules E3: it ended. {@code at} is when the last byte was written, as precisely as is
     * known.
     */
    record DownloadEnded(
            long seq, long at, String offerId, String downloadId, long bytes, DownloadEnd end)
            implements Evidence {}

    /** How a download ended. */
    enum DownloadEnd {
        /** All bytes were written and the device closed the connection normally within 30 s. */
        COMPLETE,
        CUT,
        /** The server aborted it: no evidence about the device or the network. */
        CUT_BY_US
    }

    /** update-rules E1, E4: a check-in of the pinned pair. */
    record CheckedIn(long seq, long at, RunningBuild running) implements Evidence {}

    /**
     * update-rules E5: the pinned pair opened a session, which it does only once the image is
     * marked valid. Needed only while a device is {@link AttemptState#BOOTED}.
     */
    record SessionOpened(long seq, long at) implements Evidence {}

    /**
     * Nothing was observed until {@code at}, which is itself significant: see {@link
     * Inference#due}. Logged like the rest, because a replay must not depend on when it was
     * checked.
     */
    record TimePassed(long seq, long at) implements Evidence {}

    /** The binding moved to another pair of the MAC: the flash was erased (update-rules U12). */
    record PinMoved(long seq, long at) implements Evidence {}

    /** The device was offered another build, or the rollout was cancelled. */
    record Superseded(long seq, long at) implements Evidence {}

    /** A person cleared the quarantine of this device for this build (update-rules U15). */
    record Cleared(long seq, long at) implements Evidence {}
}
