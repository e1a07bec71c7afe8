package io.slipway.backup;

import io.slipway.firmware.FirmwareConfig;
import io.slipway.keys.KeyConfig;
import io.slipway.sql.DatabaseConfig;
import java.nio.file.Path;

/**
 * What is backed up or restored, where it is by the settings.
 *
 * @param program the version of this program
 */
public record BackupParts(
        DatabaseConfig database, KeyConfig keys, FirmwareConfig firmware, String program) {

    Path folder() {
        return database.folder();
    }
}
