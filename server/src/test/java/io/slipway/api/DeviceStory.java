package io.slipway.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.Person;
import io.slipway.TestDevice;

/** Devices from their first check-in on, and what their owners do with them. */
final class DeviceStory {

    private static final String NOBODY = "0".repeat(32);
    private static final String NOBODYS = "1".repeat(18);
    private static final String BOARD = "bread-compact-wifi";

    private final Client anybody;
    private final Client owner;
    private final Client stranger;
    private final String agent;
    private final TestDevice device;
    private final String path;

    DeviceStory(Client anybody) {
        this.anybody = anybody;
        this.owner = anybody.registered("owner");
        this.stranger = anybody.registered("stranger");
        this.agent = owner.agent("kitchen");
        this.device = TestDevice.of(anybody.server, 1);
        this.path = "/v1/devices/" + device.mac();
    }

    private Client calling(TestDevice who) {
        return anybody.with(
                "Device-Id", who.mac(), "Client-Id", who.clientId(), "Activation-Version", "1");
    }

    private JsonNode checksIn(TestDevice who) {
        String body =
                """
                {"mac_address":"%s","chip_model_name":"esp32s3","chip_info":{"revision":2},\
                "application":{"name":"xiaozhi","version":"2.4.2","elf_sha256":"c8a8"},\
                "partition_table":[{"label":"ota_0","type":0,"subtype":16,"address":131072,\
                "size":4128768}],"ota":{"label":"ota_0"},"board":{"type":"%s","name":"%s"}}\
                """
                        .formatted(who.mac(), BOARD, BOARD);
        var answer = calling(who).calls(200, "POST", "/v1/ota/", body);
        return Person.json(answer);
    }

    private String code(TestDevice who) {
        return checksIn(who).at("/activation/code").asText();
    }

    void aDeviceArrives() {
        anybody.calls(200, "GET", "/v1/ota/", "");
        anybody.calls(400, "POST", "/v1/ota/", "{}");
        calling(device).calls(400, "POST", "/api/ota/", "{}");
        calling(device).calls(413, "POST", "/xiaozhi/ota/", " ".repeat(70_000));
        String code = code(device);
        assertThat(code).hasSize(6);
        calling(device).calls(202, "POST", "/v1/ota/activate", "{}");
        anybody.calls(400, "POST", "/v1/ota/activate", "{}");
        anybody.calls(400, "GET", "/v1/ws/", "");
        anybody.server.main.housekeep();
        assertThat(owner.get("/v1/nearby")).hasSize(1);
        owner.get("/v1/devices/code/" + code);
        owner.calls(400, "GET", "/v1/devices/code/1", "");
        String bind = "/xiaozhi/device/bind/" + agent + "/";
        owner.calls(400, "POST", bind + "12345x", "");
        owner.calls(404, "POST", "/xiaozhi/device/bind/" + NOBODY + "/" + code, "");
        owner.ok("POST", bind + code, "{}");
        calling(device).calls(200, "POST", "/v1/ota/activate", "{}");
        assertThat(checksIn(device).has("websocket")).isTrue();
    }

    void itsOwnerLooksAtIt() {
        assertThat(owner.get("/xiaozhi/device/bind/" + agent)).hasSize(1);
        assertThat(owner.get("/xiaozhi/device/bind/" + agent + "?limit=1")).hasSize(1);
        stranger.calls(404, "GET", "/xiaozhi/device/bind/" + agent, "");
        owner.calls(400, "GET", "/xiaozhi/device/bind/" + agent + "?limit=x", "");
        anybody.server.main.housekeep();
        assertThat(owner.get("/v1/devices")).hasSize(1);
        assertThat(owner.get("/v1/devices?q=bread&by=board&limit=5")).hasSize(1);
        assertThat(owner.get("/v1/devices?tag=beta")).isEmpty();
        owner.get("/v1/devices?agentId=" + agent);
        owner.calls(400, "GET", "/v1/devices?q=x&by=colour", "");
        assertThat(owner.get("/v1/devices?sort=alias&desc=1&limit=5")).hasSize(1);
        owner.calls(400, "GET", "/v1/devices?sort=colour", "");
        assertThat(owner.get(path + "/check-ins")).isNotEmpty();
        owner.calls(400, "GET", "/v1/devices/x/check-ins", "");
        stranger.calls(404, "GET", path + "/check-ins", "");
        assertThat(owner.get(path).at("/facts/partitions")).hasSize(1);
        owner.calls(400, "GET", "/v1/devices/nonsense", "");
        stranger.calls(404, "GET", path, "");
        String update = "/xiaozhi/device/update/" + device.mac();
        owner.ok(
                "PUT",
                update,
                "{\"alias\":\"书房\",\"autoUpdate\":0,\"sort\":2,\"channel\":\"edge\",\"tags\":[\"beta\"]}");
        owner.calls(400, "PUT", update, "{\"autoUpdate\":2}");
        stranger.calls(404, "PUT", update, "{\"alias\":\"x\"}");
        assertThat(owner.get("/v1/tags?limit=10")).hasSize(1);
        owner.calls(400, "GET", "/v1/tags?limit=x", "");
        JsonNode changed =
                owner.ok(
                        "POST",
                        "/v1/devices/tags",
                        "{\"macs\":[\"%s\",\"x\"],\"add\":[\"a\"],\"remove\":[\"beta\"]}"
                                .formatted(device.mac()));
        assertThat(changed.path("failed")).hasSize(1);
        owner.calls(400, "POST", "/v1/devices/tags", "{\"macs\":[]}");
    }

