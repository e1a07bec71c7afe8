package io.slipway.voice.client;

import java.time.Duration;

/**
 * A step that failed. Contains no keys and no texts of conversations: it may be logged.
 *
 * @param provider its host and port, or the name of a command
 * @param status of its HTTP answer; 0 for none
 * @param retryAfter when it wants to be asked again; zero if it did not say so
 * @param detail what the provider said about it, or what happened, for a log and for the provider's
 *     owner: one line of at most {@link #MAX_DETAIL} characters; may be empty
 */
public record VoiceFailure(
        VoiceFault fault, String provider, int status, Duration retryAfter, String detail) {

    public static final int MAX_DETAIL = 200;

    /** Without an answer that has a status. */
    static VoiceFailure of(VoiceFault fault, String provider, String detail) {
        return new VoiceFailure(fault, provider, 0, Duration.ZERO, detail);
    }
}
