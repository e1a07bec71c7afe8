package io.slipway.http.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.http.Problem;
import java.io.ByteArrayInputStream;
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
     * Reads one body whole, and once more in pieces whose length is the first byte's: the result is
     * the same, and nothing is left on the disk.
     */
    public static void fuzzerTestOneInput(byte[] body) {
        if (body.length == 0) {
            return;
        }
        try {
            String whole = result(body, body.length);
            assertThat(result(body, body.length)).isEqualTo(whole);
            assertThat(result(body, 1 + (body[0] & 0x3f))).isEqualTo(whole);
            try (var left = Files.list(FOLDER)) {
                assertThat(left).isEmpty();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The body in pieces, as it arrives; its first byte is not part of it. */
    private static final class PieceStream extends ByteArrayInputStream {
        private final int piece;

        PieceStream(byte[] body, int piece) {
            super(body, 1, body.length - 1);
            this.piece = piece;
        }

        @Override
        public synchronized int read(byte[] into, int from, int length) {
            return super.read(into, from, Math.min(piece, length));
        }
    }

    private static String result(byte[] body, int piece) throws IOException {
        try (var form = new Multipart(FORM, LIMIT, FOLDER)) {
            return read(form.read(new PieceStream(body, piece)));
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
