package io.slipway.rollout.rules.attempt;

import io.slipway.protocol.Mac;

/**
 * An attempt with whose device it is.
 *
 * @param deviceId as the registry had it; a device that was unbound is not there any more
 */
public record AttemptRow(long deviceId, String accountId, Mac mac, Attempt attempt) {}
