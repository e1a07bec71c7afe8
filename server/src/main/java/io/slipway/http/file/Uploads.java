package io.slipway.http.file;

import io.netty.buffer.ByteBuf;
import io.slipway.files.PrivateFiles;
import io.slipway.http.Problem;
import io.slipway.http.Request;
import io.slipway.http.Response;
import io.slipway.http.console.ConsoleExit;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;

/** The upload routes of a node. */
public final class Uploads {

    /** Concurrent uploads on this node; people upload, not devices. */
    private static final int MOST = 4;

    /** Besides the file: fields, heads of parts, boundaries, preamble and epilogue. */
    private static final long OVERHEAD = 4L * UploadRoute.MAX_FIELD_BYTES;

    private final ConsoleExit console;
    private final TransferTimeouts timeouts;
    private final Semaphore slots = new Semaphore(MOST);

    public Uploads(ConsoleExit console, TransferTimeouts timeouts) {
        this.console = console;
        this.timeouts = timeouts;
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

    /** On the event loop. */
    public void handle(
            HttpServerRequest raw, Request head, long maxBytes, Path folder, UploadRoute route) {
        var body = new UploadBody(raw, timeouts);
        console.handle(
                raw,
                head,
                request -> {
                    UploadRoute.Sink sink = route.accept().apply(request);
                    if (declared(request) > maxBytes + OVERHEAD) {
                        throw Multipart.tooLarge(maxBytes);
                    }
                    if (!slots.tryAcquire()) {
                        throw new Problem(
                                503,
                                "同时上传的文件过多，请稍后再试",
                                "Too many uploads at once; try again later");
                    }
                    try {
                        return receive(request, body, maxBytes, folder, sink);
                    } finally {
                        slots.release();
                    }
                });
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
