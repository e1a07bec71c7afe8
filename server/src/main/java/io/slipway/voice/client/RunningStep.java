package io.slipway.voice.client;

/**
 * One step of a turn in progress: a question to a language model, a sentence that is synthesised.
 * Lives on its event loop.
 */
public interface RunningStep {

    /**
     * Ends it at once, with its connection or process; no effect if it is over. Its listener is not
     * called any more.
     */
    void cancel();

    /** Slows the provider down until {@link #resume}; a part or two may still arrive. */
    void pause();

    /** Takes parts again. */
    void resume();
}
