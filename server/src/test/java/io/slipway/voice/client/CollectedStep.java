package io.slipway.voice.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Records a step's result, and checks the order of calls and that they come on an event loop. */
final class CollectedStep<T> implements StepListener<T> {

    private final List<T> parts = new CopyOnWriteArrayList<>();
    private final CompletableFuture<VoiceFailure> end = new CompletableFuture<>();
    private final CompletableFuture<Void> begun = new CompletableFuture<>();
    private final Consumer<T> onPart;
    private volatile AssertionError error;

    CollectedStep() {
        this(part -> {});
    }

    CollectedStep(Consumer<T> onPart) {
        this.onPart = onPart;
    }

    private void check(boolean right) {
        if (!right || !Context.isOnEventLoopThread()) {
            error = new AssertionError("called after the end, or elsewhere");
        }
    }

    @Override
    public void received(T part) {
        check(!end.isDone());
        parts.add(part);
        begun.complete(null);
        onPart.accept(part);
    }

    @Override
    public void done() {
        check(end.complete(null));
    }

    @Override
    public void failed(VoiceFailure failure) {
        check(end.complete(failure));
    }

    List<T> parts() {
        return parts;
    }

    void awaitPart() throws Exception {
        begun.get(30, TimeUnit.SECONDS);
    }

    /** All parts of a step that succeeds. */
    List<T> awaitDone() throws Exception {
        assertThat(end.get(60, TimeUnit.SECONDS)).isNull();
        assertThat(error).isNull();
        return parts;
    }

    VoiceFailure awaitFailure() throws Exception {
        VoiceFailure failure = end.get(60, TimeUnit.SECONDS);
        assertThat(failure).isNotNull();
        assertThat(error).isNull();
        return failure;
    }

    boolean over() {
        assertThat(error).isNull();
        return end.isDone();
    }
}
