package io.slipway.firmware;

import io.slipway.files.PrivateFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A folder on this machine, or one that all nodes share. */
final class DirectoryBlobs implements BlobStore {

    private static final Pattern NAME = Pattern.compile("([0-9a-f]{64})\\.bin");
    private static final String UNFINISHED = ".part";

    /** No write of an image takes this long. */
    private static final Duration ABANDONED = Duration.ofHours(1);

    private final Path folder;

    DirectoryBlobs(Path folder) {
        this.folder = folder;
        try {
            PrivateFiles.folder(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("no folder for firmware: " + folder, e);
        }
    }

    /** Where an image is, or would be, stored. */
    Path path(String sha256) {
        return folder.resolve(BlobStore.name(sha256));
    }

    // Written to a temporary file, because a device that downloads half an image wastes a minute,
    // and synced before renaming, because a power failure could leave a name without content.
    @Override
    public void put(String sha256, Path file, long size) throws IOException {
        Path aside = folder.resolve("." + sha256 + "." + UUID.randomUUID() + UNFINISHED);
        try {
            copy(file, aside, size);
            Files.move(
                    aside,
                    path(sha256),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(aside);
        }
        PrivateFiles.syncFolder(folder);
    }

    private static void copy(Path from, Path to, long size) throws IOException {
        try (var in = FileChannel.open(from, StandardOpenOption.READ);
                var out = PrivateFiles.create(to)) {
            long at = 0;
            long copied;
            while (at <= size && (copied = in.transferTo(at, size + 1 - at, out)) > 0) {
                at += copied;
            }
            if (at != size) {
                throw new IOException("the image is not " + size + " bytes long");
            }
            out.force(true);
        }
    }

    @Override
    public InputStream open(String sha256) throws IOException {
        return Files.newInputStream(path(sha256));
    }

    @Override
    public boolean has(String sha256, long size) throws IOException {
        Path path = path(sha256);
        return Files.isRegularFile(path) && Files.size(path) == size;
    }

    @Override
    public void delete(String sha256) throws IOException {
        if (Files.deleteIfExists(path(sha256))) {
            PrivateFiles.syncFolder(folder);
        }
    }

    @Override
    public void list(Consumer<String> each) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Matcher matcher = NAME.matcher(file.getFileName().toString());
                if (matcher.matches()) {
                    each.accept(matcher.group(1));
                }
            }
        } catch (java.nio.file.DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    /** The folder's time: its files' timestamps may come from another machine's clock. */
    long millis() throws IOException {
        Path probe = Files.createTempFile(folder, ".", UNFINISHED);
        try {
            return Files.getLastModifiedTime(probe).toMillis();
        } finally {
            Files.deleteIfExists(probe);
        }
    }

    /** Deletes files of processes that died while writing. */
    void sweep(long now) throws IOException {
        FileTime before = FileTime.fromMillis(now - ABANDONED.toMillis());
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, ".*" + UNFINISHED)) {
            for (Path file : files) {
                if (Files.getLastModifiedTime(file).compareTo(before) < 0) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (java.nio.file.DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    @Override
    public void close() {}
}
