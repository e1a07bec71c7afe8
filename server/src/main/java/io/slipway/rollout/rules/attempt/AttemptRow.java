package io.slipway.rollout.rules.attempt;

import io.slipway.protocol.Mac;

/**
 * An attempt with the device and account that it belongs to.
 *
 * @param deviceId as it was in the registry; a device that was unbound is no longer there
 * @param vote as it was at the first offer; it never changes
 */
public record AttemptRow(long deviceId, String accountId, Mac mac, Vote vote, Attempt attempt) {}
