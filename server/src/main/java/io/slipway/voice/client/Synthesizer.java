package io.slipway.voice.client;

import io.slipway.http.EventLoop;
import io.slipway.sound.Recording;

/** Makes speech of text. Thread-safe. */
public interface Synthesizer {

    /** Characters of a text. */
    int MAX_TEXT = 4_096;

    /**
     * Speaks a text, a sentence at best; call it on {@code loop}. The sound comes in parts of at
     * least one sample, all of the same rate, as fast as the provider makes it: {@link
     * RunningStep#pause} holds it back.
     *
     * @param text not blank, at most {@link #MAX_TEXT} characters
     * @param voice as the provider calls it; {@code ""} for its usual one
     */
    RunningStep speak(EventLoop loop, String text, String voice, StepListener<Recording> listener);

    /** Checks a text. */
    static void require(String text) {
        if (text.isBlank() || text.length() > MAX_TEXT) {
            throw new IllegalArgumentException("a text of " + text.length() + " characters");
        }
    }
}
