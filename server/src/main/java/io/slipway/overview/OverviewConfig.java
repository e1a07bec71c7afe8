package io.slipway.overview;

import java.time.ZoneId;

/**
 * @param zone that says when today began
 * @param publicUrl of the settings; empty for none
 */
public record OverviewConfig(ZoneId zone, String publicUrl) {}
