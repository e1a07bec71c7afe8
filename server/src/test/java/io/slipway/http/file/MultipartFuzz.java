package io.slipway.http.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.slipway.http.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/** Bodies of uploads, with the boundary {@code edge}. */
public final class MultipartFuzz {

    private static final int LIMIT = 4_000;
    private static final String FORM = "multipart/form-data; boundary=edge";
    private static final Path FOLDER = folder();

    private MultipartFuzz() {}

    private static Path folder() {
        try {
            Path folder = Files.createTempDirectory("slipway-fuzz");
            folder.toFile().deleteOnExit();
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads one body whole, and once more in pieces whose length is the first byte's: what is
     * accepted is the same, and nothing is left on the disk.
     */
    public static void fuzzerTestOneInput(byte[] body) {
        if (body.length == 0) {
            return;
        }
        try {
            String whole = result(body, body.length);
            assertThat(result(body, body.length)).isEqualTo(whole);
            String pieces = result(body, 1 + (body[0] & 0x3f));
            // Where several things are wrong, the pieces decide which is found first.
            if (!whole.startsWith("refused") || !pieces.startsWith("refused")) {
                assertThat(pieces).isEqualTo(whole);
            }
            try (var left = Files.list(FOLDER)) {
                assertThat(left).isEmpty();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // The first byte is not part of the body.
    private static String result(byte[] body, int piece) throws IOException {
        try (var form = new Multipart(FORM, LIMIT, FOLDER)) {
            for (int at = 1; at < body.length; at += piece) {
                form.add(Unpooled.copiedBuffer(body, at, Math.min(piece, body.length - at)));
            }
            return read(form.end());
        } catch (Problem problem) {
            assertThat(problem.code()).isIn(400, 413);
            return "refused " + problem.getMessage();
        }
    }

    private static String read(UploadRoute.ReceivedFile received) throws IOException {
        byte[] content = Files.readAllBytes(received.file());
        assertThat(content.length).isBetween(1, LIMIT).isEqualTo((int) received.size());
        assertThat(received.fields()).hasSizeLessThanOrEqualTo(UploadRoute.MAX_FIELDS);
        assertThat(received.filename()).doesNotContain("/").doesNotContainPattern("\\p{Cntrl}");
        assertThat(received.file()).hasParent(FOLDER);
        return received.fields() + received.filename() + HexFormat.of().formatHex(content);
    }
}
