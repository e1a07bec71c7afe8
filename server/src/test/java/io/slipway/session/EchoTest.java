package io.slipway.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.Person;
import io.slipway.TestDevice;
import io.slipway.TestServer;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The backend that a first user meets. */
class EchoTest {

    private static final String START = "{\"type\":\"listen\",\"state\":\"start\",\"mode\":\"%s\"}";
    private static final String STOP = "{\"type\":\"listen\",\"state\":\"stop\"}";

    @TempDir private Path folder;
    private TestServer server;
    private TestDevice device;
    private Person owner;

    @BeforeEach
    void start() {
        server = TestServer.start(TestEngine.SQLITE, folder);
        owner = Person.register(server, "owner");
        device = TestDevice.of(server, 1);
        owner.bind(device.code());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static List<byte[]> speech(int frames) {
        var random = new Random(frames);
        var speech = new ArrayList<byte[]>();
        for (int i = 0; i < frames; i++) {
            byte[] frame = new byte[random.nextInt(100, 200)];
            random.nextBytes(frame);
            speech.add(frame);
        }
        return speech;
    }

    private static List<byte[]> audio(List<SessionClient.Heard> heard) {
        return heard.stream()
                .filter(h -> h.type().equals("audio"))
                .map(SessionClient.Heard::audio)
                .toList();
    }

    @Test
    void manualModeRepeatsAllThatWasSaid() {
        try (SessionClient client = SessionClient.call(device)) {
            client.next("hello");
            client.say(START.formatted("manual"));
            List<byte[]> said = speech(20);
            said.forEach(client::say);
            client.say(new byte[0]);
            client.say(STOP);
            assertThat(client.next("stt").json().path("text").asText()).contains("1.2");
            assertThat(client.next().json().path("emotion").asText()).isNotEmpty();
            List<SessionClient.Heard> answer = client.untilStop();
            assertThat(answer.getFirst().json().path("state").asText()).isEqualTo("start");
            assertThat(answer.get(1).json().path("state").asText()).isEqualTo("sentence_start");
            assertThat(audio(answer)).containsExactlyElementsOf(said);
        }
    }

    @Test
    void autoModeAnswersAfterSilenceAndAgain() {
        try (SessionClient client = SessionClient.call(device)) {
            client.next("hello");
            client.say(START.formatted("auto"));
            for (int turn = 1; turn <= 2; turn++) {
                // Initial silence: nobody has started to speak.
                for (int i = 0; i < 10; i++) {
                    client.say(new byte[] {0});
                }
                List<byte[]> said = speech(10 + turn);
                said.forEach(client::say);
                for (int i = 0; i < 5; i++) {
                    client.say(new byte[] {0});
                }
                List<SessionClient.Heard> answer = client.untilStop();
                assertThat(audio(answer).subList(0, said.size())).containsExactlyElementsOf(said);
            }
        }
    }

    /** other-clients 3. */
    @Test
    void typedTextIsAnsweredBySayingIt() {
        try (SessionClient client = SessionClient.call(device)) {
            client.next("hello");
            for (String typed :
                    List.of(
                            "{\"type\":\"listen\",\"state\":\"text\",\"text\":\"你好\"}",
                            "{\"type\":\"text\",\"text\":\"你好\"}")) {
                client.say(typed);
                assertThat(client.next("stt").json().path("text").asText()).isEqualTo("你好");
                List<SessionClient.Heard> answer = client.untilStop();
                assertThat(answer).hasSize(3);
                assertThat(answer.get(1).json().path("text").asText()).isEqualTo("你好");
            }
        }
    }

    @Test
    void pcmComesBackAsPcm() {
        try (SessionClient client = SessionClient.dial(device, SessionClient.token(device))) {
            client.say(SessionClient.HELLO.replace("opus", "pcm"));
            JsonNode audio = client.next("hello").json().path("audio_params");
            assertThat(audio.path("format").asText()).isEqualTo("pcm");
            assertThat(audio.path("sample_rate").asInt()).isEqualTo(16_000);
            client.say(START.formatted("auto"));
            // All packets of PCM have the same length: silence is recognised by what is in them.
            byte[] silence = new byte[1_920];
            client.say(silence);
            List<byte[]> said = new ArrayList<>();
            var random = new Random(1);
            for (int i = 0; i < 10; i++) {
                byte[] packet = new byte[1_920];
                random.nextBytes(packet);
                said.add(packet);
                client.say(packet);
            }
            client.say(silence);
            List<byte[]> played = audio(client.untilStop());
            assertThat(played.subList(0, 10)).containsExactlyElementsOf(said);
            assertThat(played).hasSize(11);
        }
    }

    @Test
    void longSpeechIsRepeatedInPartsHoweverLargeItsPackets() throws Exception {
        try (SessionClient client = SessionClient.dial(device, SessionClient.token(device))) {
            client.say(
                    SessionClient.HELLO
                            .replace("opus", "pcm")
                            .replace("16000", "48000")
                            .replace("\"channels\":1", "\"channels\":2"));
            JsonNode audio = client.next("hello").json().path("audio_params");
            assertThat(audio.path("sample_rate").asInt()).isEqualTo(48_000);
            assertThat(audio.path("channels").asInt()).isEqualTo(2);
            client.say(START.formatted("auto"));
            byte[] packet = new byte[11_520];
            new Random(1).nextBytes(packet);
            var answered = new AtomicBoolean();
            var sent = new AtomicInteger();
            Thread talking =
                    Thread.startVirtualThread(() -> {
                        // Never silent for long enough.
                        while (!answered.get() && sent.incrementAndGet() < 300) {
                            client.say(packet);
                            LockSupport.parkNanos(30_000_000);
                        }
                    });
            List<byte[]> played = audio(client.untilStop());
            answered.set(true);
            talking.join();
            assertThat(sent.get()).isLessThan(300);
            // What fits 64 KiB.
            assertThat(played).hasSize(5).allMatch(heard -> heard.length == packet.length);
        }
    }

    @Test
    void anAbortIsAnsweredByStopAtOnce() {
        try (SessionClient client = SessionClient.call(device)) {
            client.next("hello");
            client.say(START.formatted("manual"));
            List<byte[]> said = speech(200);
            said.forEach(client::say);
            client.say(STOP);
            client.next("audio");
            client.say("{\"type\":\"abort\",\"reason\":\"wake_word_detected\"}");
            assertThat(audio(client.untilStop()).size()).isLessThan(199);
        }
    }

    @Test
    void theDevicesToolsAreAskedForAndShown() {
        try (SessionClient client = SessionClient.call(device)) {
            client.next("hello");
            var initialize = client.next("mcp").json();
            assertThat(initialize.at("/payload/method").asText()).isEqualTo("initialize");
            assertThat(initialize.at("/payload/id").isIntegralNumber()).isTrue();
            long id = client.next("mcp").json().at("/payload/id").asLong();
            client.say(
                    "{\"type\":\"mcp\",\"payload\":{\"jsonrpc\":\"2.0\",\"id\":"
                            + id
                            + ",\"result\":{\"tools\":[{\"name\":\"self.get_device_status\","
                            + "\"description\":\"d\",\"inputSchema\":{\"type\":\"object\"}}],"
                            + "\"nextCursor\":\"self.screen.set_theme\"}}}");
            var second = client.next("mcp").json();
            assertThat(second.at("/payload/params/cursor").asText())
                    .isEqualTo("self.screen.set_theme");
            client.say(START.formatted("manual"));
            speech(5).forEach(client::say);
            client.say(STOP);
            assertThat(client.untilStop())
                    .anyMatch(heard ->
                            heard.type().equals("tts")
                                    && heard.text().contains("self.get_device_status"));
        }
    }

    @Test
    void nonsenseDoesNotDisturb() {
        try (SessionClient client = SessionClient.dial(device, SessionClient.token(device))) {
            client.say(new byte[] {1, 2, 3});
            client.say(START.formatted("manual"));
            client.say("{\"type\":");
            client.say(SessionClient.HELLO);
            client.next("hello");
            client.say(SessionClient.HELLO);
            client.say("{\"type\":\"no such thing\"}");
            client.say("");
            client.say("[]");
            client.say("{\"type\":17}");
            client.say("{\"type\":\"mcp\",\"payload\":{\"id\":2000000000,\"result\":{}}}");
            client.say(START.formatted("manual"));
            List<byte[]> said = speech(5);
            said.forEach(client::say);
            client.say(STOP);
            assertThat(audio(client.untilStop())).containsExactlyElementsOf(said);
        }
    }

    @Test
    void aFrameThatIsTooLargeEndsTheSession() {
        try (SessionClient client = SessionClient.call(device)) {
            client.next("hello");
            client.say(new byte[65_536 + 1]);
            assertThat(client.closeCode()).isEqualTo(1009);
        }
        try (SessionClient client = SessionClient.call(device)) {
            client.next("hello");
        }
    }

    @Test
    void aNewerSocketReplacesTheOlderAndAnotherPairsDoesNot() {
        TestDevice other = device.withClientId("7b94d69a-9808-4c59-9c9b-00000000beef");
        try (SessionClient first = SessionClient.call(device)) {
            first.next("hello");
            try (SessionClient stranger = SessionClient.call(other)) {
                stranger.next("alert");
                assertThat(first.open()).isTrue();
            }
            try (SessionClient second = SessionClient.call(device)) {
                second.next("hello");
                assertThat(first.closeCode()).isEqualTo(1000);
                assertThat(owner.ok("GET", "/v1/sessions", "")).hasSize(1);
            }
        }
    }
}
