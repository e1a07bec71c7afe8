package io.slipway.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.Person;
import io.slipway.TestDevice;
import io.slipway.TestServer;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people see of live sessions, and do with them. */
class ConsoleTest {

    @TempDir private Path folder;
    private TestServer server;
    private Person admin;
    private Person owner;
    private TestDevice device;

    @BeforeEach
    void start() {
        server = TestServer.start(TestEngine.SQLITE, folder);
        admin = Person.register(server, "admin");
        owner = Person.register(server, "owner");
        device = TestDevice.of(server, 1);
        owner.bind(device.code());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String path(String what) {
        return "/v1/devices/" + device.mac() + what;
    }

    /** A session whose device has been asked for its tools by the echo, and has not answered. */
    private SessionClient call() {
        SessionClient client = SessionClient.call(device);
        client.next("hello");
        client.next("mcp");
        client.next("mcp");
        return client;
    }

    @Test
    void aLiveSessionIsListedAndShownWithItsDevice() throws Exception {
        assertThat(owner.ok("GET", "/v1/sessions", "")).isEmpty();
        assertThat(owner.device(device).path("online").asBoolean(true)).isFalse();
        try (SessionClient client = call()) {
            JsonNode session = owner.ok("GET", "/v1/sessions", "").get(0);
            assertThat(session.path("macAddress").asText()).isEqualTo(device.mac());
            assertThat(session.path("agentId").asText()).isEqualTo(owner.agentId);
            assertThat(session.path("appVersion").asText()).isEqualTo("2.4.2");
            assertThat(session.path("address").asText()).isEqualTo("127.0.0.1");
            assertThat(session.path("backend").asText()).isEqualTo("echo");
            JsonNode shown = owner.device(device);
            assertThat(shown.path("online").asBoolean()).isTrue();
            assertThat(shown.at("/session/id").asText()).isEqualTo(session.path("id").asText());
            assertThat(admin.ok("GET", "/v1/sessions", "")).isEmpty();
            assertThat(client.open()).isTrue();
        }
        Await.until(() -> owner.ok("GET", "/v1/sessions", "").isEmpty());
        assertThat(owner.device(device).path("online").asBoolean(true)).isFalse();
    }

    @Test
    void sessionsComeInPages() {
        var phones = new java.util.ArrayList<SessionClient>();
        for (int i = 2; i < 7; i++) {
            TestDevice other = TestDevice.of(server, i);
            owner.bind(other.code());
            SessionClient client = SessionClient.call(other);
            client.next("hello");
            phones.add(client);
        }
        var seen = new java.util.HashSet<String>();
        String cursor = "";
        do {
            var page = Person.json(owner.raw("GET", "/v1/sessions?limit=2&cursor=" + cursor, ""));
            page.path("data").forEach(session -> seen.add(session.path("macAddress").asText()));
            cursor = page.path("nextCursor").asText("");
        } while (!cursor.isEmpty() && !cursor.equals("null"));
        assertThat(seen).hasSize(5);
        phones.forEach(SessionClient::close);
    }

    @Test
    void anOwnerEndsASessionAndAStrangerCant() {
        try (SessionClient client = call()) {
            String id = owner.ok("GET", "/v1/sessions", "").get(0).path("id").asText();
            admin.fails(404, "DELETE", "/v1/sessions/" + id, "");
            assertThat(client.open()).isTrue();
            owner.ok("DELETE", "/v1/sessions/" + id, "");
            client.next("alert");
            assertThat(client.closeCode()).isEqualTo(1000);
            owner.fails(404, "DELETE", "/v1/sessions/" + id, "");
        }
        assertThat(owner.ok("GET", "/v1/sessions", "")).isEmpty();
    }

    @Test
    void aDeviceIsRestartedByItsOwnerAndByAdministrators() {
        owner.fails(404, "POST", path("/reboot"), "");
        String id = owner.ok("GET", path(""), "").path("deviceId").asText();
        for (Person who : new Person[] {owner, admin}) {
            try (SessionClient client = call()) {
                String all = "/v1/admin/devices/" + id + "/reboot";
                who.ok("POST", who == owner ? path("/reboot") : all, "");
                assertThat(client.next("system").json().path("command").asText())
                        .isEqualTo("reboot");
                assertThat(client.closeCode()).isEqualTo(1000);
            }
        }
        Person stranger = Person.register(server, "stranger");
        try (SessionClient client = call()) {
            stranger.fails(404, "POST", path("/reboot"), "");
            admin.fails(404, "GET", path("/tools"), "");
            assertThat(client.open()).isTrue();
        }
    }

    @Test
    void toolsAreListedPageByPageAndCalled() throws Exception {
        try (SessionClient client = call()) {
            var listed = CompletableFuture.supplyAsync(() -> owner.ok("GET", path("/tools"), ""));
            JsonNode first = client.next("mcp").json().path("payload");
            assertThat(first.path("method").asText()).isEqualTo("tools/list");
            assertThat(first.at("/params/withUserTools").asBoolean()).isTrue();
            assertThat(first.path("id").asLong()).isGreaterThanOrEqualTo(1L << 30);
            client.say(
                    reply(
                            first,
                            "\"result\":{\"tools\":[{\"name\":\"self.reboot\",\"description\":\"r\","
                                    + "\"inputSchema\":{}}],\"nextCursor\":\"self.upgrade_firmware\"}"));
            JsonNode second = client.next("mcp").json().path("payload");
            assertThat(second.at("/params/cursor").asText()).isEqualTo("self.upgrade_firmware");
            client.say(
                    reply(
                            second,
                            "\"result\":{\"tools\":[{\"name\":\"self.upgrade_firmware\","
                                    + "\"description\":\"u\",\"inputSchema\":{\"type\":\"object\"}}]}"));
            JsonNode tools = listed.get().path("tools");
            assertThat(tools).hasSize(2);
            assertThat(tools.get(0).path("callable").asBoolean()).isTrue();
            assertThat(tools.get(1).path("callable").asBoolean(true)).isFalse();

            var called =
                    CompletableFuture.supplyAsync(() ->
                            owner.ok(
                                    "POST",
                                    path("/tools/call"),
                                    "{\"name\":\"self.audio_speaker.set_volume\","
                                            + "\"arguments\":{\"volume\":30}}"));
            JsonNode call = client.next("mcp").json().path("payload");
            assertThat(call.path("method").asText()).isEqualTo("tools/call");
            assertThat(call.at("/params/arguments/volume").asInt()).isEqualTo(30);
            client.say(
                    reply(
                            call,
                            "\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"true\"}],"
                                    + "\"isError\":false}"));
            assertThat(called.get().at("/content/0/text").asText()).isEqualTo("true");

            var refused =
                    CompletableFuture.supplyAsync(() ->
                            owner.fails(
                                    400,
                                    "POST",
                                    path("/tools/call"),
                                    "{\"name\":\"self.no_such\"}"));
            JsonNode unknown = client.next("mcp").json().path("payload");
            client.say(reply(unknown, "\"error\":{\"message\":\"Unknown tool: self.no_such\"}"));
            assertThat(refused.get().path("msg").asText()).contains("Unknown tool");
        }
        var audit = admin.ok("GET", "/v1/audit?limit=100", "").toString();
        assertThat(audit).contains("device.tools", "device.tool", "self.audio_speaker.set_volume");
    }

    @Test
    void forbiddenToolsAreRefusedAndARestartIsSent() {
        try (SessionClient client = call()) {
            for (String name :
                    new String[] {"self.upgrade_firmware", "self.assets.set_download_url"}) {
                owner.fails(403, "POST", path("/tools/call"), "{\"name\":\"" + name + "\"}");
            }
            owner.fails(400, "POST", path("/tools/call"), "{\"name\":\"x\",\"arguments\":[]}");
            owner.fails(400, "POST", path("/tools/call"), "{}");
            owner.ok("POST", path("/tools/call"), "{\"name\":\"self.reboot\"}");
            assertThat(client.next("system").json().path("command").asText()).isEqualTo("reboot");
        }
    }

    @Test
    void aDeviceThatEndsBeforeItAnswersIsReported() throws Exception {
        try (SessionClient client = call()) {
            var listed =
                    CompletableFuture.supplyAsync(
                            () -> owner.fails(404, "GET", path("/tools"), ""));
            client.next("mcp");
            client.hangUp();
            assertThat(listed.get().path("msg").asText()).isNotBlank();
        }
    }

    private static String reply(JsonNode request, String outcome) {
        return "{\"session_id\":\"\",\"type\":\"mcp\",\"payload\":{\"jsonrpc\":\"2.0\",\"id\":"
                + request.path("id").asLong()
                + ","
                + outcome
                + "}}";
    }

    @Test
    void aMoveIsAnnouncedToADeviceThatSubscribed() {
        String other =
                owner.ok(
                                "POST",
                                "/xiaozhi/agent",
                                "{\"agentName\":\"书房\",\"assistantName\":\"小书\"}")
                        .asText();
        try (SessionClient quiet = call()) {
            owner.ok("PUT", path("/agent/" + other), "{}");
            quiet.say("{\"type\":\"listen\",\"state\":\"detect\",\"text\":\"hi\"}");
            assertThat(quiet.next().type()).isEqualTo("stt");
        }
        try (SessionClient client = SessionClient.dial(device, SessionClient.token(device))) {
            client.say(
                    SessionClient.HELLO.replace(
                            "\"mcp\":true", "\"notify\":{\"config_updated\":true}"));
            client.next("hello");
            owner.ok("PUT", "/xiaozhi/agent/" + other, "{\"assistantName\":\"阿福\"}");
            client.next("notify");
            owner.ok("PUT", path("/agent/" + owner.agentId), "{}");
            assertThat(client.next("notify").json().path("event").asText())
                    .isEqualTo("config_updated");
        }
    }

    @Test
    void whatWasSaidIsInTheHistory() throws Exception {
        owner.ok("PUT", "/xiaozhi/agent/" + owner.agentId, "{\"chatHistoryConf\":1}");
        try (SessionClient client = call()) {
            client.say("{\"type\":\"listen\",\"state\":\"start\",\"mode\":\"manual\"}");
            for (int i = 0; i < 10; i++) {
                client.say(new byte[150]);
            }
            client.say("{\"type\":\"listen\",\"state\":\"stop\"}");
            client.untilStop();
        }
        server.main.housekeep();
        JsonNode sessions =
                owner.ok(
                        "GET", "/xiaozhi/agent/" + owner.agentId + "/sessions?page=1&limit=10", "");
        assertThat(sessions.path("total").asInt()).isEqualTo(1);
        String id = sessions.at("/list/0/sessionId").asText();
        JsonNode lines =
                owner.ok("GET", "/xiaozhi/agent/" + owner.agentId + "/chat-history/" + id, "");
        assertThat(lines.get(0).path("chatType").asInt()).isEqualTo(1);
        assertThat(lines.get(0).path("clientListenMode").asText()).isEqualTo("manual");
        assertThat(lines.get(1).path("chatType").asInt()).isEqualTo(2);
        assertThat(lines.get(1).path("macAddress").asText()).isEqualTo(device.mac());
    }
}
