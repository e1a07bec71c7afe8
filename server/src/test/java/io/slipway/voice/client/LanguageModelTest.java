package io.slipway.voice.client;

import static io.slipway.voice.client.ProviderServer.calls;
import static io.slipway.voice.client.ProviderServer.events;
import static io.slipway.voice.client.ProviderServer.finish;
import static io.slipway.voice.client.ProviderServer.status;
import static io.slipway.voice.client.ProviderServer.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.http.Json;
import io.slipway.http.ServerAddresses;
import io.slipway.http.ServerUrl;
import io.slipway.http.stream.ScriptedServer.Script;
import io.slipway.text.Sentence;
import io.slipway.voice.client.ModelMessage.AssistantText;
import io.slipway.voice.client.ModelMessage.SystemText;
import io.slipway.voice.client.ModelMessage.ToolResult;
import io.slipway.voice.client.ModelMessage.UserText;
import io.slipway.voice.client.ModelPart.AnswerEnd;
import io.slipway.voice.client.ModelPart.EndReason;
import io.slipway.voice.client.ModelPart.TextPiece;
import io.slipway.voice.client.ModelPart.TokenUsage;
import io.slipway.voice.client.ModelPart.WantedCall;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LanguageModelTest {

    private static final List<ModelMessage> HELLO = List.of(new UserText("你好"));
    private static final String DONE = "[DONE]";

    private final StepFixture steps = new StepFixture();

    @AfterEach
    void close() throws Exception {
        steps.close();
    }

    private RunningStep ask(ProviderServer server, CollectedStep<ModelPart> answer)
            throws Exception {
        var model = new LanguageModel(steps.client, server.provider(), StepFixture.PATIENT);
        return steps.on(() -> model.answer(steps.loop, HELLO, List.of(), answer));
    }

    private List<ModelPart> answer(Script script) throws Exception {
        try (var server = new ProviderServer(script)) {
            var answer = new CollectedStep<ModelPart>();
            ask(server, answer);
            return answer.awaitDone();
        }
    }

    private VoiceFailure failure(Script script) throws Exception {
        try (var server = new ProviderServer(script)) {
            var answer = new CollectedStep<ModelPart>();
            ask(server, answer);
            VoiceFailure failure = answer.awaitFailure();
            assertThat(failure.toString()).doesNotContain(ProviderServer.KEY);
            return failure;
        }
    }

    private static ModelPart end(EndReason reason) {
        return new AnswerEnd(reason, Optional.empty());
    }

    private static ModelPart call(String id, String name, String arguments) {
        return new WantedCall(new ModelCall(id, name, arguments));
    }

    @Test
    void aConversationWithToolsIsSentAndAnsweredInPieces() throws Exception {
        var extra = Json.object().put("temperature", 0.3).put("stream", false).put("model", "x");
        extra.putObject("stream_options").put("include_usage", true);
        try (var server =
                new ProviderServer(
                        events(
                                "{\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}",
                                text("好的"),
                                text("，马上。"),
                                calls(
                                        "{\"index\":0,\"id\":\"a1\",\"type\":\"function\",\"function\":{\"name\":\"set_volume\",\"arguments\":\"\"}}"),
                                calls("{\"index\":0,\"function\":{\"arguments\":\"{\\\"vol\"}}"),
                                calls(
                                        "{\"index\":1,\"id\":\"b2\",\"function\":{\"name\":\"time\",\"arguments\":\"\"}}"),
                                calls("{\"index\":0,\"function\":{\"arguments\":\"ume\\\":30}\"}}"),
                                finish("tool_calls"),
                                "{\"choices\":[],\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":7}}",
                                DONE))) {
            var model = new LanguageModel(steps.client, server.provider(extra));
            var volume = Json.object().put("type", "object");
            volume.putObject("properties").putObject("volume").put("type", "integer");
            List<ModelMessage> talk =
                    List.of(
                            new SystemText("You are \"Echo\".\n"),
                            new UserText("几点了"),
                            new AssistantText("", List.of(new ModelCall("c0", "time", "{}"))),
                            new ToolResult("c0", "12:00"),
                            new AssistantText("十二点。", List.of()),
                            new UserText("音量调到三十"));
            var answer = new CollectedStep<ModelPart>();
            steps.on(() ->
                    model.answer(
                            steps.loop,
                            talk,
                            List.of(
                                    new ModelTool("set_volume", "Sets it", volume),
                                    new ModelTool("time", "", Json.object().put("type", "object"))),
                            answer));
            assertThat(answer.awaitDone())
                    .containsExactly(
                            new TextPiece("好的"),
                            new TextPiece("，马上。"),
                            call("a1", "set_volume", "{\"volume\":30}"),
                            call("b2", "time", "{}"),
                            new AnswerEnd(EndReason.COMPLETE, Optional.of(new TokenUsage(12, 7))));
            JsonNode sent = ProviderServer.json(server.requests().getFirst());
            assertThat(sent.path("temperature").asDouble()).isEqualTo(0.3);
            assertThat(sent.path("messages").toString())
                    .isEqualTo(
                            """
                            [{"role":"system","content":"You are \\"Echo\\".\\n"},\
                            {"role":"user","content":"几点了"},\
                            {"role":"assistant","content":null,"tool_calls":[{"id":"c0",\
                            "type":"function","function":{"name":"time","arguments":"{}"}}]},\
                            {"role":"tool","tool_call_id":"c0","content":"12:00"},\
                            {"role":"assistant","content":"十二点。"},\
                            {"role":"user","content":"音量调到三十"}]\
                            """);
        }
    }

    @Test
    void textIsDeliveredAsItComes() throws Exception {
        var heard = new CountDownLatch(1);
        List<ModelPart> parts;
        try (var server =
                new ProviderServer((request, wire) -> {
                    ProviderServer.begin(wire);
                    wire.chunk(": waiting\n\n");
                    wire.chunk("data: " + text("one") + "\n\nda");
                    assertThat(heard.await(30, TimeUnit.SECONDS)).isTrue();
                    wire.chunk("ta: " + text("two") + "\n\n");
                    wire.chunk("data: " + finish("stop") + "\n\ndata: [DONE]\n\n");
                    wire.end();
                })) {
            var answer = new CollectedStep<ModelPart>(part -> heard.countDown());
            ask(server, answer);
            parts = answer.awaitDone();
        }
        assertThat(parts)
                .containsExactly(
                        new TextPiece("one"), new TextPiece("two"), end(EndReason.COMPLETE));
    }

    @ParameterizedTest
    @CsvSource({"stop,COMPLETE", "length,LENGTH", "content_filter,FILTERED", "other,COMPLETE"})
    void reasonsOfTheEnd(String reason, EndReason expected) throws Exception {
        assertThat(answer(events(text("x"), finish(reason), DONE)))
                .containsExactly(new TextPiece("x"), end(expected));
    }

    @Test
    void otherServersOwnWaysAreUnderstood() throws Exception {
        ModelPart complete = end(EndReason.COMPLETE);
        // Without [DONE], without the last empty line, without a space, with CRLF.
        assertThat(answer(events(text("x"), finish("stop"))))
                .containsExactly(new TextPiece("x"), complete);
        assertThat(
                        answer((request, wire) -> {
                            ProviderServer.begin(wire);
                            wire.chunk("data:" + text("x") + "\r\n\r\ndata:" + finish("stop"));
                            wire.end();
                        }))
                .containsExactly(new TextPiece("x"), complete);
        // [DONE] without a reason.
        assertThat(answer(events(text("x"), DONE))).containsExactly(new TextPiece("x"), complete);
        // Everything at once, from a server that can't stream.
        assertThat(
                        answer(
                                status(
                                        200,
                                        """
                                        {"choices":[{"index":0,"message":{"role":"assistant",\
                                        "content":"whole","tool_calls":[{"id":"1","type":"function",\
                                        "function":{"name":"f","arguments":"{\\"a\\":1}"}}]},\
                                        "finish_reason":"tool_calls"}]}\
                                        """)))
                .containsExactly(new TextPiece("whole"), call("1", "f", "{\"a\":1}"), complete);
        // Whole calls: all with index 0, without any index, without ids, arguments as an object.
        String first = "\"id\":\"1\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}";
        String second = "\"id\":\"2\",\"function\":{\"name\":\"g\",\"arguments\":{\"b\":2}}}";
        List<ModelPart> both = List.of(call("1", "f", "{}"), call("2", "g", "{\"b\":2}"), complete);
        assertThat(
                        answer(
                                events(
                                        calls("{\"index\":0," + first),
                                        calls("{\"index\":0," + second),
                                        finish("tool_calls"),
                                        DONE)))
                .isEqualTo(both);
        assertThat(answer(events(calls("{" + first + ",{" + second), finish("stop"), DONE)))
                .isEqualTo(both);
        assertThat(
                        answer(
                                events(
                                        calls("{\"index\":0,\"function\":{\"name\":\"f\"}}"),
                                        calls("{\"index\":1,\"function\":{\"name\":\"g\"}}"),
                                        finish("tool_calls"),
                                        DONE)))
                .containsExactly(call("call_1", "f", "{}"), call("call_2", "g", "{}"), complete);
    }

    @ParameterizedTest
    @CsvSource({
        "400,REFUSED_REQUEST",
        "401,REFUSED_KEY",
        "402,NO_CREDIT",
        "403,REFUSED_KEY",
        "404,UNKNOWN",
        "302,UNKNOWN",
        "422,REFUSED_REQUEST",
        "429,RATE_LIMITED",
        "500,OVERLOADED",
        "503,OVERLOADED"
    })
    void statusesAreToldApart(int status, VoiceFault expected) throws Exception {
        String said = "{\"error\":{\"message\":\"the key " + ProviderServer.KEY + " is\\nbad\"}}";
        VoiceFailure failure = failure(status(status, said, "Retry-After: 7"));
        assertThat(failure.fault()).isEqualTo(expected);
        assertThat(failure.status()).isEqualTo(status);
        assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(7));
        assertThat(failure.detail())
                .isEqualTo(expected == VoiceFault.REFUSED_KEY ? "" : "the key … is bad");
        assertThat(failure.provider()).startsWith("127.0.0.1:");
    }

    @Test
    void codesOfErrorsCount() throws Exception {
        String quota = "{\"error\":{\"message\":\"m\",\"code\":\"insufficient_quota\"}}";
        assertThat(failure(status(429, quota)).fault()).isEqualTo(VoiceFault.NO_CREDIT);
        String model = "{\"error\":{\"message\":\"m\",\"code\":\"model_not_found\"}}";
        assertThat(failure(status(400, model)).fault()).isEqualTo(VoiceFault.UNKNOWN);
        assertThat(failure(status(503, "<html>busy</html>")).detail()).isEmpty();
        String endless = "{\"error\":\"" + "x".repeat(100_000);
        assertThat(failure(status(500, endless)).status()).isEqualTo(500);
        // One that never ends: the status is enough.
        assertThat(
                        failure(
                                        (request, wire) -> {
                                            wire.begin(500, "application/json");
                                            wire.awaitEnd();
                                        })
                                .fault())
                .isEqualTo(VoiceFault.OVERLOADED);
    }

    @Test
    void brokenAnswersAreToldApart() throws Exception {
        assertThat(failure(events("{\"choices\":[{\"del")).fault())
                .isEqualTo(VoiceFault.UNREADABLE);
        assertThat(failure(events("[1]")).fault()).isEqualTo(VoiceFault.UNREADABLE);
        assertThat(failure(events(DONE)).fault()).isEqualTo(VoiceFault.UNREADABLE);
        assertThat(failure(events(calls("{\"index\":0,\"id\":\"1\"}"), DONE)).fault())
                .isEqualTo(VoiceFault.UNREADABLE);
        assertThat(failure((request, wire) -> wire.answer(200, "text/html", "<html>")).fault())
                .isEqualTo(VoiceFault.UNREADABLE);
        VoiceFailure midway =
                failure(events(text("a"), "{\"error\":{\"message\":\"too busy\",\"code\":1}}"));
        assertThat(midway.fault()).isEqualTo(VoiceFault.OVERLOADED);
        assertThat(midway.detail()).isEqualTo("an error midway: too busy");
        // The stream ends properly, but the answer does not.
        assertThat(failure(events(text("a"))).fault()).isEqualTo(VoiceFault.CUT_OFF);
        assertThat(
                        failure(
                                        (request, wire) -> {
                                            ProviderServer.begin(wire);
                                            wire.chunk("data: " + text("a") + "\n\n");
                                            wire.reset();
                                        })
                                .fault())
                .isEqualTo(VoiceFault.CUT_OFF);
        assertThat(
                        failure(
                                        (request, wire) -> {
                                            ProviderServer.begin(wire);
                                            wire.chunk("data: ");
                                            while (true) {
                                                wire.chunk("x".repeat(10_000));
                                            }
                                        })
                                .fault())
                .isEqualTo(VoiceFault.TOO_LARGE);
        assertThat(
                        failure(
                                        (request, wire) -> {
                                            ProviderServer.begin(wire);
                                            while (true) {
                                                wire.chunk(
                                                        "data: "
                                                                + text("x".repeat(1_000))
                                                                + "\n\n");
                                            }
                                        })
                                .fault())
                .isEqualTo(VoiceFault.TOO_LARGE);
    }

    /** However much of an answer arrives, it ends in one way, and nothing is made up. */
    @Test
    void answersMayBeCutAnywhere() throws Exception {
        String events =
                "data: " + text("你好") + "\n\ndata: " + finish("stop") + "\n\ndata: [DONE]\n\n";
        byte[] body = events.getBytes(UTF_8);
        byte[] head =
                ("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: "
                                + body.length
                                + "\r\n\r\n")
                        .getBytes(UTF_8);
        byte[] whole = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, whole, head.length, body.length);
        var cut = new AtomicInteger();
        try (var server =
                new ProviderServer((request, wire) -> {
                    wire.raw(Arrays.copyOf(whole, cut.get()));
                    wire.cut();
                })) {
            for (int length = 0; length <= whole.length; length += 3) {
                cut.set(length);
                var answer = new CollectedStep<ModelPart>();
                ask(server, answer);
                if (length < whole.length - 2) {
                    assertThat(answer.awaitFailure().fault()).isEqualTo(VoiceFault.CUT_OFF);
                } else {
                    answer.awaitDone();
                }
                assertThat(List.of(new TextPiece("你好"), end(EndReason.COMPLETE)))
                        .containsAll(answer.parts());
            }
        }
    }

    @Test
    void silenceAndPrivateAddressesAreToldApart() throws Exception {
        try (var server = new ProviderServer((request, wire) -> wire.awaitEnd())) {
            var hasty = StepFixture.limits(Duration.ofMillis(200), 1_000);
            var model = new LanguageModel(steps.client, server.provider(), hasty);
            var answer = new CollectedStep<ModelPart>();
            steps.on(() -> model.answer(steps.loop, HELLO, List.of(), answer));
            assertThat(answer.awaitFailure().fault()).isEqualTo(VoiceFault.SILENT);
            server.awaitNoneOpen();
        }
        var inside =
                new VoiceProvider(
                        new ServerUrl(false, "127.0.0.1", 1, "/"),
                        new ServerAddresses(false),
                        "",
                        "",
                        Json.object());
        var answer = new CollectedStep<ModelPart>();
        steps.on(() ->
                new LanguageModel(steps.client, inside)
                        .answer(steps.loop, HELLO, List.of(), answer));
        assertThat(answer.awaitFailure().fault()).isEqualTo(VoiceFault.PRIVATE_ADDRESS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"at once", "before the answer", "midway", "within a part"})
    void cancelEndsItAtAnyPoint(String point) throws Exception {
        var asked = new CountDownLatch(1);
        try (var server =
                new ProviderServer((request, wire) -> {
                    asked.countDown();
                    if (!point.equals("before the answer")) {
                        ProviderServer.begin(wire);
                        wire.chunk(("data: " + text("a") + "\n\n").repeat(3));
                    }
                    wire.awaitEnd();
                })) {
            var step = new AtomicReference<RunningStep>();
            var answer =
                    new CollectedStep<ModelPart>(part -> {
                        if (point.equals("within a part")) {
                            step.get().cancel();
                        }
                    });
            step.set(ask(server, answer));
            switch (point) {
                case "at once" -> {}
                case "before the answer" -> assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
                default -> answer.awaitPart();
            }
            steps.run(step.get()::cancel);
            steps.run(step.get()::cancel);
            server.awaitNoneOpen();
            assertThat(answer.over()).isFalse();
            assertThat(answer.parts())
                    .hasSizeLessThanOrEqualTo(point.equals("within a part") ? 1 : 3);
        }
    }

    @Test
    void connectionsAreKept() throws Exception {
        try (var server = new ProviderServer(events(text("x"), finish("stop"), DONE))) {
            for (int i = 0; i < 4; i++) {
                var answer = new CollectedStep<ModelPart>();
                RunningStep step = ask(server, answer);
                answer.awaitDone();
                steps.run(step::cancel);
            }
            assertThat(server.connections()).isEqualTo(1);
            steps.disconnect();
            server.awaitNoneOpen();
        }
    }

    @Test
    void nothingShowsTheKey() {
        var base = new ServerUrl(true, "api.example", 443, "/v1?secret=1");
        var any = new ServerAddresses(true);
        var provider = new VoiceProvider(base, any, "sk-secret", "m", Json.object());
        assertThat(provider.toString()).isEqualTo("VoiceProvider[api.example:443, m]");
        assertThatThrownBy(
                        () -> new VoiceProvider(base, any, "sk-secret\r\nX: y", "", Json.object()))
                .hasMessageNotContaining("secret");
        assertThat(provider.at("/chat/completions").path())
                .isEqualTo("/v1/chat/completions?secret=1");
        var full = new ServerUrl(true, "api.example", 443, "/v1/chat/completions");
        assertThat(
                        new VoiceProvider(full, any, "", "", Json.object())
                                .at("/chat/completions")
                                .path())
                .isEqualTo("/v1/chat/completions");
        assertThat(VoiceFault.SILENT.of(new Sentence("语言模型", "The language model")))
                .isEqualTo(
                        new Sentence("语言模型没有及时回答", "The language model does not answer in time"));
    }
}
