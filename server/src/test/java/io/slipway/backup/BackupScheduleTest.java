package io.slipway.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.TestClock;
import io.slipway.firmware.FirmwareConfig;
import io.slipway.keys.KeyConfig;
import io.slipway.keys.Keyring;
import io.slipway.keys.MasterKey;
import io.slipway.sql.Database;
import io.slipway.sql.TestEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BackupScheduleTest {

    private static final Duration DAY = Duration.ofDays(1);

    @TempDir Path folder;
    private final TestClock clock = new TestClock();

    private List<String> names(Path backups) throws Exception {
        try (var files = Files.list(backups)) {
            return files.map(each -> each.getFileName().toString())
                    .filter(name -> !name.equals("lock"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @EnumSource
    void makesThemInTimeKeepsTheNewestAndSaysWhatIsWrong(TestEngine engine) throws Exception {
        Path backups = folder.resolve("backups");
        var config = engine.config(folder);
        var parts =
                new BackupParts(
                        config,
                        new KeyConfig(""),
                        new FirmwareConfig(
                                folder.resolve("firmware"), folder, null, 1, 1, false, 0, 0),
                        "test");
        var wanted = new BackupConfig(DAY, backups, 2, "");
        try (Database database = Database.open(config)) {
            new Keyring(database, MasterKey.inFolder(folder), clock);
            var schedule = new BackupSchedule(wanted, parts, clock);
            assertThat(schedule.trouble()).isNull();
            schedule.look();
            List<String> first = names(backups);
            assertThat(first).singleElement().asString().matches("slipway-\\d{8}T\\d{6}Z.backup");

            clock.advance(DAY.minusSeconds(1));
            new BackupSchedule(wanted, parts, clock).look();
            assertThat(names(backups)).isEqualTo(first);
            // What a process left that was killed.
            Files.writeString(backups.resolve("slipway-20200101T000000Z.backup.part"), "x");
            Files.writeString(backups.resolve("slipway-mine.backup"), "x");
            clock.advance(Duration.ofSeconds(2));
            new BackupSchedule(wanted, parts, clock).look();
            clock.advance(DAY);
            schedule.look();
            assertThat(names(backups))
                    .hasSize(3)
                    .contains("slipway-mine.backup")
                    .doesNotContainAnyElementsOf(first)
                    .noneMatch(name -> name.endsWith(".part"));
            assertThat(schedule.trouble()).isNull();

            clock.advance(DAY.multipliedBy(2).plusHours(1));
            assertThat(schedule.trouble().en())
                    .isEqualTo("There has been no scheduled backup for 49 h");
            var broken =
                    new BackupSchedule(
                            new BackupConfig(DAY, backups, 2, folder + "/none"), parts, clock);
            broken.look();
            assertThat(broken.trouble().en()).contains("The scheduled backup failed", "passphrase");
            assertThat(names(backups)).hasSize(3);
            schedule.look();
            assertThat(schedule.trouble()).isNull();
            var none = new BackupConfig(Duration.ZERO, folder.resolve("none"), 2, "");
            assertThat(new BackupSchedule(none, parts, clock).trouble()).isNull();
        }
    }
}
