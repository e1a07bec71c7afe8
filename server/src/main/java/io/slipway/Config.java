package io.slipway;

import io.slipway.account.AccountConfig;
import io.slipway.activation.ActivationConfig;
import io.slipway.agent.AgentConfig;
import io.slipway.backup.BackupConfig;
import io.slipway.backup.BackupParts;
import io.slipway.checkin.CheckInConfig;
import io.slipway.device.DeviceConfig;
import io.slipway.event.EventConfig;
import io.slipway.firmware.FirmwareConfig;
import io.slipway.history.HistoryConfig;
import io.slipway.http.HttpConfig;
import io.slipway.keys.KeyConfig;
import io.slipway.overview.OverviewConfig;
import io.slipway.reach.ReachConfig;
import io.slipway.rollout.RolloutConfig;
import io.slipway.session.SessionConfig;
import io.slipway.settings.Settings;
import io.slipway.sql.DatabaseConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * All settings: one record per kit and feature, which each reads itself. Only {@link Main} sees all
 * of them. It has as many components as there are kits and features: groups of them would mean
 * nothing.
 *
 * @param shutdownGrace for running calls after SIGTERM
 */
public record Config(
        HttpConfig http,
        DatabaseConfig database,
        KeyConfig keys,
        AccountConfig account,
        AgentConfig agent,
        ActivationConfig activation,
        CheckInConfig checkIn,
        SessionConfig session,
        RolloutConfig rollout,
        FirmwareConfig firmware,
        EventConfig event,
        DeviceConfig device,
        HistoryConfig history,
        BackupConfig backup,
        LogConfig log,
        Duration shutdownGrace) {

    /** All invalid settings. */
    static final class InvalidSettings extends Exception {
        private final List<String> problems;

        InvalidSettings(List<String> problems) {
            super(String.join("\n", problems));
            this.problems = List.copyOf(problems);
        }

        List<String> problems() {
            return problems;
        }
    }

    /** Reads and validates everything before anything starts. */
    static Config read(Properties file, Map<String, String> environment) throws InvalidSettings {
        return checked(new Settings(file, environment));
    }

    /** Reads and validates all of them. */
    static Config checked(Settings settings) throws InvalidSettings {
        Config config = read(settings);
        List<String> problems = settings.problems();
        if (!problems.isEmpty()) {
            throw new InvalidSettings(problems);
        }
        return config;
    }

    /** All settings with their defaults, in the order of the table of settings. */
    static Settings defaults() {
        var settings = new Settings(new Properties(), Map.of());
        Config config = read(settings);
        if (config.http().port() != 8080) {
            throw new IllegalStateException("the defaults are invalid");
        }
        return settings;
    }

    // In the order of the table of settings.
    private static Config read(Settings s) {
        var http = HttpConfig.read(s);
        var database = DatabaseConfig.read(s);
        var keys = KeyConfig.read(s);
        var account = AccountConfig.read(s);
        if (account.provider() != null && http.publicUrl().isEmpty()) {
            // The provider only sends browsers back to an address that is registered there.
            s.problem("public.url", "", "set together with account.oidc.issuer");
        }
        return new Config(
                http,
                database,
                keys,
                account,
                AgentConfig.read(s),
                ActivationConfig.read(s, account.openRegistration()),
                CheckInConfig.read(s),
                SessionConfig.read(s, http.socketBuffer()),
                RolloutConfig.read(s),
                FirmwareConfig.read(s, database.folder()),
                EventConfig.read(s),
                DeviceConfig.read(s),
                HistoryConfig.read(s),
                BackupConfig.read(s, database.folder()),
                LogConfig.read(s),
                grace(s));
    }

    private static Duration grace(Settings s) {
        Duration grace =
                s.duration(
                        "shutdown.grace",
                        "120 s",
                        "收到 SIGTERM 后等待进行中请求的时间",
                        "how long running requests may take after SIGTERM");
        s.whileRunning("shutdown.grace");
        return grace;
    }

    Path dataFolder() {
        return database.folder();
    }

    /** What decides about devices' addresses is among the settings of other features. */
    ReachConfig reach() {
        CheckInConfig.Mqtt mqtt = checkIn.mqtt();
        return new ReachConfig(
                http,
                mqtt == null ? "" : mqtt.endpoint(),
                checkIn::websocketUrl,
                firmware::downloadsAt,
                firmware.behindProxy());
    }

    /** Everything that a backup contains, by the settings of other features. */
    BackupParts backupParts() {
        return new BackupParts(database, keys, firmware, Version.current());
    }

    /** The overview has no settings of its own, only some of other features. */
    OverviewConfig overview() {
        return new OverviewConfig(checkIn.zone());
    }
}
