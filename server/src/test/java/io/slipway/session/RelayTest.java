package io.slipway.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.Person;
import io.slipway.TestDevice;
import io.slipway.TestServer;
import io.slipway.Waits;
import io.slipway.protocol.socket.Battery;
import io.slipway.session.TestBackend.Manner;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions that are relayed to another server. */
class RelayTest {

    @TempDir private Path folder;
    private TestServer server;
    private Person owner;

    @BeforeEach
    void start() {
        server =
                TestServer.start(
                        TestEngine.SQLITE,
                        folder,
                        "session.private-backends",
                        "on",
                        "session.write-timeout",
                        "2 s");
        owner = Person.register(server, "owner");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private TestDevice bound(int index) {
        TestDevice device = TestDevice.of(server, index);
        owner.bind(device.code());
        return device;
    }

    private void relayTo(String url) {
        owner.ok(
                "PUT",
                "/xiaozhi/agent/" + owner.agentId,
                "{\"systemPrompt\":\"你是一只猫\",\"chatHistoryConf\":1,\"backend\":{\"type\":\"relay\","
                        + "\"url\":\""
                        + url
                        + "\",\"token\":\"s3cret\"}}");
    }

    @Test
    void framesAndTextsPassBothWaysInOrder() throws Exception {
        try (TestBackend backend = TestBackend.start(Manner.ECHOES)) {
            relayTo(backend.url());
            TestDevice device = bound(1);
            try (SessionClient client = SessionClient.call(device)) {
                var hello = client.next("hello").json();
                assertThat(hello.at("/audio_params/frame_duration").asInt()).isEqualTo(20);
                assertThat(hello.at("/audio_params/sample_rate").asInt()).isEqualTo(16_000);
                var handshake = backend.handshakes.getFirst();
                assertThat(handshake)
                        .containsEntry("path", "/talk?room=1")
                        .containsEntry("authorization", "Bearer s3cret")
                        .containsEntry("device-id", device.mac())
                        .containsEntry("protocol-version", "1")
                        .containsEntry("agent-id", owner.agentId)
                        .containsEntry("agent-name", "%E5%AE%A2%E5%8E%85");
                assertThat(handshake.get("client-id"))
                        .matches("[0-9a-f-]{36}")
                        .isNotEqualTo(device.clientId());
                var greeting = backend.next("hello");
                assertThat(greeting.at("/features/mcp").asBoolean()).isTrue();
                assertThat(greeting.at("/agent_params/custom_replace_prompt").asText())
                        .isEqualTo("你是一只猫");

                client.say("{\"type\":\"listen\",\"state\":\"start\",\"mode\":\"auto\"}");
                assertThat(backend.next("listen").path("mode").asText()).isEqualTo("auto");
                var random = new Random(7);
                var sent = new ArrayList<byte[]>();
                for (int i = 0; i < 100; i++) {
                    byte[] frame = new byte[random.nextInt(1, 400)];
                    random.nextBytes(frame);
                    sent.add(frame);
                    client.say(frame);
                }
                for (byte[] frame : sent) {
                    assertThat(client.next("audio").audio()).isEqualTo(frame);
                }
                backend.say("{\"type\":\"stt\",\"text\":\"今天天气\"}");
                assertThat(client.next("stt").json().path("text").asText()).isEqualTo("今天天气");
            }
        }
    }

    @Test
    void whatWouldCrashADeviceOrIsNotForABackendToCallStaysOut() throws Exception {
        try (TestBackend backend = TestBackend.start(Manner.ECHOES)) {
            relayTo(backend.url());
            try (SessionClient client = SessionClient.call(bound(2))) {
                client.next("hello");
                for (String bad :
                        List.of(
                                "{\"type\":\"tts\"}",
                                "{\"type\":\"tts\",\"state\":null}",
                                "{\"text\":\"no type\"}",
                                "{\"type\":\"alert\",\"status\":\"x\"}",
                                "not json",
                                "[1,2]",
                                HELLO_AGAIN)) {
                    backend.say(bad);
                }
                for (String tool :
                        List.of(
                                "self.upgrade_firmware",
                                "self.assets.set_download_url",
                                "self.reboot")) {
                    backend.say(
                            "{\"type\":\"mcp\",\"payload\":{\"jsonrpc\":\"2.0\",\"id\":5,"
                                    + "\"method\":\"tools/call\",\"params\":{\"name\":\""
                                    + tool
                                    + "\",\"arguments\":{}}}}");
                    assertThat(backend.next("mcp").at("/payload/error/message").asText())
                            .contains(tool);
                }
                backend.say(
                        "{\"type\":\"mcp\",\"payload\":{\"jsonrpc\":\"2.0\",\"id\":1073741824,"
                                + "\"method\":\"tools/list\",\"params\":{}}}");
                assertThat(backend.next("mcp").at("/payload/error").isObject()).isTrue();
                backend.say("{\"type\":\"tts\",\"state\":\"start\"}");
                // The first that passes is the valid one.
                assertThat(client.next().json().path("state").asText()).isEqualTo("start");
            }
        }
    }

    private static String mcp(long id, String rest) {
        return "{\"type\":\"mcp\",\"payload\":{\"jsonrpc\":\"2.0\",\"id\":"
                + id
                + ","
                + rest
                + "}}";
    }

    @Test
    void aBackendSeesNothingOfWhatTheServerAsksItself() throws Exception {
        try (TestBackend backend = TestBackend.start(Manner.ECHOES)) {
            relayTo(backend.url());
            try (SessionClient client = SessionClient.call(bound(9))) {
                client.next("hello");
                backend.say(mcp(5, "\"method\":\"tools/list\",\"params\":{}"));
                assertThat(client.next("mcp").json().at("/payload/id").asLong()).isEqualTo(5);
                String tools = "{\"tools\":[{\"name\":\"" + Battery.TOOL + "\"}]}";
                client.say(mcp(5, "\"result\":" + tools));
                assertThat(backend.next("mcp").at("/payload/id").asLong()).isEqualTo(5);
                var asked = client.next("mcp").json().path("payload");
                assertThat(asked.at("/params/name").asText()).isEqualTo(Battery.TOOL);
                client.say(mcp(asked.path("id").asLong(), "\"result\":{\"content\":[]}"));
                client.say(mcp(6, "\"result\":{}"));
                assertThat(backend.next("mcp").at("/payload/id").asLong()).isEqualTo(6);
            }
        }
    }

    private static final String HELLO_AGAIN = TestBackend.HELLO;

    @Test
    void messagesOfABackendBeforeItsHelloAreDeliveredAndRecorded() throws Exception {
        try (TestBackend backend = TestBackend.start(Manner.RUDE)) {
            relayTo(backend.url());
            try (SessionClient client = SessionClient.call(bound(10))) {
                assertThat(client.next().type()).isEqualTo("hello");
                assertThat(client.next().json().path("text").asText())
                        .isEqualTo(HostileBackendMessages.EARLY);
            }
            String sessions = "/xiaozhi/agent/" + owner.agentId + "/sessions";
            Await.until(() -> {
                server.main.housekeep();
                return owner.ok("GET", sessions, "").path("total").asInt() == 1;
            });
        }
    }

    @Test
    @Waits
    void aMissingBackendIsReportedInBand() {
        relayTo("ws://127.0.0.1:1/");
        tellsAndCloses(bound(3));
    }

    @Test
    @Waits
    void aBackendWithoutHelloIsReportedInBandBeforeTheDeviceGivesUp() throws Exception {
        try (TestBackend backend = TestBackend.start(Manner.SILENT)) {
            relayTo(backend.url());
            long before = System.nanoTime();
            tellsAndCloses(bound(4));
            assertThat(backend.open()).isLessThanOrEqualTo(1);
            assertThat(System.nanoTime()).isGreaterThan(before);
        }
    }

    @Test
    @Waits
    void aPrivateBackendIsRefusedUnlessTheSettingsAllowIt() throws Exception {
        try (TestBackend backend = TestBackend.start(Manner.ECHOES)) {
            relayTo(backend.url());
            TestDevice device = bound(5);
            server.close();
            server = TestServer.start(TestEngine.SQLITE, folder);
            tellsAndCloses(device.at(server));
            assertThat(backend.handshakes).isEmpty();
        }
    }

    private void tellsAndCloses(TestDevice device) {
        try (SessionClient client = SessionClient.call(device)) {
            assertThat(client.next().type()).isEqualTo("hello");
            assertThat(client.next().type()).isEqualTo("alert");
            var spoken = client.untilStop();
            assertThat(spoken.getFirst().json().path("state").asText()).isEqualTo("start");
            assertThat(spoken).anyMatch(heard -> heard.type().equals("audio"));
            assertThat(client.closeCode()).isEqualTo(1000);
        }
    }

    @Test
    @Waits
    void aFailedBackendCausesANoticeAndAClosedOneDoesNot() throws Exception {
        try (TestBackend backend = TestBackend.start(Manner.ECHOES)) {
            relayTo(backend.url());
            TestDevice device = bound(6);
            try (SessionClient client = SessionClient.call(device)) {
                client.next("hello");
                backend.hangUp();
                assertThat(client.closeCode()).isEqualTo(1000);
            }
            try (SessionClient client = SessionClient.call(device)) {
                client.next("hello");
                backend.restart();
                client.next("alert");
                assertThat(client.closeCode()).isEqualTo(1000);
            }
            try (SessionClient client = SessionClient.call(device)) {
                client.next("hello");
                client.say(new byte[] {1, 2, 3});
                assertThat(client.next("audio").audio()).containsExactly(1, 2, 3);
            }
        }
    }

    @Test
    @Waits
    void aStalledBackendHoldsTheDeviceBackAndIsThenTakenForDead() throws Exception {
        try (TestBackend backend = TestBackend.start(Manner.STALLS)) {
            relayTo(backend.url());
            try (SessionClient client = SessionClient.call(bound(7))) {
                client.next("hello");
                // Far more than both kernels and all buffers hold.
                byte[] frame = new byte[30_000];
                var sender =
                        Thread.startVirtualThread(() -> {
                            for (int i = 0; i < 2_000; i++) {
                                client.say(frame);
                            }
                        });
                client.next("alert");
                assertThat(client.closeCode()).isIn(1000, 1006);
                sender.interrupt();
            }
        }
    }

    @Test
    void theDeviceHangingUpEndsTheBackendsSocketToo() throws Exception {
        try (TestBackend backend = TestBackend.start(Manner.ECHOES)) {
            relayTo(backend.url());
            try (SessionClient client = SessionClient.call(bound(8))) {
                client.next("hello");
                assertThat(backend.open()).isEqualTo(1);
            }
            Await.until(() -> backend.open() == 0);
            Await.until(() -> owner.ok("GET", "/v1/sessions", "").isEmpty());
        }
    }

    @Test
    void sessionsEndWhenNothingIsSentForTooLong() throws Exception {
        try (TestBackend backend = TestBackend.start(Manner.ECHOES)) {
            relayTo(backend.url());
            try (SessionClient client = SessionClient.call(bound(9))) {
                client.next("hello");
                server.clock.advance(Duration.ofSeconds(101));
                assertThat(client.closeCode()).isEqualTo(1000);
            }
            Await.until(() -> backend.open() == 0);
        }
    }
}
