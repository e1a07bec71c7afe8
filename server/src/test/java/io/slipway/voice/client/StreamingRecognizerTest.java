package io.slipway.voice.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.http.Json;
import io.slipway.http.ServerAddresses;
import io.slipway.http.ServerUrl;
import io.slipway.http.governor.EdgeLimits;
import io.slipway.http.governor.Governor;
import io.slipway.http.socket.SocketClient;
import io.slipway.voice.client.RecognitionServer.Ears;
import io.slipway.voice.client.RecognitionServer.Utterance;
import io.slipway.voice.client.StreamingRecognizer.RecognitionLimits;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StreamingRecognizerTest {

    private static final short[] SPEECH = TestSound.samples(10_000, 4);
    private static final Duration LONG = Duration.ofSeconds(40);
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final RecognitionLimits PATIENT =
            new RecognitionLimits(LONG, LONG, LONG, LONG, LONG);

    private final StepFixture steps = new StepFixture();
    private final SocketClient sockets =
            new SocketClient(steps.vertx, new Governor(EdgeLimits.here(0, Duration.ofSeconds(30))));

    @AfterEach
    void close() throws Exception {
        steps.close();
    }

    private RecognitionServer server(Ears ears) throws Exception {
        return new RecognitionServer(steps.vertx, 101, ears);
    }

    private Recognition begin(Recognizer recognizer, CollectedStep<String> text) throws Exception {
        return steps.on(() -> recognizer.begin(steps.loop, "zh", text));
    }

    /** Says the speech in frames of 20 ms. */
    private static void speak(Recognition recognition) {
        for (int at = 0; at < SPEECH.length; at += 320) {
            recognition.audio(Arrays.copyOfRange(SPEECH, at, Math.min(at + 320, SPEECH.length)));
        }
    }

    private String text(StreamingRecognizer recognizer) throws Exception {
        var text = new CollectedStep<String>();
        steps.run(() -> {
            Recognition recognition = recognizer.begin(steps.loop, "", text);
            speak(recognition);
            recognition.end();
        });
        assertThat(text.awaitDone()).hasSize(1);
        return text.parts().getFirst();
    }

    private VoiceFailure failure(RecognitionServer server, RecognitionLimits limits)
            throws Exception {
        var text = new CollectedStep<String>();
        var recognizer = new StreamingRecognizer(sockets, server.provider(), limits);
        steps.run(() -> {
            Recognition recognition = recognizer.begin(steps.loop, "", text);
            speak(recognition);
            recognition.end();
        });
        VoiceFailure failure = text.awaitFailure();
        assertThat(failure.toString()).doesNotContain(ProviderServer.KEY);
        return failure;
    }

    /** Marks its last result only. */
    private static final Ears MARKS_THE_LAST =
            new Ears() {
                @Override
                public void heard(Utterance utterance) {
                    if (utterance.speech().length == 3_840) {
                        utterance.say("2pass-online", "今天", false);
                        utterance.say("2pass-online", "天汽", false);
                        utterance.say("2pass-offline", "今天天气", false);
                    }
                }

                @Override
                public void ended(Utterance utterance) {
                    utterance.say("2pass-online", "怎么", false);
                    utterance.say("2pass-offline", "怎么样？", true);
                }
            };

    @Test
    void speechIsSentWhileItIsSpoken() throws Exception {
        var early = new CountDownLatch(1);
        try (var server =
                server(
                        new Ears() {
                            @Override
                            public void heard(Utterance utterance) {
                                early.countDown();
                                MARKS_THE_LAST.heard(utterance);
                            }

                            @Override
                            public void ended(Utterance utterance) {
                                MARKS_THE_LAST.ended(utterance);
                            }
                        })) {
            var text = new CollectedStep<String>();
            var recognizer = new StreamingRecognizer(sockets, server.provider(), PATIENT);
            Recognition recognition = begin(recognizer, text);
            steps.run(() -> speak(recognition));
            // Before its end, which proves that it does not wait for that.
            assertThat(early.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(text.over()).isFalse();
            steps.run(recognition::end);
            steps.run(recognition::end);
            assertThat(text.awaitDone()).containsExactly("今天天气怎么样？");
            assertThat(server.utterances().getFirst().speech()).isEqualTo(TestSound.bytes(SPEECH));
        }
    }

    @Test
    void aSecondServerMarksAllButTheLast() throws Exception {
        Ears ears =
                new Ears() {
                    @Override
                    public void heard(Utterance utterance) {
                        if (utterance.speech().length == 3_840) {
                            utterance.say("2pass-online", "开灯", true);
                        }
                    }

                    @Override
                    public void ended(Utterance utterance) {
                        utterance.say("2pass-offline", "开灯。", false);
                    }
                };
        try (var server = server(ears)) {
            var recognizer = new StreamingRecognizer(sockets, server.provider(), PATIENT);
            for (int i = 0; i < 2; i++) {
                assertThat(text(recognizer)).isEqualTo("开灯。");
            }
            assertThat(recognizer.inverted()).isTrue();
        }
    }

    /** Of a server that is not known yet, a result that may be the last is waited for others. */
    @Test
    void theKindOfServerIsLearned() throws Exception {
        Ears ears =
                new Ears() {
                    @Override
                    public void ended(Utterance utterance) {
                        utterance.say("2pass-offline", "开灯。", false);
                    }
                };
        try (var server = server(ears)) {
            var recognizer =
                    new StreamingRecognizer(
                            sockets,
                            server.provider(),
                            new RecognitionLimits(LONG, LONG, LONG, SHORT, SHORT));
            assertThat(text(recognizer)).isEqualTo("开灯。");
            assertThat(recognizer.inverted()).isTrue();
        }
        // Which says nothing at all if it has heard nothing.
        try (var mute = server(new Ears() {})) {
            var recognizer =
                    new StreamingRecognizer(
                            sockets,
                            mute.provider(),
                            new RecognitionLimits(LONG, LONG, LONG, SHORT, SHORT));
            recognizer.learnInverted();
            assertThat(text(recognizer)).isEmpty();
        }
    }

    @Test
    void theSubprotocolIsOfferedToServersThatWantIt() throws Exception {
        try (var server = new RecognitionServer(steps.vertx, 400, MARKS_THE_LAST)) {
            var recognizer = new StreamingRecognizer(sockets, server.provider(), PATIENT);
            for (int i = 0; i < 2; i++) {
                assertThat(text(recognizer)).isEqualTo("今天天气怎么样？");
            }
            assertThat(server.utterances()).hasSize(2);
        }
    }

    @Test
    void textsOfAllKinds() throws Exception {
        var results = new CopyOnWriteArrayList<String>();
        Ears ears =
                new Ears() {
                    @Override
                    public void ended(Utterance utterance) {
                        results.forEach(utterance::raw);
                    }
                };
        try (var server = server(ears)) {
            var recognizer = new StreamingRecognizer(sockets, server.provider(), PATIENT);
            // Nothing was said.
            results.add("{\"is_final\":true,\"text\":\"\",\"wav_name\":\"slipway\"}");
            assertThat(text(recognizer)).isEmpty();
            // Sentences in Latin letters, with marks and fields that nobody needs.
            results.clear();
            results.add(
                    "{\"mode\":\"2pass-offline\",\"text\":\"<|en|>Hello.\",\"is_final\":false}");
            results.add(
                    "{\"mode\":\"2pass-offline\",\"text\":\"How are you?\",\"is_final\":true,"
                            + "\"timestamp\":\"[[1,2]]\",\"stamp_sents\":[]}");
            assertThat(text(recognizer)).isEqualTo("Hello. How are you?");
            results.clear();
            results.add("{\"mode\":\"offline\",\"text\":\"好\",\"is_final\":true}");
            assertThat(text(recognizer)).isEqualTo("好");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "401,REFUSED_KEY",
        "403,REFUSED_KEY",
        "404,UNKNOWN",
        "429,RATE_LIMITED",
        "503,OVERLOADED"
    })
    void refusedHandshakes(int status, VoiceFault expected) throws Exception {
        try (var server = new RecognitionServer(steps.vertx, status, new Ears() {})) {
            VoiceFailure failure = failure(server, PATIENT);
            assertThat(failure.fault()).isEqualTo(expected);
            assertThat(failure.status()).isEqualTo(status);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "close,CUT_OFF",
        "close at the end,CUT_OFF",
        "no json,UNREADABLE",
        "array,UNREADABLE",
        "huge message,UNREADABLE",
        "endless text,TOO_LARGE",
        "nothing,SILENT"
    })
    void failuresAreToldApart(String how, VoiceFault expected) throws Exception {
        Ears ears =
                new Ears() {
                    @Override
                    public void greeted(Utterance utterance) {
                        switch (how) {
                            case "close" -> utterance.close();
                            case "no json" -> utterance.raw("sorry");
                            case "array" -> utterance.raw("[]");
                            case "huge message" -> utterance.raw("x".repeat(300_000));
                            case "endless text" -> {
                                for (int i = 0; i < 30; i++) {
                                    utterance.say("2pass-online", "x".repeat(1_000), false);
                                }
                            }
                            default -> {}
                        }
                    }

                    @Override
                    public void ended(Utterance utterance) {
                        if (how.equals("close at the end")) {
                            utterance.close();
                        }
                    }
                };
        var hasty = new RecognitionLimits(LONG, LONG, SHORT, SHORT, SHORT);
        try (var server = server(ears)) {
            assertThat(failure(server, how.equals("nothing") ? hasty : PATIENT).fault())
                    .isEqualTo(expected);
        }
    }

    @Test
    void whatWasHeardCountsIfNoMoreComes() throws Exception {
        Ears ears =
                new Ears() {
                    @Override
                    public void heard(Utterance utterance) {
                        if (utterance.speech().length == 3_840) {
                            utterance.say("2pass-online", "你好", false);
                        }
                    }
                };
        var hasty = new RecognitionLimits(LONG, LONG, SHORT, LONG, SHORT);
        try (var server = server(ears)) {
            assertThat(text(new StreamingRecognizer(sockets, server.provider(), hasty)))
                    .isEqualTo("你好");
        }
    }

    @Test
    void noConnection() throws Exception {
        int free;
        try (var gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = gone.getLocalPort();
        }
        for (boolean any : List.of(true, false)) {
            var provider =
                    new VoiceProvider(
                            new ServerUrl(false, "127.0.0.1", free, "/"),
                            new ServerAddresses(any),
                            "",
                            "",
                            Json.object());
            var text = new CollectedStep<String>();
            begin(new StreamingRecognizer(sockets, provider, PATIENT), text);
            assertThat(text.awaitFailure().fault())
                    .isEqualTo(any ? VoiceFault.UNREACHABLE : VoiceFault.PRIVATE_ADDRESS);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"at once", "while speaking", "after the end", "paused"})
    void cancelEndsItAtAnyPoint(String point) throws Exception {
        var reached = new CountDownLatch(1);
        Ears ears =
                new Ears() {
                    @Override
                    public void heard(Utterance utterance) {
                        if (!point.equals("after the end")) {
                            reached.countDown();
                        }
                    }

                    @Override
                    public void ended(Utterance utterance) {
                        reached.countDown();
                    }
                };
        try (var server = server(ears)) {
            var text = new CollectedStep<String>();
            var recognizer = new StreamingRecognizer(sockets, server.provider(), PATIENT);
            Recognition recognition = begin(recognizer, text);
            if (!point.equals("at once")) {
                steps.run(() -> speak(recognition));
                if (point.equals("after the end")) {
                    steps.run(recognition::end);
                }
                assertThat(reached.await(30, TimeUnit.SECONDS)).isTrue();
            }
            if (point.equals("paused")) {
                steps.run(recognition::pause);
            }
            steps.run(recognition::cancel);
            steps.run(recognition::cancel);
            steps.run(() -> speak(recognition));
            steps.run(recognition::end);
            server.awaitNoneOpen();
            assertThat(text.over()).isFalse();
        }
    }

    /** The second recogniser hears the utterance from its beginning. */
    @ParameterizedTest
    @ValueSource(strings = {"midway", "at the end"})
    void anotherRecognizerTakesOver(String point) throws Exception {
        var failed = new CompletableFuture<VoiceFailure>();
        Ears ears =
                new Ears() {
                    @Override
                    public void heard(Utterance utterance) {
                        if (point.equals("midway")) {
                            utterance.raw("broken");
                        }
                    }

                    @Override
                    public void ended(Utterance utterance) {
                        utterance.raw("broken");
                    }
                };
        try (var first = server(ears);
                var second =
                        new ProviderServer((request, wire) ->
                                wire.answer(200, "application/json", "{\"text\":\"ok\"}"))) {
            var recognizer =
                    new FallbackRecognizer(
                            List.of(
                                    new StreamingRecognizer(sockets, first.provider(), PATIENT),
                                    new TranscriptionRecognizer(steps.client, second.provider())),
                            failed::complete);
            var text = new CollectedStep<String>();
            Recognition recognition = begin(recognizer, text);
            steps.run(() -> speak(recognition));
            if (point.equals("midway")) {
                assertThat(failed.get(30, TimeUnit.SECONDS).fault())
                        .isEqualTo(VoiceFault.UNREADABLE);
                steps.run(() -> speak(recognition));
            }
            steps.run(recognition::end);
            assertThat(text.awaitDone()).containsExactly("ok");
            short[] heard =
                    TranscriptionRequest.of(second.requests().getFirst()).recording().samples();
            assertThat(heard).hasSize(point.equals("midway") ? 20_000 : 10_000);
            assertThat(Arrays.copyOf(heard, 10_000)).isEqualTo(SPEECH);
        }
    }
}
