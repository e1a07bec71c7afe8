package io.slipway.rollout.grant;

import io.slipway.rollout.rules.attempt.Evidence;

/** Something that was seen of a device, on its way into the log. */
sealed interface Observation {

    long deviceId();

    /**
     * A check-in of the pinned pair; what it reported stands in the registry already.
     *
     * @param offerable whether it can be sent an offer at all
     * @param rssi its signal, in dBm; 0 for unknown
     */
    record CheckInArrived(long deviceId, boolean offerable, int rssi) implements Observation {}

    record DownloadStarted(long deviceId, String offerId, String downloadId)
            implements Observation {}

    /**
     * @param at of the last byte, epoch ms
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

    /** Time has run out, perhaps. */
    record TimerDue(long deviceId) implements Observation {}
}
