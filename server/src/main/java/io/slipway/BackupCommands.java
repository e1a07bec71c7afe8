package io.slipway;

import io.slipway.backup.BackupReport;
import io.slipway.backup.Backups;
import io.slipway.backup.Passphrase;
import io.slipway.sql.DatabaseConfig;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code backup}, {@code restore} and {@code move}: their options, and what they say. */
final class BackupCommands {

    private static final int BAD_OPTIONS = 2;

    /** The backup was written, but some images were missing or damaged already. */
    private static final int INCOMPLETE = 3;

    private static final String PASSPHRASE = "--passphrase-file";

    private final PrintStream out;
    private final PrintStream err;

    BackupCommands(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    int run(String[] arguments, Config config, InstantSource clock) {
        return switch (arguments[0]) {
            case "backup" -> backup(arguments, config, clock);
            case "restore" -> restore(arguments, config);
            default -> move(arguments, config);
        };
    }

    private int backup(String[] arguments, Config config, InstantSource clock) {
        @Nullable Map<String, String> given =
                CommandOptions.read(arguments, true, Set.of(PASSPHRASE), Set.of());
        if (given == null || !given.containsKey("")) {
            err.println("slipway: backup FILE [--passphrase-file F]");
            return BAD_OPTIONS;
        }
        Path file = Path.of(given.getOrDefault("", ""));
        @Nullable Passphrase passphrase = passphrase(given);
        BackupReport report =
                Backups.backup(config.backupParts(), file, passphrase, clock.instant());
        out.println(
                "已备份到 Backed up to "
                        + file
                        + "："
                        + contents(report)
                        + "，"
                        + size(file)
                        + " 字节 bytes");
        out.println(
                passphrase == null
                        ? "文件未加密，其中的密钥可解开一切：请妥善保管 The file is not encrypted and contains the key to"
                                + " everything in it: keep it where nobody else can read it"
                        : "没有口令就无法恢复 It can't be restored without the passphrase");
        missing(report);
        return report.missing().isEmpty() ? 0 : INCOMPLETE;
    }

    private int restore(String[] arguments, Config config) {
        @Nullable Map<String, String> given =
                CommandOptions.read(arguments, true, Set.of(PASSPHRASE), Set.of());
        if (given == null || !given.containsKey("")) {
            err.println("slipway: restore FILE [--passphrase-file F]");
            return BAD_OPTIONS;
        }
        Path file = Path.of(given.getOrDefault("", ""));
        BackupReport report = Backups.restore(config.backupParts(), file, passphrase(given));
        out.println(
                "已恢复 "
                        + report.time()
                        + " 的备份到 "
                        + config.database()
                        + "，数量与校验和一致 Restored the backup of "
                        + report.time()
                        + " to "
                        + config.database()
                        + ", counts and checksums compared："
                        + contents(report));
        out.println(
                config.keys().masterKey().isEmpty()
                        ? "密钥已写入 The key is in " + config.dataFolder().resolve("secret.key")
                        : "密钥就是设置 secret.key 的值 The key is that of the setting secret.key");
        missing(report);
        return 0;
    }

    private int move(String[] arguments, Config config) {
        @Nullable Map<String, String> given =
                CommandOptions.read(
                        arguments, false, Set.of("--to", "--user", "--password-file"), Set.of());
        String url = given == null ? "" : given.getOrDefault("--to", "");
        if (given == null || !url.startsWith("jdbc:postgresql://")) {
            err.println(
                    "slipway: move --to jdbc:postgresql://HOST/DATABASE [--user U --password-file"
                            + " F]");
            return BAD_OPTIONS;
        }
        String user = given.getOrDefault("--user", "");
        var to =
                new DatabaseConfig(
                        config.dataFolder(),
                        url,
                        user,
                        CommandOptions.password(given.get("--password-file")),
                        config.database().poolSize());
        Backups.Moved moved = Backups.move(config.database(), to);
        out.println(
                (moved.already()
                                ? "此前已搬完，数量与校验和一致 Had been moved before, counts and checksums compared："
                                : "已搬到 PostgreSQL，数量与校验和一致 Moved to PostgreSQL, counts and checksums"
                                        + " compared：")
                        + moved.accounts()
                        + " 个账号 accounts，"
                        + moved.devices()
                        + " 台设备 devices，"
                        + moved.rows()
                        + " 行 rows");
        out.println("现在请设置 Now set: database.url=" + url);
        if (!user.isEmpty()) {
            out.println("    database.user=" + user + ", database.password=…");
        }
        out.println(
                "旧数据库改名为 slipway.db.moved，不再使用；secret.key 和固件留在原处 The old database is now"
                        + " slipway.db.moved and no longer used; secret.key and firmware stay where"
                        + " they are");
        return 0;
    }

    private static @Nullable Passphrase passphrase(Map<String, String> given) {
        @Nullable String file = given.get(PASSPHRASE);
        return file == null ? null : Passphrase.read(Path.of(file));
    }

    private static String contents(BackupReport report) {
        return report.accounts()
                + " 个账号 accounts，"
                + report.devices()
                + " 台设备 devices，"
                + report.rows()
                + " 行 rows，"
                + report.images()
                + " 个固件 images";
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0;
        }
    }

    private void missing(BackupReport report) {
        for (String each : report.missing()) {
            err.println(
                    "slipway: 固件文件缺失或已损坏，备份中没有 an image was missing or damaged and is not in the"
                            + " backup: "
                            + each);
        }
    }
}
