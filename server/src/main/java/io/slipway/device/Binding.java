package io.slipway.device;

/**
 * What a check-in needs of a bound pair.
 *
 * @param factsPrint digest of everything it last reported; 0 for nothing yet
 * @param zone that it shows, see {@link io.slipway.base.Zones}
 */
public record Binding(long deviceId, long factsPrint, int zone) {}
