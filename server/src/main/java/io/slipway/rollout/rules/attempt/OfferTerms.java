package io.slipway.rollout.rules.attempt;

/**
 * How a device was offered a build.
 *
 * @param from what the device ran
 * @param force whether it was forced, because the build is not newer
 * @param visible whether its download can be watched: false behind a buffering proxy or with an
 *     object store
 */
public record OfferTerms(RunningBuild from, boolean force, boolean visible) {}
