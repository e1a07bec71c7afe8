package io.slipway.rollout.rules.attempt;

import io.slipway.protocol.Mac;

/**
 * An attempt with whose device it is.
 *
 * @param deviceId as the registry had it; a device that was unbound is not there any more
 * @param vote as it was at the first offer: as that it counts for ever
 */
public record AttemptRow(long deviceId, String accountId, Mac mac, Vote vote, Attempt attempt) {}
