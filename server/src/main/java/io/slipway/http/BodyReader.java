package io.slipway.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads a request's body up to a limit. Lives on the request's event loop. */
public final class BodyReader {

    private static final byte[] EMPTY = new byte[0];

    private final int max;
    private final Consumer<byte[]> done;
    private final Runnable tooLarge;
    private @Nullable Buffer collected;
    private boolean owned;
    private boolean over;

    private BodyReader(int max, Consumer<byte[]> done, Runnable tooLarge) {
        this.max = max;
        this.done = done;
        this.tooLarge = tooLarge;
    }

    public static void read(
            HttpServerRequest request, int max, Consumer<byte[]> done, Runnable tooLarge) {
        String declared = request.getHeader(HeaderNames.CONTENT_LENGTH);
        // Only digits here: the decoder refuses anything else.
        if (declared != null && (declared.length() > 9 || Long.parseLong(declared) > max)) {
            tooLarge.run();
            return;
        }
        if ("100-continue".equalsIgnoreCase(request.getHeader(HeaderNames.EXPECT))) {
            request.response().writeContinue();
        }
        var reader = new BodyReader(max, done, tooLarge);
        request.handler(reader::chunk);
        request.endHandler(end -> reader.end());
    }

    private void chunk(Buffer chunk) {
        if (over) {
            return;
        }
        Buffer before = collected;
        int length = (before == null ? 0 : before.length()) + chunk.length();
        if (length > max) {
            over = true;
            collected = null;
            tooLarge.run();
        } else if (before == null) {
            collected = chunk;
        } else if (owned) {
            before.appendBuffer(chunk);
        } else {
            // The first chunk may share its buffer with the decoder: copy it, once, before growing.
            owned = true;
            collected = Buffer.buffer(2 * length).appendBuffer(before).appendBuffer(chunk);
        }
    }

    private void end() {
        if (!over) {
            Buffer all = collected;
            done.accept(all == null ? EMPTY : all.getBytes());
        }
    }
}
