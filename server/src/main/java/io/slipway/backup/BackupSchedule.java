package io.slipway.backup;

import io.slipway.base.Base;
import io.slipway.files.PrivateFiles;
import io.slipway.text.Sentence;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Backups that the server makes by itself, at the times that their names say. When the next is due
 * follows from the files that are there, also after a restart. Thread-safe.
 */
public final class BackupSchedule {

    private static final Logger LOG = LoggerFactory.getLogger(BackupSchedule.class);

    private static final Duration LOOK = Duration.ofMinutes(1);
    private static final Duration AGAIN = Duration.ofMinutes(10);
    private static final String START = "slipway-";
    private static final String END = ".backup";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'");

    private final BackupConfig config;
    private final BackupParts parts;
    private final InstantSource clock;
    private final Instant since;
    private final AtomicBoolean running = new AtomicBoolean();
    private volatile @Nullable Sentence trouble;
    private volatile Instant notBefore = Instant.MIN;

    BackupSchedule(BackupConfig config, BackupParts parts, InstantSource clock) {
        this.config = config;
        this.parts = parts;
        this.clock = clock;
        this.since = clock.instant();
    }

    /** Starts with the housekeeping, if the settings want backups. */
    public static BackupSchedule install(BackupConfig config, BackupParts parts, Base base) {
        var schedule = new BackupSchedule(config, parts, base.clock());
        if (!config.every().isZero()) {
            base.housekeeping().every(LOOK, "backups", schedule::start);
        }
        return schedule;
    }

    // On a thread of its own: it may take as long as there is data.
    private void start() {
        if (running.compareAndSet(false, true)) {
            Thread.ofPlatform()
                    .daemon()
                    .name("backup")
                    .start(() -> {
                        try {
                            look();
                        } finally {
                            running.set(false);
                        }
                    });
        }
    }

    /** Makes a backup if one is due. */
    void look() {
        Instant now = clock.instant();
        if (now.isBefore(notBefore)) {
            return;
        }
        try {
            PrivateFiles.folder(config.folder());
            if (due(now)) {
                locked(now);
            }
        } catch (IOException | RuntimeException e) {
            notBefore = now.plus(AGAIN);
            String why = e.getMessage() == null ? e.toString() : e.getMessage();
            trouble = new Sentence("自动备份失败：" + why, "The scheduled backup failed: " + why);
            LOG.warn("the scheduled backup failed and will be retried: {}", why);
        }
    }

    private boolean due(Instant now) throws IOException {
        List<Instant> times = times();
        return times.isEmpty()
                || Duration.between(times.getLast(), now).compareTo(config.every()) >= 0;
    }

    // Of nodes with the same folder one makes it.
    private void locked(Instant now) throws IOException {
        Path file = config.folder().resolve("lock");
        PrivateFiles.secure(file);
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            // Released with the channel.
            if (PrivateFiles.tryLock(channel) != null && due(now)) {
                make(now);
            }
        }
    }

    private void make(Instant now) throws IOException {
        sweep();
        Passphrase passphrase =
                config.passphraseFile().isEmpty()
                        ? null
                        : Passphrase.read(Path.of(config.passphraseFile()));
        BackupReport report = Backups.backup(parts, file(now), passphrase, now);
        int missing = report.missing().size();
        trouble =
                missing == 0
                        ? null
                        : new Sentence(
                                "自动备份中缺少 " + missing + " 个固件：文件缺失或已损坏",
                                "The scheduled backup lacks "
                                        + missing
                                        + " images, which are missing or damaged");
        List<Instant> times = times();
        for (Instant old : times.subList(0, Math.max(0, times.size() - config.keep()))) {
            Files.deleteIfExists(file(old));
        }
    }

    private Path file(Instant time) {
        String name = TIME.format(LocalDateTime.ofInstant(time, ZoneOffset.UTC));
        return config.folder().resolve(START + name + END);
    }

    /** Of the backups that are there, the oldest first. */
    private List<Instant> times() throws IOException {
        var times = new ArrayList<Instant>();
        for (Path each : files(END)) {
            String name = each.getFileName().toString();
            String time = name.substring(START.length(), name.length() - END.length());
            try {
                times.add(LocalDateTime.parse(time, TIME).toInstant(ZoneOffset.UTC));
            } catch (DateTimeParseException e) {
                LOG.debug("{} is not one of these backups", name);
            }
        }
        times.sort(Comparator.naturalOrder());
        return times;
    }

    private List<Path> files(String end) throws IOException {
        var found = new ArrayList<Path>();
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(config.folder(), START + "*" + end)) {
            files.forEach(found::add);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return found;
    }

    // What processes left that were killed; nobody else has the lock.
    private void sweep() throws IOException {
        for (Path each : files(END + ".part")) {
            Files.deleteIfExists(each);
        }
    }

    /**
     * What an administrator should know: that the last one failed or is not whole, or that none was
     * made for twice the period; null if all is well or no backups are wanted. Reads the folder.
     */
    public @Nullable Sentence trouble() {
        @Nullable Sentence known = trouble;
        if (config.every().isZero() || known != null) {
            return known;
        }
        Instant last = since;
        try {
            List<Instant> times = Files.isDirectory(config.folder()) ? times() : List.of();
            if (!times.isEmpty()) {
                last = times.getLast();
            }
        } catch (IOException e) {
            LOG.debug("the folder of backups can't be read", e);
        }
        Duration age = Duration.between(last, clock.instant());
        if (age.compareTo(config.every().multipliedBy(2)) <= 0) {
            return null;
        }
        long hours = age.toHours();
        return new Sentence(
                "已有 " + hours + " 小时没有自动备份",
                "There has been no scheduled backup for " + hours + " h");
    }
}
