package io.slipway.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.TestDevice;
import io.slipway.session.SessionClient;
import java.util.concurrent.CompletableFuture;

/** A device that talks: its session, its tools, its chat history. */
final class TalkStory {

    private final Client owner;
    private final Client stranger;
    private final String agent;
    private final TestDevice device;
    private final String path;

    TalkStory(Client anybody) {
        owner = anybody.registered("owner");
        stranger = anybody.registered("stranger");
        agent = owner.agent("kitchen");
        device = TestDevice.of(anybody.server, 1);
        path = "/v1/devices/" + device.mac();
        owner.ok("PUT", "/xiaozhi/agent/" + agent, "{\"chatHistoryConf\":1}");
        owner.ok("POST", "/xiaozhi/device/bind/" + agent + "/" + device.code(), "");
    }

    void toolsAreCalled() throws Exception {
        owner.calls(404, "POST", path + "/reboot", "");
        owner.calls(404, "GET", path + "/tools", "");
        try (SessionClient client = call()) {
            var listed = CompletableFuture.supplyAsync(() -> owner.get(path + "/tools"));
            JsonNode asked = client.next("mcp").json().path("payload");
            client.say(
                    reply(
                            asked,
                            "\"result\":{\"tools\":[{\"name\":\"self.reboot\",\"description\":\"r\","
                                    + "\"inputSchema\":{\"type\":\"object\"}}]}"));
            assertThat(listed.get().path("tools")).hasSize(1);
            String name =
                    "{\"name\":\"self.audio_speaker.set_volume\",\"arguments\":{\"volume\":3}}";
            var called =
                    CompletableFuture.supplyAsync(
                            () -> owner.ok("POST", path + "/tools/call", name));
            asked = client.next("mcp").json().path("payload");
            client.say(reply(asked, "\"result\":{\"content\":[],\"isError\":false}"));
            assertThat(called.get().has("isError")).isTrue();
            owner.calls(403, "POST", path + "/tools/call", "{\"name\":\"self.upgrade_firmware\"}");
            owner.calls(400, "POST", path + "/tools/call", "{}");
            stranger.calls(404, "POST", path + "/tools/call", "{\"name\":\"x\"}");
            owner.ok("POST", path + "/tools/call", "{\"name\":\"self.reboot\"}");
            client.closeCode();
        }
    }

    void sessionsAreSeenAndEnded() {
        try (SessionClient client = call()) {
            String id = owner.get("/v1/sessions?limit=5").at("/0/id").asText();
            assertThat(owner.get(path).at("/session/id").asText()).isEqualTo(id);
            owner.get("/v1/devices");
            owner.calls(400, "GET", "/v1/sessions?limit=x", "");
            stranger.calls(404, "DELETE", "/v1/sessions/" + id, "");
            owner.ok("DELETE", "/v1/sessions/" + id, "");
            client.closeCode();
        }
        try (SessionClient client = call()) {
            // The first to register is the administrator.
            String id = owner.get(path).path("deviceId").asText();
            owner.ok("POST", "/v1/admin/devices/" + id + "/reboot", "");
            client.closeCode();
        }
        try (SessionClient client = call()) {
            owner.ok("POST", path + "/reboot", "");
            owner.calls(400, "POST", "/v1/devices/x/reboot", "");
            client.closeCode();
        }
        owner.calls(400, "GET", "/v1/devices/x/tools", "");
    }

    void chatHistoryIsStored() {
        try (SessionClient client = call()) {
            client.say("{\"type\":\"listen\",\"state\":\"start\",\"mode\":\"manual\"}");
            for (int i = 0; i < 10; i++) {
                client.say(new byte[150]);
            }
            client.say("{\"type\":\"listen\",\"state\":\"stop\"}");
            client.untilStop();
        }
        owner.server.main.housekeep();
        String sessions = "/xiaozhi/agent/" + agent + "/sessions";
        JsonNode found = owner.get(sessions + "?page=1&limit=5");
        assertThat(found.path("total").asInt()).isEqualTo(1);
        owner.calls(400, "GET", sessions + "?page=0", "");
        stranger.calls(404, "GET", sessions, "");
        String lines = "/xiaozhi/agent/" + agent + "/chat-history/";
        assertThat(owner.get(lines + found.at("/list/0/sessionId").asText())).hasSize(2);
        owner.calls(404, "GET", lines + "nothing", "");
        assertThat(owner.get(path + "/sessions?limit=5")).hasSize(1);
        owner.calls(400, "GET", path + "/sessions?cursor=x", "");
        stranger.calls(404, "GET", path + "/sessions", "");
        owner.ok("DELETE", path + "/chat-history", "");
        owner.calls(400, "DELETE", "/v1/devices/x/chat-history", "");
        stranger.calls(404, "DELETE", path + "/chat-history", "");
    }

    /** A session whose device has been asked for its tools by the echo, and has not answered. */
    private SessionClient call() {
        SessionClient client = SessionClient.call(device);
        client.next("hello");
        client.next("mcp");
        client.next("mcp");
        return client;
    }

    private static String reply(JsonNode request, String outcome) {
        return "{\"session_id\":\"\",\"type\":\"mcp\",\"payload\":{\"jsonrpc\":\"2.0\",\"id\":"
                + request.path("id").asLong()
                + ","
                + outcome
                + "}}";
    }
}
