package io.slipway.voice.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.http.Json;
import io.slipway.http.ServerAddresses;
import io.slipway.http.stream.ScriptedServer;
import io.slipway.http.stream.ScriptedServer.Received;
import io.slipway.http.stream.ScriptedServer.Wire;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Speaks the public API of OpenAI as its reference describes it, on real sockets: refuses whatever
 * the reference does not permit, and answers as a test says.
 */
final class ProviderServer implements AutoCloseable {

    static final String KEY = "sk-test-0123456789abcdef";

    private static final Set<String> CHAT =
            Set.of("model", "messages", "stream", "tools", "temperature", "stream_options");
    private static final Set<String> SPEECH =
            Set.of("model", "input", "voice", "response_format", "speed", "instructions");

    private final ScriptedServer server;
    private final AtomicInteger count = new AtomicInteger();
    private final List<Received> requests = new CopyOnWriteArrayList<>();

    /**
     * @param scripts of the first request, the second and so on; the last one of all others, too
     */
    ProviderServer(ScriptedServer.Script... scripts) throws IOException {
        server =
                new ScriptedServer((request, wire) -> {
                    check(request);
                    requests.add(request);
                    int number = count.getAndIncrement();
                    scripts[Math.min(number, scripts.length - 1)].play(request, wire);
                });
    }

    VoiceProvider provider() {
        return provider(Json.object());
    }

    VoiceProvider provider(ObjectNode extra) {
        return new VoiceProvider(
                server.url("/v1/?version=1"), new ServerAddresses(true), KEY, "a-model", extra);
    }

    List<Received> requests() {
        return requests;
    }

    int connections() {
        return server.connections();
    }

    void awaitNoneOpen() throws Exception {
        server.awaitNoneOpen();
    }

    // ------------------------------------------------------------ what is sent

    private static void check(Received request) {
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.header("authorization")).isEqualTo("Bearer " + KEY);
        assertThat(request.path()).endsWith("?version=1");
        switch (request.path().replace("?version=1", "")) {
            case "/v1/chat/completions" -> chat(json(request));
            case "/v1/audio/speech" -> speech(json(request));
            case "/v1/audio/transcriptions" -> TranscriptionRequest.of(request);
            default -> throw new AssertionError("no such operation: " + request.path());
        }
    }

    static JsonNode json(Received request) {
        assertThat(request.header("content-type")).isEqualTo("application/json");
        return Json.read(request.body());
    }

    private static void chat(JsonNode body) {
        onlyKnown(body, CHAT);
        assertThat(body.path("model").asText()).isEqualTo("a-model");
        assertThat(body.path("stream").isBoolean() && body.path("stream").asBoolean()).isTrue();
        assertThat(body.path("messages").size()).isPositive();
        for (JsonNode message : body.path("messages")) {
            message(message);
        }
        if (body.has("tools")) {
            assertThat(body.path("tools").size()).isPositive();
            for (JsonNode tool : body.path("tools")) {
                onlyKnown(tool, Set.of("type", "function"));
                assertThat(tool.path("type").asText()).isEqualTo("function");
                JsonNode function = tool.path("function");
                onlyKnown(function, Set.of("name", "description", "parameters"));
                assertThat(function.path("name").asText()).matches("[A-Za-z0-9_-]{1,64}");
                assertThat(function.at("/parameters/type").asText()).isEqualTo("object");
            }
        }
    }

    private static void message(JsonNode message) {
        switch (message.path("role").asText()) {
            case "system", "user" -> {
                onlyKnown(message, Set.of("role", "content"));
                assertThat(message.path("content").isTextual()).isTrue();
            }
            case "assistant" -> {
                onlyKnown(message, Set.of("role", "content", "tool_calls"));
                for (JsonNode call : message.path("tool_calls")) {
                    onlyKnown(call, Set.of("id", "type", "function"));
                    assertThat(call.path("id").asText()).isNotEmpty();
                    assertThat(call.path("type").asText()).isEqualTo("function");
                    assertThat(call.at("/function/name").asText()).isNotEmpty();
                    assertThat(call.at("/function/arguments").isTextual()).isTrue();
                }
                assertThat(message.path("content").isTextual() || message.has("tool_calls"))
                        .isTrue();
            }
            case "tool" -> {
                onlyKnown(message, Set.of("role", "tool_call_id", "content"));
                assertThat(message.path("tool_call_id").asText()).isNotEmpty();
                assertThat(message.path("content").isTextual()).isTrue();
            }
            default -> throw new AssertionError("role of " + message);
        }
    }

    private static void speech(JsonNode body) {
        onlyKnown(body, SPEECH);
        assertThat(body.path("model").asText()).isEqualTo("a-model");
        assertThat(body.path("input").asText()).isNotBlank().hasSizeLessThanOrEqualTo(4_096);
        assertThat(body.path("response_format").asText()).isIn("pcm", "wav");
        assertThat(body.path("voice").asText("alloy")).isNotBlank();
    }

    private static void onlyKnown(JsonNode node, Set<String> known) {
        assertThat(node.isObject()).isTrue();
        var names = new TreeSet<String>();
        node.fieldNames().forEachRemaining(names::add);
        assertThat(known).containsAll(names);
    }

    // ------------------------------------------------------------ what is answered

    /** A streamed answer: each text is the data of an event. */
    static ScriptedServer.Script events(String... data) {
        return (request, wire) -> {
            begin(wire);
            for (String each : data) {
                wire.chunk("data: " + each + "\n\n");
            }
            wire.end();
        };
    }

    static void begin(Wire wire) throws IOException {
        wire.begin(200, "text/event-stream; charset=utf-8");
    }

    /** A chunk with a piece of text. */
    static String text(String piece) {
        return """
        {"id":"c","object":"chat.completion.chunk","created":1,"model":"a-model",\
        "choices":[{"index":0,"delta":{"content":%s},"finish_reason":null}]}\
        """
                .formatted(Json.text(piece));
    }

    static String finish(String reason) {
        return "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" + reason + "\"}]}";
    }

    /** A chunk with pieces of calls, as JSON of the array's members. */
    static String calls(String pieces) {
        return "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":["
                + pieces
                + "]},\"finish_reason\":null}]}";
    }

    static ScriptedServer.Script status(int status, String body, String... headers) {
        return (request, wire) -> wire.answer(status, "application/json", body, headers);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
