package io.slipway.account;

import java.time.ZoneId;

/**
 * Public facts about this server.
 *
 * @param version of the program
 * @param publicUrl {@code scheme://host[:port][/path]} from the settings; empty if not set
 */
public record ServerInfo(String version, String publicUrl, ZoneId zone) {}
