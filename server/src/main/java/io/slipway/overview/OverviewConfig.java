package io.slipway.overview;

import java.time.ZoneId;

/**
 * @param zone that determines when today began
 * @param publicUrl from the settings; empty for none
 */
public record OverviewConfig(ZoneId zone, String publicUrl) {}
