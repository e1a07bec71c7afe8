package io.slipway.files;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * How much space the folders of this node have left. Thread-safe; each call asks the file systems,
 * for at most {@link #PATIENCE} each: a network mount whose server is gone never answers.
 */
public final class DiskSpace {

    /** How long a file system may take. */
    static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final long MB = 1_000_000;

    /** Of a large file system not 5 %: of 4 TB that would be a warning at 200 GB. */
    private static final long MOST_LOW = 10_000 * MB;

    /** A few images and the database's own growth. */
    private static final long LEAST_LOW = 500 * MB;

    /** Less than the database's log takes. */
    private static final long MOST_FULL = 32 * MB;

    private final List<Question> questions = new ArrayList<>();

    /**
     * @param data the data folder
     * @param firmware the folder of the images; null if they are elsewhere
     */
    public DiskSpace(Path data, @Nullable Path firmware) {
        this(data, firmware, DiskSpace::measure, PATIENCE);
    }

    /**
     * @param measure reads a folder's file system; may block for ever
     * @param patience how long to wait for it
     */
    DiskSpace(
            Path data,
            @Nullable Path firmware,
            BiFunction<Use, Path, FolderSpace> measure,
            Duration patience) {
        questions.add(new Question(Use.DATA, data, measure, patience));
        if (firmware != null) {
            questions.add(new Question(Use.FIRMWARE, firmware, measure, patience));
        }
    }

    /** A folder, by what it is for. */
    public enum Use {
        DATA,
        FIRMWARE
    }

    /** How urgent it is. */
    public enum Room {
        OK,
        /** Its file system does not answer. */
        UNKNOWN,
        LOW,
        FULL
    }

    /**
     * Of one folder.
     *
     * @param freeBytes what this process may still write
     * @param totalBytes of its file system; 0 if it can't be read
     * @param answers whether its file system does; if not, both are 0
     */
    public record FolderSpace(Use use, long freeBytes, long totalBytes, boolean answers) {

        /**
         * Low is below 5 % of the file system, but at least 500 MB and at most 10 GB, and on small
         * disks a quarter of them; full is below 32 MB or 1 %, whichever is less.
         */
        public Room room() {
            if (!answers) {
                return Room.UNKNOWN;
            }
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
        return questions.stream().map(Question::ask).toList();
    }

    /** The worst of all folders. */
    public Room worst() {
        Room worst = Room.OK;
        for (FolderSpace each : folders()) {
            worst = each.room().compareTo(worst) > 0 ? each.room() : worst;
        }
        return worst;
    }

    private static FolderSpace measure(Use use, Path folder) {
        Path there = folder.toAbsolutePath();
        // A folder that somebody removed: where it would be made again.
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        File file = there.toFile();
        return new FolderSpace(use, file.getUsableSpace(), file.getTotalSpace(), true);
    }

    /**
     * Asks for one folder, on a thread that is not the caller's. While there is no answer, nobody
     * asks again, so no more than one thread is stuck; and once it is late, nobody waits for it.
     */
    private static final class Question {

        private final Use use;
        private final Path folder;
        private final BiFunction<Use, Path, FolderSpace> measure;
        private final Duration patience;
        private @Nullable CompletableFuture<FolderSpace> asked;
        private long due;

        Question(
                Use use,
                Path folder,
                BiFunction<Use, Path, FolderSpace> measure,
                Duration patience) {
            this.use = use;
            this.folder = folder;
            this.measure = measure;
            this.patience = patience;
        }

        FolderSpace ask() {
            var unknown = new FolderSpace(use, 0, 0, false);
            CompletableFuture<FolderSpace> answer;
            long left;
            synchronized (this) {
                answer = answer();
                left = due - System.nanoTime();
            }
            try {
                return answer.get(Math.max(0, left), TimeUnit.NANOSECONDS);
            } catch (TimeoutException | ExecutionException e) {
                return unknown;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return unknown;
            }
        }

        private CompletableFuture<FolderSpace> answer() {
            CompletableFuture<FolderSpace> known = asked;
            if (known != null && !known.isDone()) {
                return known;
            }
            var fresh = new CompletableFuture<FolderSpace>();
            asked = fresh;
            due = System.nanoTime() + patience.toNanos();
            // Not a virtual one: the call is the kernel's, and would keep a carrier.
            Thread.ofPlatform()
                    .daemon()
                    .name("disk-" + use.name().toLowerCase(Locale.ROOT))
                    .start(() -> complete(fresh));
            return fresh;
        }

        private void complete(CompletableFuture<FolderSpace> fresh) {
            try {
                fresh.complete(measure.apply(use, folder));
            } catch (RuntimeException e) {
                fresh.completeExceptionally(e);
            }
        }
    }
}
