package io.slipway.voice.client;

import static io.slipway.voice.client.ProviderServer.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.http.Json;
import io.slipway.http.stream.ScriptedServer.Script;
import io.slipway.session.Await;
import io.slipway.sound.Recording;
import io.slipway.voice.client.Failover.Starter;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SpeechSynthesizerTest {

    private static final short[] SAMPLES = TestSound.samples(5_000, 1);

    private final StepFixture steps = new StepFixture();

    @AfterEach
    void close() throws Exception {
        steps.close();
    }

    private RunningStep speak(ProviderServer server, int rate, CollectedStep<Recording> sound)
            throws Exception {
        var synthesizer =
                new SpeechSynthesizer(steps.client, server.provider(), rate, StepFixture.PATIENT);
        return steps.on(() -> synthesizer.speak(steps.loop, "你好。", "alloy", sound));
    }

    private VoiceFailure failure(Script script) throws Exception {
        try (var server = new ProviderServer(script)) {
            var sound = new CollectedStep<Recording>();
            speak(server, 24_000, sound);
            return sound.awaitFailure();
        }
    }

    @Test
    void samplesArePlayedAsTheyCome() throws Exception {
        var heard = new CountDownLatch(1);
        byte[] bytes = TestSound.bytes(SAMPLES);
        try (var server =
                new ProviderServer((request, wire) -> {
                    wire.begin(200, "audio/pcm");
                    wire.chunk(Arrays.copyOf(bytes, 1_001));
                    assertThat(heard.await(30, TimeUnit.SECONDS)).isTrue();
                    wire.chunk(Arrays.copyOfRange(bytes, 1_001, bytes.length));
                    wire.end();
                })) {
            var extra = Json.object().put("speed", 1.2).put("response_format", "mp3");
            var synthesizer = new SpeechSynthesizer(steps.client, server.provider(extra), 24_000);
            var sound = new CollectedStep<Recording>(part -> heard.countDown());
            steps.on(() -> synthesizer.speak(steps.loop, "你好，\"世界\"。", "", sound));
            List<Recording> parts = sound.awaitDone();
            assertThat(TestSound.joined(parts)).isEqualTo(SAMPLES);
            assertThat(parts).allMatch(part -> part.rate() == 24_000);
            assertThat(ProviderServer.json(server.requests().getFirst()).toString())
                    .isEqualTo(
                            "{\"input\":\"你好，\\\"世界\\\"。\",\"response_format\":\"pcm\","
                                    + "\"model\":\"a-model\",\"speed\":1.2}");
        }
    }

    @Test
    void waveFilesSayTheirRate() throws Exception {
        try (var server =
                new ProviderServer((request, wire) -> {
                    wire.begin(200, "audio/wav");
                    wire.chunk(TestSound.wave(SAMPLES, 44_100, 1, -1, 26));
                    wire.end();
                })) {
            // Also where samples were asked for.
            for (int rate : new int[] {0, 24_000}) {
                var sound = new CollectedStep<Recording>();
                speak(server, rate, sound);
                assertThat(TestSound.joined(sound.awaitDone())).isEqualTo(SAMPLES);
                assertThat(sound.parts()).allMatch(part -> part.rate() == 44_100);
            }
            assertThat(server.requests())
                    .extracting(each -> ProviderServer.json(each).path("response_format").asText())
                    .containsExactly("wav", "pcm");
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void failuresAreToldApart() throws Exception {
        assertThat(failure(status(401, "{}")).fault()).isEqualTo(VoiceFault.REFUSED_KEY);
        VoiceFailure voice = failure(status(400, "{\"detail\":\"no such voice\"}"));
        assertThat(voice.fault()).isEqualTo(VoiceFault.REFUSED_REQUEST);
        assertThat(voice.detail()).isEqualTo("no such voice");
        VoiceFailure json = failure(status(200, "{\"error\":\"x\"}"));
        assertThat(json.fault()).isEqualTo(VoiceFault.UNREADABLE);
        assertThat(json.detail()).isEqualTo("\"application/json\" instead of PCM or WAV");
        assertThat(failure((request, wire) -> wire.answer(200, "audio/mpeg", "ID3")).fault())
                .isEqualTo(VoiceFault.UNREADABLE);
        assertThat(failure((request, wire) -> wire.answer(200, "audio/pcm", "")).detail())
                .isEqualTo("no sound");
        assertThat(
                        failure(
                                        (request, wire) -> {
                                            wire.begin(200, "audio/pcm");
                                            wire.chunk("sound");
                                            wire.cut();
                                        })
                                .fault())
                .isEqualTo(VoiceFault.CUT_OFF);
        assertThat(
                        failure(
                                        (request, wire) -> {
                                            wire.begin(200, "audio/pcm");
                                            while (true) {
                                                wire.chunk(new byte[50_000]);
                                            }
                                        })
                                .fault())
                .isEqualTo(VoiceFault.TOO_LARGE);
    }

    @Test
    void textsHaveLimits() throws Exception {
        try (var server = new ProviderServer(status(500, "{}"))) {
            var synthesizer = new SpeechSynthesizer(steps.client, server.provider(), 0);
            for (String text : List.of(" ", "x".repeat(4_097))) {
                assertThatThrownBy(() ->
                                synthesizer.speak(steps.loop, text, "", new CollectedStep<>()))
                        .isInstanceOf(IllegalArgumentException.class);
            }
            assertThatThrownBy(() -> new SpeechSynthesizer(steps.client, server.provider(), 96_000))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void cancelMidwayEndsIt() throws Exception {
        try (var server =
                new ProviderServer((request, wire) -> {
                    wire.begin(200, "audio/pcm");
                    wire.chunk(new byte[1_000]);
                    wire.awaitEnd();
                })) {
            var sound = new CollectedStep<Recording>();
            RunningStep step = speak(server, 24_000, sound);
            sound.awaitPart();
            steps.run(step::pause);
            steps.run(step::cancel);
            server.awaitNoneOpen();
            assertThat(sound.over()).isFalse();
        }
    }

    /** A pause also holds for the provider that takes over. */
    @Test
    void anotherProviderTakesOver() throws Exception {
        var failures = new CopyOnWriteArrayList<VoiceFailure>();
        try (var first = new ProviderServer(status(503, "{}"));
                var second =
                        new ProviderServer((request, wire) ->
                                wire.answer(200, "audio/pcm", TestSound.bytes(SAMPLES)))) {
            List<Starter<Recording>> providers = List.of(starter(first), starter(second));
            var sound = new CollectedStep<Recording>();
            RunningStep step =
                    steps.on(() -> {
                        RunningStep started =
                                Failover.start(steps.loop, providers, failures::add, sound);
                        started.pause();
                        return started;
                    });
            Await.until(() -> second.requests().size() == 1);
            assertThat(sound.over()).isFalse();
            steps.run(step::resume);
            assertThat(TestSound.joined(sound.awaitDone())).isEqualTo(SAMPLES);
            assertThat(failures).hasSize(1);
        }
    }

    private Starter<Recording> starter(ProviderServer server) {
        var synthesizer = new SpeechSynthesizer(steps.client, server.provider(), 24_000);
        return listener -> synthesizer.speak(steps.loop, "x", "", listener);
    }
}
