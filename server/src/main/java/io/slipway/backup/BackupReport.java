package io.slipway.backup;

import java.util.List;

/**
 * What was copied.
 *
 * @param time of the backup, ISO 8601
 * @param images that are in the backup
 * @param missing SHA-256 of the images of builds that are not: they were missing or damaged already
 */
public record BackupReport(
        String time, long rows, long accounts, long devices, long images, List<String> missing) {

    static BackupReport of(BackupHeader header, Manifest manifest) {
        return new BackupReport(
                header.time(),
                TableSum.rows(manifest.tables()),
                TableSum.rows(manifest.tables(), "account"),
                TableSum.rows(manifest.tables(), "device"),
                manifest.images().stream().filter(Manifest.ImageSum::whole).count(),
                manifest.images().stream()
                        .filter(each -> !each.whole())
                        .map(Manifest.ImageSum::sha256)
                        .toList());
    }
}
