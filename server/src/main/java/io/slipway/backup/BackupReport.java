package io.slipway.backup;

import java.util.List;

/**
 * What was copied.
 *
 * @param time of the backup, ISO 8601
 * @param schema the version of its tables
 * @param images that are in the backup
 * @param missing SHA-256 of the images of builds that are not: they were missing or damaged already
 */
public record BackupReport(
        String time,
        int schema,
        long rows,
        long accounts,
        long devices,
        long images,
        List<String> missing) {

    static BackupReport of(BackupHeader header, Manifest manifest) {
        return new BackupReport(
                header.time(),
                header.schema(),
                manifest.tables().stream().mapToLong(TableSum::rows).sum(),
                rows(manifest, "account"),
                rows(manifest, "device"),
                manifest.images().stream().filter(Manifest.ImageSum::whole).count(),
                manifest.images().stream()
                        .filter(each -> !each.whole())
                        .map(Manifest.ImageSum::sha256)
                        .toList());
    }

    private static long rows(Manifest manifest, String table) {
        return manifest.tables().stream()
                .filter(each -> each.name().equals(table))
                .mapToLong(TableSum::rows)
                .sum();
    }
}
