package io.slipway.rollout.grant;

import io.slipway.rollout.rules.attempt.Evidence;
import io.slipway.rollout.rules.attempt.RunningBuild;
import org.jspecify.annotations.Nullable;

/** What simulated devices call: a server in memory, or the real thing on a database. */
sealed interface SimGateway permits SimServer, StoreServer {

    /**
     * What a check-in was answered.
     *
     * @param taken whether it was recorded, whatever the answer
     */
    record Answer(
            boolean ok, boolean taken, @Nullable String offerId, boolean force, SimImage image) {}

    record Download(String id, String offerId, SimDevice device) {}

    Answer post(SimDevice device, RunningBuild running);

    /** Null is 403 or 500. The token is good for as long as a device may take to begin. */
    @Nullable Download get(String offerId);

    void ended(Download download, Evidence.DownloadEnd end);

    void session(SimDevice device);

    /** Its flash was erased; its owner sees to it, or hasn't yet. */
    void erased(SimDevice device);

    /** What somebody at a bench might flash. */
    SimImage anyTarget();
}
