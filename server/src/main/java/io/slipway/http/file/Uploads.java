package io.slipway.http.file;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.slipway.files.PrivateFiles;
import io.slipway.http.Problem;
import io.slipway.http.Request;
import io.slipway.http.Response;
import io.slipway.http.console.ConsoleExit;
import io.slipway.http.governor.BodyBudget;
import io.slipway.http.governor.Governor;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The upload routes of a node. */
public final class Uploads {

    /** Besides the file: fields, heads of parts, boundaries, preamble and epilogue. */
    private static final long OVERHEAD = 4L * UploadRoute.MAX_FIELD_BYTES;

    private final ConsoleExit console;
    private final TransferTimeouts timeouts;
    private final UploadSlots slots;

    public Uploads(ConsoleExit console, TransferTimeouts timeouts, Governor governor) {
        this.console = console;
        this.timeouts = timeouts;
        this.slots = new UploadSlots(governor);
    }

    /** Creates the folder and deletes incomplete files of an earlier process. */
    public void prepare(Path folder) {
        try {
            PrivateFiles.folder(folder);
            try (var left = Files.newDirectoryStream(folder, Multipart.PREFIX + "*")) {
                for (Path file : left) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("uploads can't be written to " + folder, e);
        }
    }

    /**
     * On the event loop.
     *
     * @param authenticator gets the request without its body; returns the account, or throws a
     *     {@link Problem}
     */
    public void handle(
            HttpServerRequest raw,
            Request head,
            Function<Request, String> authenticator,
            long maxBytes,
            Path folder,
            UploadRoute route) {
        var body = new UploadBody(raw, timeouts);
        console.handle(
                raw,
                head,
                request -> {
                    String account = authenticator.apply(request);
                    UploadRoute.Sink sink = route.accept().apply(request);
                    if (declared(request) > maxBytes + OVERHEAD) {
                        throw Multipart.tooLarge(maxBytes);
                    }
                    slots.take(account);
                    try {
                        return receive(request, body, maxBytes, folder, sink);
                    } finally {
                        slots.give(account);
                    }
                },
                BodyBudget.NONE);
    }

    /** The body of an upload, limited. */
    private static final class UploadStream extends InputStream {
        private final UploadBody body;
        private final long maxBytes;
        private long all;
        private @Nullable ByteBuf piece = Unpooled.EMPTY_BUFFER;

        UploadStream(UploadBody body, long maxBytes) {
            this.body = body;
            this.maxBytes = maxBytes;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int from, int length) {
            while (piece != null && !piece.isReadable()) {
                piece = body.next();
                all += piece == null ? 0 : piece.readableBytes();
                if (all > maxBytes + OVERHEAD) {
                    throw Multipart.tooLarge(maxBytes);
                }
            }
            if (piece == null) {
                return -1;
            }
            int count = Math.min(length, piece.readableBytes());
            piece.readBytes(into, from, count);
            return count;
        }
    }

    private static Response receive(
            Request request, UploadBody body, long maxBytes, Path folder, UploadRoute.Sink sink) {
        try (var parts = new Multipart(request.header("Content-Type"), maxBytes, folder)) {
            body.open();
            return sink.received(parts.read(new UploadStream(body, maxBytes)));
        }
    }

    // Only digits: the decoder refuses anything else.
    private static long declared(Request request) {
        String length = request.header("Content-Length");
        return length == null ? 0 : length.length() > 18 ? Long.MAX_VALUE : Long.parseLong(length);
    }
}
