package io.slipway.firmware;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Where images are stored, each as {@code <sha256>.bin}. Thread-safe; calls block, for minutes at
 * worst.
 */
sealed interface BlobStore extends AutoCloseable permits DirectoryBlobs, S3Blobs {

    /** Of the folder or the object store in the settings. */
    static BlobStore of(FirmwareConfig config) {
        FirmwareConfig.S3 s3 = config.s3();
        return s3 == null ? new DirectoryBlobs(config.folder()) : new S3Blobs(s3);
    }

    /** The name of an image in any store. */
    static String name(String sha256) {
        return sha256 + ".bin";
    }

    /**
     * Stores an image atomically and durably. An existing one is written again.
     *
     * @param size of the file in bytes; if it differs, nothing is stored
     */
    void put(String sha256, Path file, long size) throws IOException;

    /**
     * Reads an image; the caller closes it.
     *
     * @throws java.nio.file.NoSuchFileException if it doesn't exist
     */
    InputStream open(String sha256) throws IOException;

    /** Whether an image exists with this size. */
    boolean has(String sha256, long size) throws IOException;

    /** Does nothing if it doesn't exist. */
    void delete(String sha256) throws IOException;

    /** Passes the SHA-256 of each image, in no order, without holding them all in memory. */
    void list(Consumer<String> each) throws IOException;

    @Override
    void close();
}
