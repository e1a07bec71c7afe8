package io.slipway.backup;

import io.slipway.settings.Settings;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Backups that the server makes by itself.
 *
 * @param every zero for none
 * @param folder where they are
 * @param keep how many of the newest
 * @param passphraseFile empty for none
 */
public record BackupConfig(Duration every, Path folder, int keep, String passphraseFile) {

    private static final Duration SHORTEST = Duration.ofMinutes(10);

    /**
     * Reads them; errors are reported to {@code s}.
     *
     * @param data the data folder
     */
    public static BackupConfig read(Settings s, Path data) {
        Duration every =
                s.duration(
                        "backup.every",
                        "0 s",
                        "每隔多久自动备份一次，至少 10 m；0 s 不备份；集群中只在一个节点上设置",
                        "how often the server makes a backup by itself, at least 10 m; 0 s for"
                                + " never; in a cluster, set it on one node only");
        if (!every.isZero() && every.compareTo(SHORTEST) < 0) {
            s.problem("backup.every", every.toSeconds() + " s", "0 s, or at least 10 m");
        }
        String folder =
                s.text(
                        "backup.dir",
                        "",
                        "自动备份的目录，最好在另一块磁盘上；留空为 data.dir 下的 backups",
                        "folder of these backups, preferably on another disk; empty for the folder"
                                + " backups in data.dir");
        int keep =
                s.number(
                        "backup.keep",
                        7,
                        1,
                        1_000,
                        "保留最新的几份自动备份",
                        "how many of these backups are kept, the newest");
        String passphrase =
                s.text(
                        "backup.passphrase-file",
                        "",
                        "用此文件的第一行作口令加密自动备份；留空不加密",
                        "file whose first line is the passphrase of these backups; empty for"
                                + " unencrypted ones");
        return new BackupConfig(
                every,
                folder.isEmpty() ? data.resolve("backups") : Path.of(folder),
                keep,
                passphrase);
    }
}
