package io.slipway.voice.client;

import java.util.Optional;

/** A part of a language model's answer, in the order in which they come. */
public sealed interface ModelPart {

    /** A piece of the text, cut anywhere. */
    record TextPiece(String text) implements ModelPart {}

    /** A call, complete; all of them come after the text. */
    record WantedCall(ModelCall call) implements ModelPart {}

    /**
     * The last part.
     *
     * @param usage if the provider sent it
     */
    record AnswerEnd(EndReason reason, Optional<TokenUsage> usage) implements ModelPart {}

    /** Why an answer ends where it does. */
    enum EndReason {
        /** It is complete, or its calls are to be answered first. */
        COMPLETE,
        /** It is longer than it may be. */
        LENGTH,
        /** The provider keeps the rest to itself. */
        FILTERED
    }

    /** Tokens as the provider counts them, at least 0. */
    record TokenUsage(long prompt, long answer) {}
}
