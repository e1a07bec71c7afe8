package io.slipway.http.file;

import io.netty.buffer.ByteBuf;
import io.slipway.files.PrivateFiles;
import io.slipway.http.Problem;
import io.slipway.http.Request;
import io.slipway.http.Response;
import io.slipway.http.console.ConsoleExit;
import io.slipway.http.governor.BodyBudget;
import io.slipway.http.governor.Governor;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

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

    private static Response receive(
            Request request, UploadBody body, long maxBytes, Path folder, UploadRoute.Sink sink) {
        try (var parts = new Multipart(request.header("Content-Type"), maxBytes, folder)) {
            body.open();
            long all = 0;
            ByteBuf next;
            while ((next = body.next()) != null) {
                all += next.readableBytes();
                if (all > maxBytes + OVERHEAD) {
                    throw Multipart.tooLarge(maxBytes);
                }
                parts.add(next);
            }
            return sink.received(parts.end());
        }
    }

    // Only digits: the decoder refuses anything else.
    private static long declared(Request request) {
        String length = request.header("Content-Length");
        return length == null ? 0 : length.length() > 18 ? Long.MAX_VALUE : Long.parseLong(length);
    }
}
