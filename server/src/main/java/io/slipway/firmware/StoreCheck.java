package io.slipway.firmware;

import io.slipway.firmware.BuildStore.StoredImage;
import io.slipway.http.schema.Described;
import io.slipway.http.schema.Shape;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compares the stored images with the builds. Thread-safe; calls block. */
final class StoreCheck {

    /** The maximum of each kind that are listed. */
    static final int NAMED = 100;

    private static final int PAGE = 500;
    private static final Logger LOG = LoggerFactory.getLogger(StoreCheck.class);

    private final Database database;
    private final InstantSource clock;
    private final BlobStore blobs;

    StoreCheck(Database database, InstantSource clock, BlobStore blobs) {
        this.database = database;
        this.clock = clock;
        this.blobs = blobs;
    }

    /**
     * @param images how many are stored
     * @param builds how many there are
     * @param unused SHA-256 of images without a build, at most {@link #NAMED}
     * @param missing ids of builds without an image, at most {@link #NAMED}
     */
    record StoreReport(
            @Described("存了几个 · number of stored images") long images,
            long builds,
            @Described("没有固件使用的文件的 SHA-256 · SHA-256 of images that no build uses")
                    @Shape(maxItems = NAMED)
                    List<String> unused,
            @Described("缺少文件的固件 · builds whose image is missing")
                    @Shape(pattern = Shape.ID, maxItems = NAMED)
                    List<String> missing) {}

    /** Takes seconds with thousands of builds. */
    StoreReport run() throws IOException {
        if (blobs instanceof DirectoryBlobs folder) {
            folder.sweep(folder.millis());
        }
        // An image is stored before its build, so images must be listed first.
        Set<String> images = new HashSet<>();
        blobs.list(images::add);
        Map<String, List<StoredImage>> builds = builds();
        List<String> unused = new ArrayList<>();
        for (String image : images) {
            if (unused.size() < NAMED && !builds.containsKey(image) && !wanted(image)) {
                unused.add(image);
            }
        }
        List<String> missing = new ArrayList<>();
        for (var build : builds.entrySet()) {
            if (missing.size() < NAMED
                    && !images.contains(build.getKey())
                    && stillMissing(build.getValue().getFirst())) {
                build.getValue().forEach(stored -> missing.add(stored.id()));
            }
        }
        long count = builds.values().stream().mapToLong(List::size).sum();
        return new StoreReport(
                images.size(),
                count,
                unused.stream().sorted().toList(),
                missing.stream().sorted().limit(NAMED).toList());
    }

    private Map<String, List<StoredImage>> builds() {
        var builds = new HashMap<String, List<StoredImage>>();
        String after = "";
        List<StoredImage> page;
        do {
            String from = after;
            page = database.read(Plane.CONSOLE, tx -> BuildStore.files(tx, from, PAGE));
            for (StoredImage stored : page) {
                builds.computeIfAbsent(stored.sha256(), sha -> new ArrayList<>()).add(stored);
                after = stored.id();
            }
        } while (page.size() == PAGE);
        return builds;
    }

    // An image that is just being uploaded is no orphan.
    private boolean wanted(String sha256) {
        long now = clock.millis();
        return database.read(
                Plane.CONSOLE,
                tx -> ImageLockStore.busy(tx, sha256, now) || BuildStore.usesImage(tx, sha256));
    }

    private boolean stillMissing(StoredImage build) throws IOException {
        boolean used = database.read(Plane.CONSOLE, tx -> BuildStore.usesImage(tx, build.sha256()));
        return used && !blobs.has(build.sha256(), build.size());
    }

    /** Runs {@link #run} and logs the result. */
    void report() {
        try {
            StoreReport result = run();
            if (!result.unused().isEmpty()) {
                LOG.warn("{} images without a build: {}", result.unused().size(), result.unused());
            }
            if (!result.missing().isEmpty()) {
                LOG.error(
                        "{} builds whose image is missing: {}",
                        result.missing().size(),
                        result.missing());
            }
        } catch (IOException e) {
            LOG.warn("the stored images could not be checked: {}", e.toString());
        }
    }
}
