package io.slipway.voice.client;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.http.EventLoop;
import io.slipway.http.Json;
import io.slipway.http.stream.StreamingClient;
import io.slipway.http.stream.StreamingLimits;
import io.slipway.voice.client.ModelMessage.AssistantText;
import io.slipway.voice.client.ModelMessage.SystemText;
import io.slipway.voice.client.ModelMessage.ToolResult;
import io.slipway.voice.client.ModelMessage.UserText;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** A language model behind OpenAI's {@code /chat/completions}, streamed. Thread-safe. */
public final class LanguageModel {

    /** A model that thinks first may take most of {@code first}. */
    private static final StreamingLimits LIMITS =
            new StreamingLimits(
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(20),
                    Duration.ofSeconds(15),
                    Duration.ofSeconds(120),
                    8L * 1024 * 1024);

    private final StreamingClient client;
    private final VoiceProvider provider;
    private final StreamingLimits limits;

    public LanguageModel(StreamingClient client, VoiceProvider provider) {
        this(client, provider, LIMITS);
    }

    LanguageModel(StreamingClient client, VoiceProvider provider, StreamingLimits limits) {
        this.client = client;
        this.provider = provider;
        this.limits = limits;
    }

    /**
     * Asks for the next answer of a conversation; call it on {@code loop}. The parts are pieces of
     * text as they arrive, then calls, then an {@link ModelPart.AnswerEnd}. There is an answer, or
     * none, within 120 s; its text has at most 100,000 characters.
     *
     * @param tools may be empty
     */
    public RunningStep answer(
            EventLoop loop,
            List<ModelMessage> messages,
            List<ModelTool> tools,
            StepListener<ModelPart> listener) {
        var chat = new Chat(loop, provider, listener);
        byte[] body = Json.write(request(messages, tools));
        chat.start(client, "/chat/completions", "application/json", body, limits);
        return chat;
    }

    private ObjectNode request(List<ModelMessage> messages, List<ModelTool> tools) {
        ObjectNode request = Json.object();
        ArrayNode lines = request.putArray("messages");
        messages.forEach(each -> lines.add(message(each)));
        request.put("stream", true);
        if (!tools.isEmpty()) {
            ArrayNode list = request.putArray("tools");
            for (ModelTool tool : tools) {
                list.addObject()
                        .put("type", "function")
                        .putObject("function")
                        .put("name", tool.name())
                        .put("description", tool.description())
                        .set("parameters", tool.parameters());
            }
        }
        provider.complete(request);
        return request;
    }

    private static ObjectNode message(ModelMessage message) {
        ObjectNode line = Json.object();
        switch (message) {
            case SystemText system -> line.put("role", "system").put("content", system.text());
            case UserText user -> line.put("role", "user").put("content", user.text());
            case AssistantText assistant -> assistant(line.put("role", "assistant"), assistant);
            case ToolResult result ->
                    line.put("role", "tool")
                            .put("tool_call_id", result.callId())
                            .put("content", result.text());
        }
        return line;
    }

    private static void assistant(ObjectNode line, AssistantText assistant) {
        if (assistant.text().isEmpty() && !assistant.calls().isEmpty()) {
            // Some servers refuse an empty text.
            line.putNull("content");
        } else {
            line.put("content", assistant.text());
        }
        if (!assistant.calls().isEmpty()) {
            ArrayNode list = line.putArray("tool_calls");
            for (ModelCall call : assistant.calls()) {
                list.addObject()
                        .put("id", call.id())
                        .put("type", "function")
                        .putObject("function")
                        .put("name", call.name())
                        .put("arguments", call.arguments());
            }
        }
    }

    private static final class Chat extends ProviderCall<ModelPart> {

        private static final String DONE = "[DONE]";

        private final ServerSentEvents events = new ServerSentEvents();
        private final ChatAnswer answer = new ChatAnswer();
        private final ByteArrayOutputStream whole = new ByteArrayOutputStream();
        private boolean streamed = true;

        Chat(EventLoop loop, VoiceProvider provider, StepListener<ModelPart> listener) {
            super(loop, provider, listener);
        }

        @Override
        void begins(String type) throws UnusableAnswer {
            // Servers that can't stream send everything at once.
            streamed = !type.equals("application/json");
            if (type.equals("text/html")) {
                throw UnusableAnswer.unreadable("a web page instead of an answer");
            }
        }

        @Override
        void piece(byte[] piece) throws UnusableAnswer {
            if (streamed) {
                take(events.read(piece));
            } else if (whole.size() + piece.length > ServerSentEvents.MAX_LINE) {
                throw UnusableAnswer.tooLarge("more than a chunk may have");
            } else {
                whole.writeBytes(piece);
            }
        }

        private void take(List<String> data) throws UnusableAnswer {
            for (String each : data) {
                if (over()) {
                    return;
                }
                if (each.equals(DONE)) {
                    end(true);
                } else {
                    ChatAnswer.text(answer.read(each)).ifPresent(this::deliver);
                }
            }
        }

        private void end(boolean said) throws UnusableAnswer {
            answer.end(said).forEach(this::deliver);
            finish();
        }

        @Override
        void ends() throws UnusableAnswer {
            if (!streamed) {
                take(List.of(whole.toString(StandardCharsets.UTF_8)));
            } else {
                take(events.end());
            }
            if (!over()) {
                end(!streamed);
            }
        }
    }
}
