package io.slipway.firmware;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Where images are kept, each as {@code <sha256>.bin}. Thread-safe; calls block, for minutes at
 * worst.
 */
sealed interface BlobStore extends AutoCloseable permits DirectoryBlobs, S3Blobs {

    /** What an image is called in any store. */
    static String name(String sha256) {
        return sha256 + ".bin";
    }

    /**
     * Stores an image; afterwards all of it is there, durably, or nothing. One that is there
     * already is written again.
     *
     * @param size of the file in bytes; with another nothing is stored
     */
    void put(String sha256, Path file, long size) throws IOException;

    /** Whether an image is there in this size. */
    boolean has(String sha256, long size) throws IOException;

    /** Nothing happens when it isn't there. */
    void delete(String sha256) throws IOException;

    /** Names the SHA-256 of each image there is, in no order, without holding them all. */
    void list(Consumer<String> each) throws IOException;

    @Override
    void close();
}
