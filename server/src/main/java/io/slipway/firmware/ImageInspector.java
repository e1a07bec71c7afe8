package io.slipway.firmware;

import io.slipway.http.Problem;
import io.slipway.protocol.firmware.AppImage;
import io.slipway.protocol.firmware.ImageReader;
import io.slipway.protocol.firmware.ImageRefusal;
import io.slipway.protocol.firmware.Inspection;
import io.slipway.work.Cpu;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Verifies images on its own threads, because hashing them keeps processors busy (decisions D7).
 */
final class ImageInspector implements AutoCloseable {

    private final Cpu cpu = new Cpu();
    private final long limit;

    /**
     * @param limit the largest image, in bytes
     */
    ImageInspector(long limit) {
        this.limit = limit;
    }

    /**
     * @throws Problem 400 with {@code reason} when devices can't have it, 503 when the queue is
     *     full
     */
    AppImage inspect(Path image) {
        return switch (cpu.run(() -> read(image))) {
            case Inspection.AcceptedImage(AppImage found) -> found;
            case Inspection.RefusedFile(ImageRefusal why) ->
                    throw new Problem(
                            400, why.zh(), why.en(), Map.of("reason", why.reason().name()));
        };
    }

    private Inspection read(Path image) {
        try (InputStream in = Files.newInputStream(image)) {
            return ImageReader.read(in, limit);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        cpu.close();
    }
}
