package io.slipway.voice.client;

import static io.slipway.voice.client.ProviderServer.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.http.Json;
import io.slipway.http.stream.ScriptedServer.Script;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TranscriptionRecognizerTest {

    private static final short[] SPEECH = TestSound.samples(20_000, 3);

    private final StepFixture steps = new StepFixture();

    @AfterEach
    void close() throws Exception {
        steps.close();
    }

    private Recognition recognize(ProviderServer server, short[] speech, CollectedStep<String> text)
            throws Exception {
        var recognizer =
                new TranscriptionRecognizer(steps.client, server.provider(), StepFixture.PATIENT);
        return steps.on(() -> {
            Recognition recognition = recognizer.begin(steps.loop, "", text);
            recognition.audio(speech);
            recognition.end();
            return recognition;
        });
    }

    private String text(Script script) throws Exception {
        try (var server = new ProviderServer(script)) {
            var text = new CollectedStep<String>();
            recognize(server, SPEECH, text);
            assertThat(text.awaitDone()).hasSize(1);
            return text.parts().getFirst();
        }
    }

    private VoiceFailure failure(Script script) throws Exception {
        try (var server = new ProviderServer(script)) {
            var text = new CollectedStep<String>();
            recognize(server, SPEECH, text);
            return text.awaitFailure();
        }
    }

    @Test
    void theWholeUtteranceIsSentAsAFile() throws Exception {
        var extra = Json.object().put("temperature", 0).put("prompt", "名字：\"小智\"\r\n--x");
        extra.put("response_format", "srt");
        try (var server = new ProviderServer(status(200, "{\"text\":\" 打开灯。 \"}"))) {
            var recognizer = new TranscriptionRecognizer(steps.client, server.provider(extra));
            var text = new CollectedStep<String>();
            steps.run(() -> {
                Recognition recognition = recognizer.begin(steps.loop, "zh", text);
                for (int at = 0; at < SPEECH.length; at += 960) {
                    recognition.audio(
                            Arrays.copyOfRange(SPEECH, at, Math.min(at + 960, SPEECH.length)));
                }
                recognition.end();
                recognition.end();
                recognition.audio(new short[960]);
            });
            assertThat(text.awaitDone()).containsExactly("打开灯。");
            assertThat(server.requests()).hasSize(1);
            var sent = TranscriptionRequest.of(server.requests().getFirst());
            assertThat(sent.recording().samples()).isEqualTo(SPEECH);
            assertThat(sent.fields())
                    .isEqualTo(
                            Map.of(
                                    "model",
                                    "a-model",
                                    "language",
                                    "zh",
                                    "response_format",
                                    "json",
                                    "temperature",
                                    "0",
                                    "prompt",
                                    "名字：\"小智\"\r\n--x"));
        }
    }

    @Test
    void textsComeWithoutMarks() throws Exception {
        assertThat(text(status(200, "{\"text\":\"<|zh|><|HAPPY|><|Speech|>你好\"}"))).isEqualTo("你好");
        assertThat(text(status(200, "{\"text\":\"\"}"))).isEmpty();
        assertThat(text((request, wire) -> wire.answer(200, "text/plain", "hello\n")))
                .isEqualTo("hello");
    }

    @Test
    void whatIsTooShortIsNotSentAndWhatIsTooLongIsCut() throws Exception {
        try (var server = new ProviderServer(status(200, "{\"text\":\"x\"}"))) {
            var nothing = new CollectedStep<String>();
            recognize(server, new short[1_599], nothing);
            assertThat(nothing.awaitDone()).containsExactly("");
            assertThat(server.requests()).isEmpty();
            var much = new CollectedStep<String>();
            var recognizer = new TranscriptionRecognizer(steps.client, server.provider());
            steps.run(() -> {
                Recognition recognition = recognizer.begin(steps.loop, "", much);
                for (int second = 0; second < 90; second++) {
                    recognition.audio(new short[Recognizer.RATE]);
                }
                recognition.end();
            });
            much.awaitDone();
            assertThat(TranscriptionRequest.of(server.requests().getFirst()).recording().millis())
                    .isEqualTo(60_000);
        }
    }

    @Test
    void failuresAreToldApart() throws Exception {
        assertThat(failure(status(401, "{}")).fault()).isEqualTo(VoiceFault.REFUSED_KEY);
        assertThat(failure(status(413, "{}")).fault()).isEqualTo(VoiceFault.REFUSED_REQUEST);
        VoiceFailure said = failure(status(200, "{\"error\":{\"message\":\"no\"}}"));
        assertThat(said.fault()).isEqualTo(VoiceFault.UNREADABLE);
        assertThat(said.detail()).isEqualTo("no text: no");
        assertThat(failure(status(200, "{")).fault()).isEqualTo(VoiceFault.UNREADABLE);
        assertThat(failure((request, wire) -> wire.answer(200, "text/html", "<p>")).fault())
                .isEqualTo(VoiceFault.UNREADABLE);
        assertThat(failure((request, wire) -> wire.cut()).fault()).isEqualTo(VoiceFault.CUT_OFF);
        assertThat(failure(status(200, "{\"text\":\"" + "x".repeat(5 << 20) + "\"}")).fault())
                .isEqualTo(VoiceFault.TOO_LARGE);
    }

    @Test
    void cancelEndsIt() throws Exception {
        var asked = new CountDownLatch(1);
        try (var server =
                new ProviderServer((request, wire) -> {
                    asked.countDown();
                    wire.awaitEnd();
                })) {
            var text = new CollectedStep<String>();
            Recognition recognition = recognize(server, SPEECH, text);
            assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
            steps.run(recognition::cancel);
            server.awaitNoneOpen();
            assertThat(text.over()).isFalse();
            // Before its end there is nothing to close.
            var recognizer = new TranscriptionRecognizer(steps.client, server.provider());
            steps.run(() -> {
                Recognition early = recognizer.begin(steps.loop, "", text);
                early.audio(SPEECH);
                early.cancel();
                early.end();
            });
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void namesOfFieldsAreNames() throws Exception {
        try (var server = new ProviderServer(status(500, "{}"))) {
            for (String name : new String[] {"a\"b", "a\r\nb", "", "x".repeat(65)}) {
                assertThatThrownBy(() -> server.provider(Json.object().put(name, "1")))
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }
    }
}
