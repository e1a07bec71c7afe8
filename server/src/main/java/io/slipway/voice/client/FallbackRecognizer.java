package io.slipway.voice.client;

import io.slipway.http.EventLoop;
import io.slipway.voice.client.Failover.Starter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Several recognisers, one after the other as {@link Failover} says: each gets the utterance from
 * its beginning, also if the one before failed in the middle of it.
 */
public final class FallbackRecognizer implements Recognizer {

    private final List<Recognizer> recognizers;
    private final Consumer<VoiceFailure> failures;

    /**
     * @param recognizers at least one, the preferred one first
     * @param failures gets every failure, on the event loop of its utterance
     */
    public FallbackRecognizer(List<Recognizer> recognizers, Consumer<VoiceFailure> failures) {
        this.recognizers = List.copyOf(recognizers);
        this.failures = failures;
    }

    @Override
    public Recognition begin(EventLoop loop, String language, StepListener<String> listener) {
        var utterance = new KeptUtterance();
        List<Starter<String>> starters = new ArrayList<>();
        for (Recognizer each : recognizers) {
            starters.add(next -> utterance.by(each.begin(loop, language, next)));
        }
        utterance.step = Failover.start(loop, starters, failures, listener);
        return utterance;
    }

    private static final class KeptUtterance implements Recognition {

        private final List<short[]> kept = new ArrayList<>();
        private int samples;
        private boolean ended;
        private @Nullable Recognition current;
        private @Nullable RunningStep step;

        Recognition by(Recognition next) {
            current = next;
            kept.forEach(next::audio);
            if (ended) {
                next.end();
            }
            return next;
        }

        @Override
        public void audio(short[] more) {
            Recognition listening = current;
            if (ended || samples + more.length > MAX_SAMPLES || listening == null) {
                return;
            }
            samples += more.length;
            kept.add(more);
            listening.audio(more);
        }

        @Override
        public void end() {
            Recognition listening = current;
            if (!ended && listening != null) {
                ended = true;
                listening.end();
            }
        }

        @Override
        public void cancel() {
            RunningStep running = step;
            if (running != null) {
                running.cancel();
            }
            kept.clear();
        }

        @Override
        public void pause() {
            RunningStep running = step;
            if (running != null) {
                running.pause();
            }
        }

        @Override
        public void resume() {
            RunningStep running = step;
            if (running != null) {
                running.resume();
            }
        }
    }
}