    void itIsRefused() {
        calling(device).calls(400, "POST", "/v1/ota/", "{}");
        assertThat(owner.get(path + "/refused-calls").at("/0/reason").asText())
                .isEqualTo("unreadable");
        owner.calls(400, "GET", "/v1/devices/x/refused-calls", "");
        stranger.calls(404, "GET", path + "/refused-calls", "");
        assertThat(owner.get("/v1/admin/refused-calls?limit=1")).hasSize(1);
        owner.calls(400, "GET", "/v1/admin/refused-calls?cursor=x", "");
        stranger.calls(403, "GET", "/v1/admin/refused-calls", "");
    }

    void itMoves() {
        String other = owner.agent("bedroom");
        owner.ok("PUT", path + "/agent/" + other, "{}");
        owner.calls(404, "PUT", path + "/agent/" + NOBODY, "{}");
        owner.calls(400, "PUT", "/v1/devices/x/agent/" + other, "{}");
    }

    void anotherHasItsMacToo() {
        TestDevice other = device.withClientId("7b94d69a-9808-4c59-9c9b-ffffffffffff");
        String bind = "/xiaozhi/device/bind/%s/%s".formatted(stranger.agent("a"), code(other));
        stranger.ok("POST", bind, "");
        assertThat(checksIn(other).has("activation")).isFalse();
        assertThat(checksIn(device).has("activation")).isFalse();
        String id = stranger.get(path).path("deviceId").asText();
        stranger.get("/v1/devices/" + id);
        owner.calls(404, "GET", "/v1/devices/" + id, "");

        // The first to register is the administrator.
        String all = "/v1/admin/devices";
        assertThat(owner.get(all + "?q=" + device.mac())).hasSize(2);
        assertThat(owner.get(all + "?limit=1&q=" + device.mac())).hasSize(1);
        assertThat(owner.get(all + "?q=stranger")).hasSize(1);
        assertThat(owner.get(all + "?q=" + id).at("/0/username").asText()).isEqualTo("stranger");
        owner.calls(400, "GET", all, "");
        stranger.calls(403, "GET", all + "?q=" + device.mac(), "");
        assertThat(owner.get(all + "/" + id).path("username").asText()).isEqualTo("stranger");
        owner.calls(404, "GET", all + "/" + NOBODYS, "");
        owner.calls(400, "GET", all + "/x", "");
        stranger.calls(403, "GET", all + "/" + id, "");
        owner.calls(404, "POST", all + "/" + id + "/reboot", "");
        stranger.calls(403, "POST", all + "/" + id + "/reboot", "");
        stranger.calls(403, "DELETE", all + "/" + id, "");
        owner.ok("DELETE", all + "/" + id, "");
        owner.calls(404, "DELETE", all + "/" + id, "");
        stranger.calls(404, "GET", path, "");
        assertThat(checksIn(device).has("activation")).isFalse();
    }

    void aProgramConnects() {
        String body = "{\"agentId\":\"%s\",\"name\":\"phone\"}";
        JsonNode made = owner.ok("POST", "/v1/programs", body.formatted(agent));
        owner.calls(404, "POST", "/v1/programs", body.formatted(NOBODY));
        owner.calls(400, "POST", "/v1/programs", "{}");
        assertThat(owner.get("/v1/programs")).hasSize(1);
        String program = "/v1/programs/" + made.at("/program/deviceId").asText();
        owner.ok("POST", program + "/renew", "");
        stranger.calls(404, "POST", program + "/renew", "");
        owner.calls(400, "POST", "/v1/programs/x/renew", "");
        stranger.calls(404, "DELETE", program, "");
        owner.calls(400, "DELETE", "/v1/programs/x", "");
        owner.ok("DELETE", program, "");
        String weak =
                "{\"agentId\":\"%s\",\"name\":\"app\",\"macAsClientId\":true}".formatted(agent);
        JsonNode other = owner.ok("POST", "/v1/programs", weak);
        String its = "/v1/programs/" + other.at("/program/deviceId").asText();
        owner.calls(409, "POST", its + "/renew", "");
        owner.ok("DELETE", its, "");
    }

    void itIsLetGo() {
        String mac = "{\"deviceId\":\"" + device.mac() + "\"}";
        stranger.calls(404, "POST", "/xiaozhi/device/unbind", mac);
        owner.calls(400, "POST", "/xiaozhi/device/unbind", "{\"deviceId\":\"x\"}");
        owner.ok("POST", "/xiaozhi/device/unbind", mac);
        TestDevice second = TestDevice.of(anybody.server, 2);
        String code = "{\"deviceCode\":\"%s\"}";
        stranger.calls(400, "POST", "/xiaozhi/device/manual-add", code.formatted("999999"));
        stranger.ok("POST", "/xiaozhi/device/manual-add", code.formatted(code(second)));
    }

