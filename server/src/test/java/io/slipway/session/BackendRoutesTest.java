package io.slipway.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.Person;
import io.slipway.TestDevice;
import io.slipway.TestServer;
import io.slipway.session.TestBackend.Manner;
import io.slipway.sql.TestEngine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Testing a backend, and reports of one that devices can't reach. */
class BackendRoutesTest {

    private static final String TEST = "/v1/backends/test";

    @TempDir private Path folder;
    private TestServer server;
    private Person owner;

    @BeforeEach
    void start() {
        server = TestServer.start(TestEngine.SQLITE, folder, "session.private-backends", "on");
        owner = Person.register(server, "owner");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static String relay(String url, String more) {
        return "\"backend\":{\"type\":\"relay\",\"url\":\"" + url + "\"" + more + "}";
    }

    private JsonNode tried(String body) {
        JsonNode result = owner.ok("POST", TEST, "{" + body + "}");
        assertThat(result.path("millis").isIntegralNumber()).isTrue();
        assertThat(result.at("/text/zh").asText()).isNotBlank();
        assertThat(result.at("/text/en").asText()).isNotBlank();
        return result;
    }

    private String why(String body) {
        JsonNode result = tried(body);
        assertThat(result.path("ok").asBoolean()).as(result.toString()).isFalse();
        return result.at("/text/en").asText();
    }

    private void save(String backend) {
        owner.ok("PUT", "/xiaozhi/agent/" + owner.agentId, "{" + backend + "}");
    }

    private static int closedPort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void oneThatSaysHelloWorks() throws Exception {
        try (TestBackend backend = TestBackend.start(Manner.ECHOES)) {
            JsonNode result = tried(relay(backend.url(), ",\"token\":\"s3cret\",\"version\":3"));
            assertThat(result.path("ok").asBoolean()).as(result.toString()).isTrue();
            assertThat(result.at("/text/en").asText()).contains("16000 Hz", "20 ms");
            var handshake = backend.handshakes.getFirst();
            assertThat(handshake)
                    .containsEntry("path", "/talk?room=1")
                    .containsEntry("authorization", "Bearer s3cret")
                    .containsEntry("protocol-version", "3")
                    .containsEntry("device-id", "02:00:00:00:00:01");
            JsonNode hello = backend.next("hello");
            assertThat(hello.at("/audio_params/sample_rate").asInt()).isEqualTo(16_000);
            assertThat(hello.path("version").asInt()).isEqualTo(3);
            Await.until(() -> backend.open() == 0);

            // The saved backend, and an edited one with the saved token.
            save(relay(backend.url(), ",\"token\":\"kept\""));
            String agent = "\"agentId\":\"" + owner.agentId + "\"";
            backend.forget();
            assertThat(tried(agent).path("ok").asBoolean()).isTrue();
            assertThat(backend.handshakes.getFirst())
                    .containsEntry("authorization", "Bearer kept")
                    .containsEntry("agent-id", owner.agentId);
            backend.forget();
            String elsewhere = backend.url().replace("/talk", "/other");
            assertThat(tried(agent + "," + relay(elsewhere, "")).path("ok").asBoolean()).isTrue();
            assertThat(backend.handshakes.getFirst())
                    .containsEntry("authorization", "Bearer kept")
                    .containsEntry("path", "/other?room=1");

            String audit = owner.ok("GET", "/v1/audit?action=backend.test", "").toString();
            assertThat(audit).contains("ok").doesNotContain("s3cret").doesNotContain("kept");
            assertThat(
                            Person.json(owner.raw("GET", "/v1/audit?action=backend.test", ""))
                                    .path("data"))
                    .hasSize(3);
        }
    }

    private static final class Answer implements AutoCloseable {
        final StrictBackend backend = StrictBackend.start("S");
        private final Thread thread;

        /** After its hello, what it answers to the test sentence. */
        Answer(String audioParams, String... texts) {
            thread = Thread.startVirtualThread(() -> answer(audioParams, texts));
        }

        private void answer(String audioParams, String... texts) {
            try {
                StrictBackend.Call call = backend.accept();
                call.greet(audioParams);
                JsonNode detect = call.next();
                assertThat(detect.path("state").asText()).isEqualTo("detect");
                for (String text : texts) {
                    call.say("tts", text);
                }
                call.say(new byte[] {1});
            } catch (InterruptedException e) {
                // The end of the test.
            }
        }

        @Override
        public void close() {
            thread.interrupt();
            backend.close();
            assertThat(backend.complaints()).isEmpty();
        }
    }

    private static String sentence(String text) {
        return "\"state\":\"sentence_start\",\"text\":\"" + text + "\"";
    }

    @Test
    void aWholeTurnIsPlayed() throws Exception {
        try (var answer =
                new Answer("{}", "\"state\":\"start\"", sentence("123456"), "\"state\":\"stop\"")) {
            JsonNode result = tried(relay(answer.backend.url(), ""));
            assertThat(result.path("ok").asBoolean()).isTrue();
            assertThat(result.at("/text/en").asText()).contains("began to answer").contains(" ms");
            assertThat(result.at("/text/zh").asText()).contains("毫秒后它开始回答");
        }
    }

    @Test
    void onlyAnotherServersActivationCodeIsNoSuccess() throws Exception {
        for (String said :
                new String[] {"请登录控制面板，输入123456，绑定设备。", "Please bind me with code 123456."}) {
            try (var answer =
                    new Answer("{}", "\"state\":\"start\"", sentence(said), "\"state\":\"stop\"")) {
                assertThat(why(relay(answer.backend.url(), "")))
                        .contains("activation code")
                        .contains("123456");
            }
        }
    }

    @Test
    void aHelloOfNoUseIsNamed() throws Exception {
        try (var answer = new Answer("{\"frame_duration\":30}")) {
            assertThat(why(relay(answer.backend.url(), ""))).contains("frame_duration: 30");
        }
        try (var answer = new Answer("{\"format\":\"pcm\"}")) {
            assertThat(why(relay(answer.backend.url(), ""))).contains("format: pcm");
        }
    }

    @Test
    void errorsAreReported() throws Exception {
        assertThat(why(relay("ws://127.0.0.1:" + closedPort() + "/", "")))
                .contains("Can't connect");
        assertThat(why(relay("ws://no-such-name.invalid/", ""))).contains("can't be resolved");
        // A server without WebSockets, and one without TLS.
        assertThat(why(relay("ws://127.0.0.1:" + server.port() + "/", "")))
                .contains("does not accept a WebSocket");
        assertThat(why(relay("ws://127.0.0.1:" + server.port() + "/v1/ws", "")))
                .contains("HTTP 401", "token");
        assertThat(why(relay("wss://127.0.0.1:" + server.port() + "/v1/ws", "")))
                .containsAnyOf("TLS", "broke off");
        // Accepts the connection and sends nothing: no handshake.
        try (var mute = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            assertThat(why(relay("ws://127.0.0.1:" + mute.getLocalPort() + "/", "")))
                    .contains("5 s");
        }
    }

    @Test
    void aSilentOneIsNotWaitedForLong() throws Exception {
        try (TestBackend backend = TestBackend.start(Manner.SILENT)) {
            assertThat(why(relay(backend.url(), ""))).contains("sent no hello");
            Await.until(() -> backend.open() == 0);
        }
    }

    @Test
    void whatIsNoneIsRefused() {
        owner.fails(400, "POST", TEST, "{}");
        owner.fails(400, "POST", TEST, "{\"agentID\":\"x\"}");
        owner.fails(400, "POST", TEST, "{\"backend\":{\"type\":\"relay\"}}");
        owner.fails(400, "POST", TEST, "{" + relay("http://h/", "") + "}");
        owner.fails(404, "POST", TEST, "{\"agentId\":\"none\"}");
        Person other = Person.register(server, "other");
        other.fails(404, "POST", TEST, "{\"agentId\":\"" + owner.agentId + "\"}");
        // Echo is every agent's default.
        assertThat(tried("\"agentId\":\"" + owner.agentId + "\"").path("ok").asBoolean()).isTrue();
        for (int i = 1; i < 10; i++) {
            tried("\"backend\":{\"type\":\"echo\"}");
        }
        JsonNode limited = owner.fails(429, "POST", TEST, "{\"backend\":{\"type\":\"echo\"}}");
        assertThat(limited.at("/data/retryAfterSeconds").asInt()).isPositive();
    }

    @Test
    void noWayIntoThePrivateNetwork(@TempDir Path other) {
        try (TestServer strict = TestServer.start(TestEngine.SQLITE, other)) {
            Person person = Person.register(strict, "person");
            person.fails(400, "POST", TEST, "{" + relay("ws://127.0.0.1:1/", "") + "}");
            person.fails(400, "POST", TEST, "{" + relay("ws://localhost:1/", "") + "}");
        }
    }

    @Test
    void aBackendThatDevicesCantReachNeedsAttentionUntilTheyCan() throws Exception {
        TestDevice device = TestDevice.of(server, 1);
        owner.bind(device.code());
        save(relay("ws://127.0.0.1:" + closedPort() + "/", ""));
        assertThat(failing()).isEmpty();
        try (SessionClient client = SessionClient.call(device)) {
            client.next("alert");
        }
        assertThat(failing()).hasSize(1);
        JsonNode item = failing().get(0);
        assertThat(item.path("id").asText()).isEqualTo(owner.agentId);
        assertThat(item.path("name").asText()).isEqualTo("客厅");
        assertThat(item.at("/text/en").asText()).contains("客厅");
        assertThat(item.path("at").asText()).isNotEmpty();

        try (TestBackend backend = TestBackend.start(Manner.ECHOES)) {
            save(relay(backend.url(), ""));
            try (SessionClient client = SessionClient.call(device)) {
                client.next("hello");
            }
            assertThat(failing()).isEmpty();
        }
        save(relay("ws://127.0.0.1:" + closedPort() + "/", ""));
        try (SessionClient client = SessionClient.call(device)) {
            client.next("alert");
        }
        assertThat(failing()).hasSize(1);
        server.clock.advance(Duration.ofMinutes(61));
        assertThat(failing()).isEmpty();
    }

    private JsonNode failing() {
        var found = com.fasterxml.jackson.databind.node.JsonNodeFactory.instance.arrayNode();
        for (JsonNode item : owner.ok("GET", "/v1/overview", "").path("attention")) {
            if (item.path("kind").asText().equals("backend-failing")) {
                found.add(item);
            }
        }
        return found;
    }
}
