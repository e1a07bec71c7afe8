package io.slipway.voice.client;

import java.util.List;

/** A line of a conversation as a language model gets it. */
public sealed interface ModelMessage {

    /** What the agent is told to be. */
    record SystemText(String text) implements ModelMessage {}

    record UserText(String text) implements ModelMessage {}

    /**
     * What the model has answered.
     *
     * @param text may be empty if there are calls
     */
    record AssistantText(String text, List<ModelCall> calls) implements ModelMessage {

        public AssistantText {
            calls = List.copyOf(calls);
        }
    }

    /** The result of one of its calls. */
    record ToolResult(String callId, String text) implements ModelMessage {}
}
