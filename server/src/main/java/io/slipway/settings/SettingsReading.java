package io.slipway.settings;

import java.util.List;

/**
 * What came of reading the settings again, each list in the order of the table of settings. Names
 * only: values may be secrets.
 *
 * @param applied names of settings that have another value from now on
 * @param waiting names of those that have another value only from the next start
 * @param problems sentences about invalid ones; if there are any, nothing was applied
 */
public record SettingsReading(List<String> applied, List<String> waiting, List<String> problems) {

    public SettingsReading {
        applied = List.copyOf(applied);
        waiting = List.copyOf(waiting);
        problems = List.copyOf(problems);
    }
}
