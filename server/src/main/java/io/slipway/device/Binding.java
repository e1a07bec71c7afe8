package io.slipway.device;

/**
 * What a check-in must know of a pair that is bound.
 *
 * @param factsPrint digest of all that it reported last; 0 for nothing yet
 * @param zone that it shows, see {@link io.slipway.base.Zones}
 */
public record Binding(long deviceId, long factsPrint, int zone) {}
