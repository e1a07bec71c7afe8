package io.slipway.firmware;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/**
 * The stored images without their builds, for whoever copies all of them. Thread-safe; calls block,
 * for minutes at worst.
 */
public final class Images implements AutoCloseable {

    private final BlobStore blobs;

    private Images(BlobStore blobs) {
        this.blobs = blobs;
    }

    /** Of the folder or the object store in the settings. */
    public static Images open(FirmwareConfig config) {
        return new Images(BlobStore.of(config));
    }

    /**
     * Reads an image; the caller closes it.
     *
     * @throws java.nio.file.NoSuchFileException if it doesn't exist
     */
    public InputStream read(String sha256) throws IOException {
        return blobs.open(sha256);
    }

    /** Whether an image exists with this size, in bytes. */
    public boolean has(String sha256, long size) throws IOException {
        return blobs.has(sha256, size);
    }

    /** Stores an image, whose content the caller has checked, atomically and durably. */
    public void put(String sha256, Path file, long size) throws IOException {
        blobs.put(sha256, file, size);
    }

    /** Does nothing if it doesn't exist. */
    public void delete(String sha256) throws IOException {
        blobs.delete(sha256);
    }

    @Override
    public void close() {
        blobs.close();
    }
}
