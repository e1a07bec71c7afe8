package io.slipway.bench;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;

/** Folder operations for plain files. */
public final class Folders {

    /**
     * Contains {@link Store.Filled#print}; written last, so that an incomplete store never counts.
     */
    private static final String MARK = "filled";

    private Folders() {}

    public static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Copies the files and syncs them: otherwise the disk would be busy while we measure. */
    static void copy(Path from, Path to) throws IOException {
        delete(to);
        Files.createDirectories(to);
        try (var files = Files.list(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = to.resolve(file.getFileName());
                Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
                try (var channel = FileChannel.open(copy, StandardOpenOption.WRITE)) {
                    channel.force(true);
                }
            }
        }
    }

    static boolean marked(Path folder, String print) throws IOException {
        try {
            return Files.readString(folder.resolve(MARK)).equals(print);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    static void mark(Path folder, String print) throws IOException {
        Files.writeString(folder.resolve(MARK), print);
    }
}
