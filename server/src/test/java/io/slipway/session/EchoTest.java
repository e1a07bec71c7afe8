package io.slipway.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.Dev;
import io.slipway.Person;
import io.slipway.TestServer;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
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
    private Dev device;
    private Person owner;

    @BeforeEach
    void start() {
        server = TestServer.start(TestEngine.SQLITE, folder);
        owner = Person.register(server, "owner");
        device = Dev.of(server, 1);
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

    private static List<byte[]> audio(List<Phone.Heard> heard) {
        return heard.stream()
                .filter(h -> h.type().equals("audio"))
                .map(Phone.Heard::audio)
                .toList();
    }

    @Test
    void manualModeRepeatsAllThatWasSaid() {
        try (Phone phone = Phone.call(device)) {
            phone.next("hello");
            phone.say(START.formatted("manual"));
            List<byte[]> said = speech(20);
            said.forEach(phone::say);
            phone.say(new byte[0]);
            phone.say(STOP);
            assertThat(phone.next("stt").json().path("text").asText()).contains("1.2");
            assertThat(phone.next().json().path("emotion").asText()).isNotEmpty();
            List<Phone.Heard> answer = phone.untilStop();
            assertThat(answer.getFirst().json().path("state").asText()).isEqualTo("start");
            assertThat(answer.get(1).json().path("state").asText()).isEqualTo("sentence_start");
            assertThat(audio(answer)).containsExactlyElementsOf(said);
        }
    }

    @Test
    void autoModeAnswersAfterSilenceAndAgain() {
        try (Phone phone = Phone.call(device)) {
            phone.next("hello");
            phone.say(START.formatted("auto"));
            for (int turn = 1; turn <= 2; turn++) {
                // Silence before: nobody has begun.
                for (int i = 0; i < 10; i++) {
                    phone.say(new byte[] {0});
                }
                List<byte[]> said = speech(10 + turn);
                said.forEach(phone::say);
                for (int i = 0; i < 5; i++) {
                    phone.say(new byte[] {0});
                }
                List<Phone.Heard> answer = phone.untilStop();
                assertThat(audio(answer).subList(0, said.size())).containsExactlyElementsOf(said);
            }
        }
    }

    @Test
    void anAbortIsAnsweredByStopAtOnce() {
        try (Phone phone = Phone.call(device)) {
            phone.next("hello");
            phone.say(START.formatted("manual"));
            List<byte[]> said = speech(200);
            said.forEach(phone::say);
            phone.say(STOP);
            phone.next("audio");
            phone.say("{\"type\":\"abort\",\"reason\":\"wake_word_detected\"}");
            assertThat(audio(phone.untilStop()).size()).isLessThan(199);
        }
    }

    @Test
    void theDevicesToolsAreAskedForAndShown() {
        try (Phone phone = Phone.call(device)) {
            phone.next("hello");
            var initialize = phone.next("mcp").json();
            assertThat(initialize.at("/payload/method").asText()).isEqualTo("initialize");
            assertThat(initialize.at("/payload/id").isIntegralNumber()).isTrue();
            long id = phone.next("mcp").json().at("/payload/id").asLong();
            phone.say(
                    "{\"type\":\"mcp\",\"payload\":{\"jsonrpc\":\"2.0\",\"id\":"
                            + id
                            + ",\"result\":{\"tools\":[{\"name\":\"self.get_device_status\","
                            + "\"description\":\"d\",\"inputSchema\":{\"type\":\"object\"}}],"
                            + "\"nextCursor\":\"self.screen.set_theme\"}}}");
            var second = phone.next("mcp").json();
            assertThat(second.at("/payload/params/cursor").asText())
                    .isEqualTo("self.screen.set_theme");
            phone.say(START.formatted("manual"));
            speech(5).forEach(phone::say);
            phone.say(STOP);
            assertThat(phone.untilStop())
                    .anyMatch(heard ->
                            heard.type().equals("tts")
                                    && heard.text().contains("self.get_device_status"));
        }
    }

    @Test
    void nonsenseDoesNotDisturb() {
        try (Phone phone = Phone.dial(device, Phone.token(device))) {
            phone.say(new byte[] {1, 2, 3});
            phone.say(START.formatted("manual"));
            phone.say("{\"type\":");
            phone.say(Phone.HELLO);
            phone.next("hello");
            phone.say(Phone.HELLO);
            phone.say("{\"type\":\"no such thing\"}");
            phone.say("");
            phone.say("[]");
            phone.say("{\"type\":17}");
            phone.say("{\"type\":\"mcp\",\"payload\":{\"id\":2000000000,\"result\":{}}}");
            phone.say(START.formatted("manual"));
            List<byte[]> said = speech(5);
            said.forEach(phone::say);
            phone.say(STOP);
            assertThat(audio(phone.untilStop())).containsExactlyElementsOf(said);
        }
    }

    @Test
    void aFrameThatIsTooLargeEndsTheSession() {
        try (Phone phone = Phone.call(device)) {
            phone.next("hello");
            phone.say(new byte[65_536 + 1]);
            assertThat(phone.closeCode()).isEqualTo(1009);
        }
        try (Phone phone = Phone.call(device)) {
            phone.next("hello");
        }
    }

    @Test
    void aNewerSocketReplacesTheOlderAndAnotherPairsDoesNot() {
        Dev other = device.withClientId("7b94d69a-9808-4c59-9c9b-00000000beef");
        try (Phone first = Phone.call(device)) {
            first.next("hello");
            try (Phone stranger = Phone.call(other)) {
                stranger.next("alert");
                assertThat(first.open()).isTrue();
            }
            try (Phone second = Phone.call(device)) {
                second.next("hello");
                assertThat(first.closeCode()).isEqualTo(1000);
                assertThat(owner.ok("GET", "/v1/sessions", "")).hasSize(1);
            }
        }
    }
}
