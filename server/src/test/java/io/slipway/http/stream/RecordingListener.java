package io.slipway.http.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Records an answer, and checks the order of calls and that they come on an event loop. */
final class RecordingListener implements StreamingListener {

    private final CompletableFuture<AnswerHead> head = new CompletableFuture<>();
    private final CompletableFuture<String> end = new CompletableFuture<>();
    private final CompletableFuture<Void> firstPiece = new CompletableFuture<>();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final Consumer<byte[]> onPiece;
    private final AtomicLong received = new AtomicLong();
    private volatile AssertionError error;

    RecordingListener() {
        this(piece -> {});
    }

    RecordingListener(Consumer<byte[]> onPiece) {
        this.onPiece = onPiece;
    }

    private void check(boolean right, String what) {
        if (!right || !Context.isOnEventLoopThread()) {
            error = new AssertionError(what);
        }
    }

    @Override
    public void head(AnswerHead answer) {
        check(!end.isDone() && head.complete(answer), "one head, before the end");
    }

    @Override
    public void body(byte[] piece) {
        check(!end.isDone() && head.isDone() && piece.length > 0, "a piece after the head");
        received.addAndGet(piece.length);
        if (body.size() < 1_000_000) {
            body.writeBytes(piece);
        }
        firstPiece.complete(null);
        onPiece.accept(piece);
    }

    @Override
    public void ended() {
        check(head.isDone() && end.complete("ended"), "one end, after the head");
    }

    @Override
    public void failed(StreamingFault fault, String why) {
        check(end.complete(fault.name()), "one end");
    }

    AnswerHead awaitHead() throws Exception {
        return head.get(30, TimeUnit.SECONDS);
    }

    void awaitPiece() throws Exception {
        firstPiece.get(30, TimeUnit.SECONDS);
    }

    /** "ended", or the fault's name. */
    String awaitEnd() throws Exception {
        String how = end.get(60, TimeUnit.SECONDS);
        assertThat(error).isNull();
        return how;
    }

    boolean over() {
        assertThat(error).isNull();
        return end.isDone();
    }

    long received() {
        return received.get();
    }

    String text() {
        return body.toString(StandardCharsets.UTF_8);
    }
}
