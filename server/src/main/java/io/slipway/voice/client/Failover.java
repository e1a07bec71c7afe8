package io.slipway.voice.client;

import io.slipway.http.EventLoop;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Does one step of a turn in spite of failures, as long as nothing of its result was delivered: by
 * the next provider if there is one, else once more by the same one where that may help. A person
 * waits meanwhile, so there are few tries and short waits.
 *
 * <p>Lives on its event loop.
 */
public final class Failover<T> implements RunningStep {

    /** How often the last provider is asked again. */
    private static final int MOST_RETRIES = 2;

    /** Who wants to be asked later than this is not asked again. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

    private static final Duration USUAL_WAIT = Duration.ofMillis(400);

    /** How one provider does the step. */
    @FunctionalInterface
    public interface Starter<T> {
        RunningStep start(StepListener<T> listener);
    }

    private final EventLoop loop;
    private final List<Starter<T>> providers;
    private final Consumer<VoiceFailure> failures;
    private final StepListener<T> listener;
    private int provider;
    private int retries;
    private boolean reconnected;
    private boolean delivered;
    private boolean paused;
    private boolean over;
    private long timer = -1;
    private @Nullable RunningStep running;

    private Failover(
            EventLoop loop,
            List<Starter<T>> providers,
            Consumer<VoiceFailure> failures,
            StepListener<T> listener) {
        this.loop = loop;
        this.providers = List.copyOf(providers);
        this.failures = failures;
        this.listener = listener;
    }

    /**
     * Starts the step; call it on {@code loop}.
     *
     * @param providers at least one, the preferred one first
     * @param failures gets every failure of a provider, also those that the listener never hears of
     * @param listener gets the last provider's failure, if none succeeds
     */
    public static <T> RunningStep start(
            EventLoop loop,
            List<Starter<T>> providers,
            Consumer<VoiceFailure> failures,
            StepListener<T> listener) {
        if (providers.isEmpty()) {
            throw new IllegalArgumentException("no provider");
        }
        var step = new Failover<>(loop, providers, failures, listener);
        step.go();
        return step;
    }

    private void go() {
        RunningStep started = providers.get(provider).start(new Try());
        running = started;
        if (paused) {
            started.pause();
        }
    }

    /** One provider's try, the only one at a time. */
    private final class Try implements StepListener<T> {

        @Override
        public void received(T part) {
            if (!over) {
                delivered = true;
                listener.received(part);
            }
        }

        @Override
        public void done() {
            if (!over) {
                over = true;
                listener.done();
            }
        }

        @Override
        public void failed(VoiceFailure failure) {
            if (!over) {
                decide(failure);
            }
        }
    }

    private void decide(VoiceFailure failure) {
        running = null;
        if (!delivered && failure.fault() == VoiceFault.CUT_OFF && !reconnected) {
            // Most often a kept connection that the provider has closed just now: no failure.
            reconnected = true;
            go();
            return;
        }
        failures.accept(failure);
        if (over) {
            return;
        }
        if (!delivered && provider + 1 < providers.size()) {
            provider++;
            reconnected = false;
            go();
        } else if (!delivered && retries < MOST_RETRIES && worthRetrying(failure)) {
            retries++;
            timer = loop.after(pause(failure), this::go);
        } else {
            over = true;
            listener.failed(failure);
        }
    }

    private static boolean worthRetrying(VoiceFailure failure) {
        return switch (failure.fault()) {
            case UNREACHABLE, RATE_LIMITED, OVERLOADED, CUT_OFF ->
                    failure.retryAfter().compareTo(LONGEST_WAIT) <= 0;
            case PRIVATE_ADDRESS,
                    REFUSED_KEY,
                    NO_CREDIT,
                    UNKNOWN,
                    REFUSED_REQUEST,
                    SILENT,
                    UNREADABLE,
                    TOO_LARGE ->
                    false;
        };
    }

    private static Duration pause(VoiceFailure failure) {
        return failure.retryAfter().isPositive() ? failure.retryAfter() : USUAL_WAIT;
    }

    @Override
    public void cancel() {
        over = true;
        loop.cancel(timer);
        RunningStep current = running;
        if (current != null) {
            current.cancel();
        }
    }

    @Override
    public void pause() {
        paused = true;
        RunningStep current = running;
        if (current != null) {
            current.pause();
        }
    }

    @Override
    public void resume() {
        paused = false;
        RunningStep current = running;
        if (current != null) {
            current.resume();
        }
    }
}
