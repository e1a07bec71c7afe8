package io.slipway.firmware;

import io.slipway.http.Problem;
import io.slipway.protocol.firmware.AppImage;
import io.slipway.protocol.firmware.Extraction;
import io.slipway.protocol.firmware.ImageRefusal;
import io.slipway.protocol.firmware.Inspection;
import io.slipway.protocol.firmware.ReleaseFile;
import io.slipway.work.Cpu;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Verifies images on its own threads, because hashing and inflating them keeps processors busy
 * (decisions D7).
 */
final class ImageInspector implements AutoCloseable {

    private final Cpu cpu = new Cpu();
    private final long limit;

    /**
     * @param image what was verified
     * @param extraction where it was found in the upload; null if it is the whole upload
     */
    record Inspected(AppImage image, @Nullable Extraction extraction) {}

    /**
     * @param limit the largest upload, and the largest file in a zip, in bytes
     */
    ImageInspector(long limit) {
        this.limit = limit;
    }

    /**
     * Finds the image in an upload.
     *
     * @param cutOut where the image is written if it is not the whole upload; must not exist. The
     *     caller deletes it, after a failure as well
     * @throws Problem 400 with {@code reason} when devices can't have it, 503 when the queue is
     *     full or the image can't be written
     */
    Inspected inspect(Path upload, Path cutOut) {
        return cpu.run(() -> {
            try (var file = FileChannel.open(upload)) {
                var release = new ReleaseFile(file, limit);
                return switch (release.inspect()) {
                    case Inspection.AcceptedImage(AppImage found) -> {
                        Extraction extraction = release.extraction().orElse(null);
                        if (extraction != null) {
                            write(release, cutOut);
                            if (!Files.exists(upload)) {
                                // The caller has given up, and deleted what was there by then.
                                Files.deleteIfExists(cutOut);
                            }
                        }
                        yield new Inspected(found, extraction);
                    }
                    case Inspection.RefusedFile(ImageRefusal why) ->
                            throw new Problem(
                                    400, why.zh(), why.en(), Map.of("reason", why.reason().name()));
                };
            } catch (IOException e) {
                throw Builds.unavailable(e);
            }
        });
    }

    private static void write(ReleaseFile release, Path cutOut) throws IOException {
        try (InputStream in = release.open()) {
            Files.copy(in, cutOut);
        }
    }

    @Override
    public void close() {
        cpu.close();
    }
}
