package io.slipway.files;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How much space the folders of this node have left. Thread-safe; each call asks the file systems.
 */
public final class DiskSpace {

    private static final long MB = 1_000_000;

    /** Of a large file system not 5 %: of 4 TB that would be a warning at 200 GB. */
    private static final long MOST_LOW = 10_000 * MB;

    /** A few images and the database's own growth. */
    private static final long LEAST_LOW = 500 * MB;

    /** Less than the database's log takes. */
    private static final long MOST_FULL = 32 * MB;

    private final Path data;
    private final @Nullable Path firmware;

    /**
     * @param data the data folder
     * @param firmware the folder of the images; null if they are elsewhere
     */
    public DiskSpace(Path data, @Nullable Path firmware) {
        this.data = data;
        this.firmware = firmware;
    }

    /** A folder, by what it is for. */
    public enum Use {
        DATA,
        FIRMWARE
    }

    /** How urgent it is. */
    public enum Room {
        OK,
        LOW,
        FULL
    }

    /**
     * Of one folder.
     *
     * @param freeBytes what this process may still write
     * @param totalBytes of its file system; 0 if it can't be read
     */
    public record FolderSpace(Use use, long freeBytes, long totalBytes) {

        /**
         * Low is below 5 % of the file system, but at least 500 MB and at most 10 GB, and on small
         * disks a quarter of them; full is below 32 MB or 1 %, whichever is less.
         */
        public Room room() {
            if (totalBytes == 0) {
                return Room.OK;
            }
            if (freeBytes < Math.min(MOST_FULL, totalBytes / 100)) {
                return Room.FULL;
            }
            long low = Math.clamp(totalBytes / 20, LEAST_LOW, MOST_LOW);
            return freeBytes < Math.min(low, totalBytes / 4) ? Room.LOW : Room.OK;
        }
    }

    /** The data folder, then the firmware folder if there is one. */
    public List<FolderSpace> folders() {
        var found = new ArrayList<FolderSpace>();
        found.add(of(Use.DATA, data));
        if (firmware != null) {
            found.add(of(Use.FIRMWARE, firmware));
        }
        return found;
    }

    /** The worst of all folders. */
    public Room worst() {
        Room worst = Room.OK;
        for (FolderSpace each : folders()) {
            worst = each.room().compareTo(worst) > 0 ? each.room() : worst;
        }
        return worst;
    }

    private static FolderSpace of(Use use, Path folder) {
        Path there = folder.toAbsolutePath();
        // A folder that somebody removed: where it would be made again.
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        File file = there.toFile();
        return new FolderSpace(use, file.getUsableSpace(), file.getTotalSpace());
    }
}
