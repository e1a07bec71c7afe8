package io.slipway.backup;

import java.util.List;

/** The last entry of a backup: what must be in it. */
record Manifest(List<TableSum> tables, List<ImageSum> images) {

    /**
     * An image; its name in the backup is its SHA-256.
     *
     * @param bytes its size
     * @param whole whether it is in the backup; false if it was missing or damaged already
     */
    record ImageSum(String sha256, long bytes, boolean whole) {}
}
