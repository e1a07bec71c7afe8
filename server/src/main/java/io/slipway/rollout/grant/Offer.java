package io.slipway.rollout.grant;

import io.slipway.rollout.rules.attempt.BuildRef;

/**
 * A build that a device is offered at a check-in.
 *
 * @param offerId part of the token of the download's URL
 * @param force whether the device must be forced, because the build is not newer
 */
public record Offer(BuildRef build, String offerId, boolean force) {}
