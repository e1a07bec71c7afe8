package io.slipway.device;

/**
 * What a check-in must know of a pair that is bound.
 *
 * @param factsPrint digest of all that it reported last; 0 for nothing yet
 */
public record Binding(long deviceId, long factsPrint) {}
