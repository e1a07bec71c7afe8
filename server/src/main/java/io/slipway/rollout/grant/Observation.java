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
    record CheckedIn(long deviceId, boolean offerable, int rssi) implements Observation {}

    record Began(long deviceId, String offerId, String downloadId) implements Observation {}

    /**
     * @param at of the last byte, epoch ms
     */
    record Ended(
            long deviceId, String offerId, String downloadId, long bytes, Evidence.End end, long at)
            implements Observation {}

    record Opened(long deviceId) implements Observation {}

    /** Time has run out, perhaps. */
    record Due(long deviceId) implements Observation {}
}
