package io.slipway.voice.client;

/** An utterance that is being recognised. Lives on its event loop. */
public interface Recognition extends RunningStep {

    /**
     * What was said next. Dropped after {@link #end}, and beyond {@link Recognizer#MAX_SAMPLES}.
     *
     * @param samples mono, {@link Recognizer#RATE}; never changed afterwards
     */
    void audio(short[] samples);

    /** The speaker has finished: the text is expected now. */
    void end();
}
