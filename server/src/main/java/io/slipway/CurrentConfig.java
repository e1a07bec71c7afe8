package io.slipway;

import io.slipway.settings.Settings;
import io.slipway.settings.SettingsInForce;
import io.slipway.settings.SettingsReading;
import io.slipway.work.Listeners;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settings in force, which can be read again while the node runs. Those that were declared with
 * {@link Settings#whileRunning} then change; all others keep their values until the next start.
 * Thread-safe.
 */
final class CurrentConfig {

    /** Where settings are written. */
    @FunctionalInterface
    interface SettingsFile {

        /**
         * Reads it; empty if there is none.
         *
         * @throws Config.InvalidSettings if it can't be read
         */
        Properties read() throws Config.InvalidSettings;
    }

    private static final Logger LOG = LoggerFactory.getLogger(CurrentConfig.class);

    private static final String GONE =
            "the file is missing or has no settings any more: to return to the defaults, restart";

    private final SettingsFile file;
    private final Map<String, String> environment;
    private final Listeners<Runnable> read = new Listeners<>("the settings were read again");
    private final UnaryOperator<Config> adjusted;
    private Settings settings;
    private boolean written;
    private volatile Config config;
    private volatile List<String> waiting = List.of();

    /**
     * @param environment wins over the file, and never changes
     */
    CurrentConfig(SettingsFile file, Map<String, String> environment)
            throws Config.InvalidSettings {
        this(file, environment, UnaryOperator.identity());
    }

    /**
     * @param adjusted replaces what no setting says, such as what a password's hash costs
     */
    CurrentConfig(
            SettingsFile file, Map<String, String> environment, UnaryOperator<Config> adjusted)
            throws Config.InvalidSettings {
        this.file = file;
        this.environment = environment;
        this.adjusted = adjusted;
        Properties properties = file.read();
        written = !properties.isEmpty();
        settings = new Settings(properties, environment);
        config = adjusted.apply(Config.checked(settings));
    }

    Config get() {
        return config;
    }

    /** A part of them, as it is whenever it is asked for. */
    <T> Supplier<T> part(Function<Config, T> part) {
        return () -> part.apply(config);
    }

    /** Those that may be shown. */
    synchronized SettingsInForce shown() {
        var shown = new LinkedHashMap<>(ShownSettings.of(config));
        var changeable = new ArrayList<String>();
        for (Settings.Declared each : settings.declared()) {
            String key = each.key();
            if (settings.changesWhileRunning(key)) {
                if (!settings.fromEnvironment(key)) {
                    changeable.add(key);
                }
                if (!Settings.secret(key)) {
                    shown.putIfAbsent(key, settings.value(key));
                }
            }
        }
        return new SettingsInForce(shown, List.copyOf(changeable), waiting);
    }

    /** Registers what follows whenever they were read again, even if they are invalid. */
    void whenRead(Runnable listener) {
        read.add(listener);
    }

    /** Reads them again, and logs what came of it. */
    SettingsReading readAgain() {
        SettingsReading reading = apply();
        if (!reading.problems().isEmpty()) {
            LOG.warn("settings stay as they were: {}", String.join("; ", reading.problems()));
        } else {
            LOG.info(
                    "settings were read again: {}; from the next start: {}",
                    named(reading.applied()),
                    named(reading.waiting()));
        }
        read.tell(Runnable::run);
        return reading;
    }

    private static String named(List<String> settings) {
        return settings.isEmpty() ? "none" : String.join(", ", settings);
    }

    private synchronized SettingsReading apply() {
        try {
            Properties properties = file.read();
            if (written && properties.isEmpty()) {
                // Just being written, or lost: all defaults at once would open what was closed,
                // and delete what was to be kept.
                return new SettingsReading(List.of(), List.of(), List.of(GONE));
            }
            var next = new Settings(properties, environment);
            Config.checked(next);
            var applied = new ArrayList<String>();
            var later = new ArrayList<String>();
            var merged = new Properties();
            for (Settings.Declared each : settings.declared()) {
                String key = each.key();
                String before = settings.value(key);
                String now = next.value(key);
                boolean applies = settings.changesWhileRunning(key);
                merged.setProperty(key, applies ? now : before);
                if (!now.equals(before)) {
                    (applies ? applied : later).add(key);
                }
            }
            // Each of them is valid, but not necessarily the old ones with the new ones.
            var both = new Settings(merged, environment);
            Config changed = adjusted.apply(Config.checked(both));
            boolean imports = config.activation().preregisterAll();
            if (changed.activation().preregisterAll() != imports
                    && !applied.contains("preregister.mac")) {
                // Its default depends on account.registration.
                applied.add("preregister.mac");
            }
            Logs.set(changed.log());
            settings = both;
            config = changed;
            waiting = List.copyOf(later);
            written = !properties.isEmpty();
            return new SettingsReading(applied, later, List.of());
        } catch (Config.InvalidSettings e) {
            return new SettingsReading(List.of(), List.of(), e.problems());
        }
    }
}