    void devicesAreAnnounced() {
        String all =
                """
                {"agent_id":"%s","mac_addresses":["0E-8E-18-32-EC-22","nonsense"],\
                "serial_numbers":["SN1"],\
                "serials":[{"serial_number":"SN2","key":"00112233445566778899aabbccddeeff"}]}\
                """;
        JsonNode result =
                Person.json(
                        owner.calls(
                                200, "POST", "/xiaozhi/device/preregister", all.formatted(agent)));
        assertThat(result.path("success_count").asInt()).isEqualTo(3);
        assertThat(result.path("failed")).hasSize(1);
        owner.calls(404, "POST", "/xiaozhi/device/preregister", all.formatted(NOBODY));
        owner.calls(400, "POST", "/xiaozhi/device/preregister", "{}");
        stranger.calls(403, "POST", "/xiaozhi/device/preregister", all.formatted(agent));
        JsonNode imports = owner.get("/v1/imports");
        assertThat(imports).hasSize(1);
        owner.get("/v1/imports?limit=1");
        owner.calls(400, "GET", "/v1/imports?cursor=x", "");
        String list = "/v1/pre-register/agents/" + agent + "/devices";
        JsonNode page = owner.get(list + "?limit=1");
        owner.get(list + "?cursor=" + page.path("next_cursor").asText());
        owner.calls(400, "GET", list + "?cursor=x", "");
        stranger.calls(404, "GET", list, "");
        String one = "/v1/pre-register/devices/mac-address/";
        owner.get(one + "0e:8e:18:32:ec:22");
        owner.calls(400, "GET", one + "x", "");
        owner.calls(404, "GET", one + device.mac(), "");
        owner.calls(400, "DELETE", one + "x", "");
        owner.ok("DELETE", one + "0e:8e:18:32:ec:22", "");
        owner.calls(404, "DELETE", one + "0e:8e:18:32:ec:22", "");
        String manual =
                "{\"macAddress\":\"MAC：0e8e.1832.ec24\",\"agentId\":\"%s\"}".formatted(agent);
        owner.ok("POST", "/xiaozhi/device/manual-add", manual);
        owner.calls(400, "POST", "/xiaozhi/device/manual-add", manual);
        stranger.calls(403, "POST", "/xiaozhi/device/manual-add", manual);
    }

    void unprovenBindingsAreDecidedByTheirOwner() {
        TestDevice first = TestDevice.of(anybody.server, 7);
        String announce = "{\"agent_id\":\"%s\",\"mac_addresses\":[\"%s\"]}";
        owner.calls(
                200, "POST", "/xiaozhi/device/preregister", announce.formatted(agent, first.mac()));
        assertThat(checksIn(first).has("activation")).isFalse();
        TestDevice other = first.withClientId("7b94d69a-9808-4c59-9c9b-eeeeeeeeeeee");
        assertThat(code(other)).isNotEmpty();
        String at = "/v1/devices/" + first.mac();
        assertThat(owner.get(at).at("/attention/0/kind").asText()).isEqualTo("contested");
        JsonNode others = owner.get(at + "/others");
        assertThat(others).hasSize(1);
        stranger.calls(404, "GET", at + "/others", "");
        owner.calls(400, "GET", "/v1/devices/x/others", "");
        String take = at + "/others/" + others.at("/0/id").asText() + "/take";
        stranger.calls(404, "POST", take, "");
        owner.calls(400, "POST", at + "/others/x/take", "");
        stranger.calls(404, "POST", at + "/prove", "");
        owner.ok("POST", take, "");
        owner.calls(409, "POST", at + "/prove", "");
        TestDevice second = TestDevice.of(anybody.server, 8);
        owner.calls(
                200,
                "POST",
                "/xiaozhi/device/preregister",
                announce.formatted(agent, second.mac()));
        assertThat(checksIn(second).has("activation")).isFalse();
        owner.ok("POST", "/v1/devices/" + second.mac() + "/prove", "");
        owner.ok("POST", "/v1/devices/expect", "{\"macs\":[\"%s\"]}".formatted(first.mac()));
        owner.calls(400, "POST", "/v1/devices/expect", "{\"macs\":[]}");
        stranger.calls(403, "POST", "/v1/devices/expect", "{\"macs\":[\"x\"]}");
        owner.ok("POST", "/v1/devices/undo", "{\"from\":\"192.0.2.1\"}");
        owner.calls(400, "POST", "/v1/devices/undo", "{}");
        String last = "/v1/imports/" + owner.get("/v1/imports?limit=1").at("/0/id").asText();
        stranger.calls(404, "DELETE", last, "");
        assertThat(owner.ok("DELETE", last, "").path("kept").asInt()).isEqualTo(1);
    }
}
