package io.slipway.settings;

import java.util.List;
import java.util.Map;

/**
 * The settings that a node works by.
 *
 * @param shown their values by their names, without secrets
 * @param whileRunning names of those among them that can change while the node runs
 * @param waiting names of settings that were given another value, which needs a restart
 */
public record SettingsInForce(
        Map<String, String> shown, List<String> whileRunning, List<String> waiting) {}
