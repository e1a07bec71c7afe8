package io.slipway.http.file;

import io.netty.buffer.ByteBuf;
import io.slipway.http.HeaderNames;
import io.slipway.http.Problem;
import io.slipway.http.governor.OpenConnection;
import io.slipway.http.vertx.Buffers;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A request's body, pulled incrementally from a virtual thread: the rest stays with the client. */
final class UploadBody {

    /** The maximum number of pieces in flight from the event loop. */
    private static final int AHEAD = 8;

    private final HttpServerRequest raw;
    private final Context loop;
    private final TransferTimeouts timeouts;
    private final BlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();

    private sealed interface Piece {}

    private record DataPiece(Buffer bytes) implements Piece {}

    private record LastPiece() implements Piece {}

    private record BrokenOff() implements Piece {}

    private record TooSlow() implements Piece {}

    /** On the event loop, as soon as the head has arrived: reading is paused from now on. */
    UploadBody(HttpServerRequest raw, TransferTimeouts timeouts) {
        this.raw = raw;
        this.loop = Vertx.currentContext();
        this.timeouts = timeouts;
        raw.pause();
        raw.handler(bytes -> pieces.add(new DataPiece(bytes)));
        var connection = OpenConnection.of(raw);
        raw.endHandler(end -> {
            connection.bodyRead();
            pieces.add(new LastPiece());
        });
        raw.exceptionHandler(broken -> pieces.add(new BrokenOff()));
        connection.readsBody(why -> pieces.add(why == null ? new BrokenOff() : new TooSlow()));
    }

    /** Starts reading; sends 100 Continue if the client expects it. */
    void open() {
        boolean waits = "100-continue".equalsIgnoreCase(raw.getHeader(HeaderNames.EXPECT));
        onLoop(() -> {
            if (waits) {
                raw.response().writeContinue();
            }
            raw.fetch(AHEAD);
        });
    }

    /**
     * The next bytes; null at the end.
     *
     * @throws Problem if the client has disconnected, or is too slow
     */
    @Nullable ByteBuf next() {
        Piece piece;
        try {
            piece = pieces.poll(timeouts.silence().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.stopping();
        }
        return switch (piece) {
            case null -> throw tooSlow();
            case TooSlow slow -> throw tooSlow();
            case DataPiece data -> {
                onLoop(() -> raw.fetch(1));
                yield Buffers.content(data.bytes);
            }
            case LastPiece end -> null;
            case BrokenOff broken -> throw new Problem(400, "上传中断", "The upload was interrupted");
        };
    }

    private static Problem tooSlow() {
        return new Problem(408, "上传停顿或过慢", "The upload stalled or was too slow");
    }

    private void onLoop(Runnable work) {
        try {
            loop.runOnContext(go -> work.run());
        } catch (RejectedExecutionException closing) {
            pieces.add(new BrokenOff());
        }
    }
}
