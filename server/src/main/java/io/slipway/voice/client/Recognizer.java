package io.slipway.voice.client;

import io.slipway.http.EventLoop;

/** Makes text of speech. Thread-safe. */
public interface Recognizer {

    /** Of the speech, in samples a second: what all services take. */
    int RATE = 16_000;

    /** Of one utterance, in samples: a minute. */
    int MAX_SAMPLES = 60 * RATE;

    /**
     * Begins an utterance, at best as soon as somebody speaks; call it on {@code loop}. The
     * listener gets one text, without the marks that some models add, and {@code ""} if nothing was
     * said.
     *
     * @param language a hint, such as {@code zh} or {@code en}, for services that take one; {@code
     *     ""} for none
     */
    Recognition begin(EventLoop loop, String language, StepListener<String> listener);
}
