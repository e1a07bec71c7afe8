package io.slipway.overview;

import java.time.ZoneId;

/**
 * @param zone that determines when today began
 */
public record OverviewConfig(ZoneId zone) {}
