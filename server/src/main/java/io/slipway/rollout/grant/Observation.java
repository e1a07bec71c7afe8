package io.slipway.rollout.grant;

import io.slipway.rollout.rules.attempt.Evidence;

/** Something observed of a device that is not in the log yet. */
sealed interface Observation {

    long deviceId();

    /**
     * A check-in of the pinned pair; what it reported is already in the registry.
     *
     * @param offerable whether it can be sent an offer at all
     * @param rssi its signal, in dBm; 0 for unknown
     */
    record CheckInArrived(long deviceId, boolean offerable, int rssi) implements Observation {}

    record DownloadStarted(long deviceId, String offerId, String downloadId)
            implements Observation {}

    /**
     * @param at the time of the last byte, epoch ms
     */
    record DownloadStopped(
            long deviceId,
            String offerId,
            String downloadId,
            long bytes,
            Evidence.DownloadEnd end,
            long at)
            implements Observation {}

    record SessionStarted(long deviceId) implements Observation {}

    /** A timeout may have expired. */
    record TimerDue(long deviceId) implements Observation {}
}
