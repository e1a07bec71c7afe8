package io.slipway.account;

import java.time.ZoneId;

/**
 * What anybody may know of this server.
 *
 * @param version of the program
 * @param publicUrl {@code scheme://host[:port]} of the settings; empty when they have none
 */
public record ServerInfo(String version, String publicUrl, ZoneId zone) {}
