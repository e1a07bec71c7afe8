package io.slipway.voice.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.http.Json;
import io.slipway.http.Problem;
import io.slipway.voice.client.ModelPart.AnswerEnd;
import io.slipway.voice.client.ModelPart.EndReason;
import io.slipway.voice.client.ModelPart.TextPiece;
import io.slipway.voice.client.ModelPart.TokenUsage;
import io.slipway.voice.client.ModelPart.WantedCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Puts an answer of a language model together from the chunks of its stream. Servers differ in how
 * they cut calls into pieces: by index, by id, or not at all.
 */
final class ChatAnswer {

    /** Characters of an answer's text, and of all arguments together. */
    static final int MAX_TEXT = 100_000;

    /** Calls in one answer. */
    static final int MAX_CALLS = 32;

    /** Characters of a call's id, and of its name: both are sent again with each later turn. */
    static final int MAX_NAME = 256;

    private static final int NONE = -1;

    private final List<UnfinishedCall> calls = new ArrayList<>();
    private int textLength;
    private int callLength;
    private @Nullable EndReason reason;
    private @Nullable TokenUsage usage;

    private static final class UnfinishedCall {
        final int index;
        String id = "";
        String name = "";
        final StringBuilder arguments = new StringBuilder();

        UnfinishedCall(int index) {
            this.index = index;
        }

        boolean complete() {
            try {
                return !name.isEmpty() && Json.read(arguments.toString()).isObject();
            } catch (Problem unfinished) {
                return false;
            }
        }
    }

    /**
     * Reads a chunk, or the whole answer of a server that does not stream.
     *
     * @return the text in it; may be empty
     */
    String read(String json) throws UnusableAnswer {
        JsonNode chunk = tree(json);
        if (chunk.hasNonNull("error")) {
            throw new UnusableAnswer(
                    VoiceFault.OVERLOADED, "an error midway: " + ProviderCall.message(chunk));
        }
        JsonNode counted = chunk.path("usage");
        if (counted.isObject()) {
            usage =
                    new TokenUsage(
                            Math.max(0, counted.path("prompt_tokens").asLong()),
                            Math.max(0, counted.path("completion_tokens").asLong()));
        }
        // A last one with nothing but the usage has no choices.
        JsonNode choice = chunk.path("choices").path(0);
        JsonNode delta = choice.path(choice.has("delta") ? "delta" : "message");
        JsonNode pieces = delta.path("tool_calls");
        for (int i = 0; i < pieces.size(); i++) {
            // Without index and id, those that come together are different ones.
            add(pieces.path(i), pieces.size() > 1 ? i : NONE);
        }
        JsonNode ended = choice.path("finish_reason");
        if (ended.isTextual()) {
            reason =
                    switch (ended.asText()) {
                        case "length" -> EndReason.LENGTH;
                        case "content_filter" -> EndReason.FILTERED;
                        default -> EndReason.COMPLETE;
                    };
        }
        JsonNode content = delta.path("content");
        String text = content.isTextual() ? content.asText() : "";
        textLength += text.length();
        if (textLength > MAX_TEXT) {
            throw UnusableAnswer.tooLarge("more than " + MAX_TEXT + " characters");
        }
        return text;
    }

    private static JsonNode tree(String json) throws UnusableAnswer {
        JsonNode tree;
        try {
            tree = Json.read(json);
        } catch (Problem e) {
            throw UnusableAnswer.unreadable("no JSON");
        }
        if (!tree.isObject()) {
            throw UnusableAnswer.unreadable("no JSON object");
        }
        return tree;
    }

    private void add(JsonNode piece, int place) throws UnusableAnswer {
        String id = piece.path("id").asText("");
        JsonNode function = piece.path("function");
        String name = function.path("name").asText("");
        if (id.length() > MAX_NAME || name.length() > MAX_NAME) {
            throw UnusableAnswer.tooLarge("an id or name of more than " + MAX_NAME + " characters");
        }
        String arguments = arguments(function.path("arguments"));
        int index = piece.path("index").asInt(id.isEmpty() ? place : NONE);
        boolean whole = index == NONE && id.isEmpty() && !name.isEmpty() && !arguments.isEmpty();
        UnfinishedCall call = call(index, id, whole);
        callLength += arguments.length();
        if (callLength > MAX_TEXT) {
            throw UnusableAnswer.tooLarge("arguments of more than " + MAX_TEXT + " characters");
        }
        call.id = call.id.isEmpty() ? id : call.id;
        // Only the first piece has a name, or every piece has the same.
        call.name = call.name.isEmpty() ? name : call.name;
        call.arguments.append(arguments);
    }

    // Some send an object instead of its text.
    private static String arguments(JsonNode node) {
        return node.isObject() ? Json.text(node) : node.isTextual() ? node.asText() : "";
    }

    /**
     * The call that a piece belongs to: of that index, unless another id says that it is new.
     *
     * @param whole whether the piece may be a whole call: then it is a new one if the last one is
     *     complete
     */
    private UnfinishedCall call(int index, String id, boolean whole) throws UnusableAnswer {
        for (int i = calls.size() - 1; i >= 0; i--) {
            UnfinishedCall before = calls.get(i);
            if (whole && before.complete()) {
                break;
            }
            boolean sameIndex = index < 0 || before.index == index;
            if (sameIndex && (id.isEmpty() || before.id.isEmpty() || before.id.equals(id))) {
                return before;
            }
        }
        if (calls.size() == MAX_CALLS) {
            throw UnusableAnswer.tooLarge("more than " + MAX_CALLS + " calls");
        }
        var made = new UnfinishedCall(index);
        calls.add(made);
        return made;
    }

    /**
     * The stream has ended.
     *
     * @param said whether the server said so itself
     * @return the calls, then the end
     */
    List<ModelPart> end(boolean said) throws UnusableAnswer {
        if (reason == null && !said) {
            throw new UnusableAnswer(VoiceFault.CUT_OFF, "the stream ended without an end");
        }
        if (reason == null && textLength == 0 && calls.isEmpty()) {
            throw UnusableAnswer.unreadable("an answer with nothing in it");
        }
        var parts = new ArrayList<ModelPart>();
        for (UnfinishedCall each : calls) {
            if (each.name.isEmpty()) {
                throw UnusableAnswer.unreadable("a call without a name");
            }
            String id = each.id.isEmpty() ? "call_" + (parts.size() + 1) : each.id;
            String arguments = each.arguments.isEmpty() ? "{}" : each.arguments.toString();
            parts.add(new WantedCall(new ModelCall(id, each.name, arguments)));
        }
        EndReason how = reason;
        parts.add(
                new AnswerEnd(how == null ? EndReason.COMPLETE : how, Optional.ofNullable(usage)));
        return parts;
    }

    /** As a part, without those that are empty. */
    static Optional<ModelPart> text(String piece) {
        return piece.isEmpty() ? Optional.empty() : Optional.of(new TextPiece(piece));
    }
}
