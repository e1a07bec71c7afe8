package io.slipway.http.stream;

import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.TooLongFrameException;
import io.slipway.http.EventLoop;
import io.slipway.http.PinnedPost;
import io.slipway.http.ServerAddresses.PrivateAddress;
import io.slipway.http.vertx.Buffers;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One request of a {@link StreamingClient}, until its answer has ended. Lives on the event loop
 * that made it: all methods must be called there.
 */
public final class StreamingCall {

    private static final long NONE = -1;

    /**
     * After this time the end of an answer that had arrived is known: until then it waits in
     * queues, of an answer that is paused above all.
     */
    private static final Duration SETTLED = Duration.ofMillis(50);

    private final EventLoop loop;
    private final HttpClient client;
    private final StreamingRequest request;
    private final StreamingListener listener;
    private @Nullable HttpClientRequest sent;
    private @Nullable HttpClientResponse response;
    private long stepTimer = NONE;
    private long wholeTimer = NONE;
    private long bytes;
    private long lastAt;
    private boolean paused;
    private boolean over;

    /** Whether nothing of the answer is on the connection any more. */
    private boolean complete;

    StreamingCall(
            EventLoop loop,
            HttpClient client,
            StreamingRequest request,
            StreamingListener listener) {
        this.loop = loop;
        this.client = client;
        this.request = request;
        this.listener = listener;
    }

    void start() {
        StreamingLimits limits = request.limits();
        stepTimer =
                loop.after(
                        limits.connect(),
                        () -> fail(StreamingFault.UNREACHABLE, "no connection in time"));
        wholeTimer =
                loop.after(
                        limits.whole(),
                        () -> fail(StreamingFault.SILENT, "the answer did not end in time"));
        var _ =
                request.addresses()
                        .resolveLater(request.url().host())
                        .whenComplete((address, failure) ->
                                loop.execute(() -> resolved(address, failure)));
    }

    private void resolved(@Nullable InetAddress address, @Nullable Throwable failure) {
        if (over) {
            return;
        }
        if (address == null) {
            boolean refused = failure instanceof PrivateAddress;
            fail(
                    refused ? StreamingFault.PRIVATE_ADDRESS : StreamingFault.UNREACHABLE,
                    refused ? "its address is private" : "its name can't be resolved");
            return;
        }
        client.request(PinnedPost.options(request.url(), address, request.headers()))
                .onSuccess(this::connected)
                .onFailure(this::unconnected);
    }

    private void connected(HttpClientRequest made) {
        // How it ends is known elsewhere; the framework would log it as an error of ours.
        made.exceptionHandler(broken -> {});
        made.connection().exceptionHandler(broken -> {});
        if (over) {
            made.connection().close();
            return;
        }
        sent = made;
        loop.cancel(stepTimer);
        awaitFirst();
        made.send(Buffers.wrap(request.body())).onSuccess(this::answered).onFailure(this::broken);
    }

    private void awaitFirst() {
        stepTimer =
                loop.after(
                        request.limits().first(),
                        () -> {
                            if (paused && response != null) {
                                awaitFirst();
                            } else {
                                fail(StreamingFault.SILENT, "no answer in time");
                            }
                        });
    }

    private void unconnected(Throwable cause) {
        fail(StreamingFault.UNREACHABLE, "no connection: " + cause.getClass().getSimpleName());
    }

    private void answered(HttpClientResponse begun) {
        begun.exceptionHandler(this::broken);
        begun.handler(this::received);
        begun.endHandler(end -> ended());
        if (over) {
            return;
        }
        response = begun;
        if (paused) {
            begun.pause();
        }
        listener.head(
                new AnswerHead(
                        begun.statusCode(),
                        type(begun.getHeader("Content-Type")),
                        text(begun.getHeader("Retry-After"))));
    }

    private static String type(@Nullable String header) {
        String whole = text(header);
        int parameters = whole.indexOf(';');
        return (parameters < 0 ? whole : whole.substring(0, parameters))
                .strip()
                .toLowerCase(Locale.ROOT);
    }

    private static String text(@Nullable String header) {
        return header == null ? "" : header;
    }

    private void received(Buffer piece) {
        if (over || piece.length() == 0) {
            return;
        }
        boolean isFirst = bytes == 0;
        bytes += piece.length();
        lastAt = System.nanoTime();
        if (isFirst) {
            loop.cancel(stepTimer);
            checkIdle(request.limits().idle());
        }
        if (bytes > request.limits().body()) {
            fail(StreamingFault.TOO_LARGE, "more than " + request.limits().body() + " bytes");
        } else {
            listener.body(piece.getBytes());
        }
    }

    // One timer for all pieces: it looks when it fires how long ago the last one came.
    private void checkIdle(Duration wait) {
        stepTimer =
                loop.after(
                        wait,
                        () -> {
                            Duration idle = request.limits().idle();
                            Duration left = idle.minusNanos(System.nanoTime() - lastAt);
                            if (paused) {
                                checkIdle(idle);
                            } else if (left.isPositive()) {
                                checkIdle(left);
                            } else {
                                fail(StreamingFault.SILENT, "the answer stopped midway");
                            }
                        });
    }

    private void ended() {
        complete = true;
        if (!over) {
            finish();
            listener.ended();
        }
    }

    private void broken(Throwable cause) {
        switch (cause) {
            case TooLongFrameException _ ->
                    fail(StreamingFault.TOO_LARGE, "the answer's head is too long");
            case HttpClosedException _, PrematureChannelClosureException _, IOException _ ->
                    fail(StreamingFault.CUT_OFF, "the connection ended midway");
            default ->
                    fail(StreamingFault.UNREADABLE, "no HTTP: " + cause.getClass().getSimpleName());
        }
    }

    private void fail(StreamingFault fault, String why) {
        if (!over) {
            cancel();
            listener.failed(fault, why);
        }
    }

    /** Stops reading, so that TCP slows the server down; one piece may still arrive. */
    public void pause() {
        paused = true;
        HttpClientResponse begun = response;
        if (!over && begun != null) {
            begun.pause();
        }
    }

    /** Resumes reading. */
    public void resume() {
        paused = false;
        lastAt = System.nanoTime();
        HttpClientResponse begun = response;
        if (!over && begun != null) {
            begun.resume();
        }
    }

    /**
     * Ends it at once, and closes its connection soon unless all of the answer has arrived: then it
     * may already belong to the next request, which a close would end. No effect if it is over.
     */
    public void cancel() {
        if (over) {
            return;
        }
        finish();
        HttpClientRequest made = sent;
        if (made == null) {
            return;
        }
        HttpClientResponse begun = response;
        if (begun != null) {
            begun.resume();
        }
        loop.after(
                SETTLED,
                () -> {
                    if (!complete) {
                        made.reset();
                    }
                });
    }

    private void finish() {
        over = true;
        loop.cancel(stepTimer);
        loop.cancel(wholeTimer);
    }
}
