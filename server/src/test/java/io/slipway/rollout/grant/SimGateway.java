package io.slipway.rollout.grant;

import io.slipway.rollout.rules.attempt.Evidence;
import io.slipway.rollout.rules.attempt.RunningBuild;
import org.jspecify.annotations.Nullable;

/** The server of simulated devices: in memory, or the real thing on a database. */
sealed interface SimGateway permits SimServer, StoreServer {

    /**
     * The answer to a check-in.
     *
     * @param taken whether it was recorded, whatever the answer
     */
    record Answer(
            boolean ok, boolean taken, @Nullable String offerId, boolean force, SimImage image) {}

    record Download(String id, String offerId, SimDevice device) {}

    Answer post(SimDevice device, RunningBuild running);

    /** Null is 403 or 500. The token is valid for as long as a device may take to start. */
    @Nullable Download get(String offerId);

    void ended(Download download, Evidence.DownloadEnd end);

    void session(SimDevice device);

    /** Its flash was erased; its owner handles it, or hasn't yet. */
    void erased(SimDevice device);

    /** What might be flashed by cable. */
    SimImage anyTarget();
}
