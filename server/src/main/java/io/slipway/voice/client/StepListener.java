package io.slipway.voice.client;

/**
 * Gets the result of one step in parts, on the step's event loop: any number of parts, then exactly
 * one of {@link #done} and {@link #failed}. Never called before the method that starts the step has
 * returned, and not any more after {@link RunningStep#cancel}, which it may call itself.
 */
public interface StepListener<T> {

    void received(T part);

    /** That was all. */
    void done();

    /** There is no more; what was received remains valid. */
    void failed(VoiceFailure failure);
}
