package io.slipway.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.Person;
import io.slipway.TestDevice;
import io.slipway.TestServer;
import io.slipway.device.seen.KnownHost;
import io.slipway.http.ListedRoute;
import io.slipway.protocol.firmware.Chip;
import io.slipway.session.SessionClient;
import io.slipway.simulator.update.FirmwareFile;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** An account with two of everything that routes name or list, recognisable by a word. */
final class OwnersThings implements AutoCloseable {

    /** In every text that the owner has written. */
    static final String MARK = "zqowner";

    private static final String BOUNDARY = "7d1f";
    private static final String NOWHERE = "http://127.0.0.1:9/" + MARK;

    final Person owner;
    private final TestServer server;
    private final SessionClient session;
    private final Map<String, String> ids = new TreeMap<>();

    OwnersThings(TestServer server) {
        this.server = server;
        owner = Person.register(server, MARK);
        for (String name : List.of("a", "b")) {
            ids.put(
                    "agent",
                    owner.ok(
                                    "POST",
                                    "/xiaozhi/agent",
                                    "{\"agentName\":\"%s%s\",\"assistantName\":\"x\",\"chatHistoryConf\":1}"
                                            .formatted(MARK, name))
                            .asText());
        }
        var devices = List.of(TestDevice.of(server, 1), TestDevice.of(server, 2));
        for (TestDevice device : devices) {
            String path = "/xiaozhi/device/bind/" + ids.get("agent") + "/";
            owner.ok("POST", path + device.code(), "");
            String alias = "{\"alias\":\"%s\",\"tags\":[\"%s\"]}".formatted(MARK, MARK);
            owner.ok("PUT", "/xiaozhi/device/update/" + device.mac(), alias);
        }
        talk(devices.getFirst());
        session = call(devices.getFirst());
        ids.put("mac", devices.getFirst().mac());
        JsonNode device = owner.device(devices.getFirst());
        ids.put("device", device.path("deviceId").asText());
        ids.put("session", owner.ok("GET", "/v1/sessions", "").at("/0/id").asText());
        String chats = "/xiaozhi/agent/" + ids.get("agent") + "/sessions";
        ids.put("chat", owner.ok("GET", chats, "").at("/list/0/sessionId").asText());
        firmware();
        webhooks();
        for (int i = 0; i < 2; i++) {
            String body = "{\"agentId\":\"%s\",\"name\":\"%s\"}".formatted(ids.get("agent"), MARK);
            JsonNode program = owner.ok("POST", "/v1/programs", body);
            ids.put("program", program.at("/program/deviceId").asText());
            String key = "{\"name\":\"%s\"}".formatted(MARK);
            ids.put("key", owner.ok("POST", "/v1/api-keys", key).path("id").asText());
            preregister(i);
        }
        ids.put("import", owner.ok("GET", "/v1/imports", "").at("/0/id").asText());
        ids.put("user", owner.ok("GET", "/xiaozhi/user/info", "").path("id").asText());
        server.main.housekeep();
        assertThat(ids).allSatisfy((name, id) -> assertThat(id).as(name).isNotEmpty());
    }

    private void talk(TestDevice device) {
        try (SessionClient client = call(device)) {
            client.say("{\"type\":\"listen\",\"state\":\"start\",\"mode\":\"manual\"}");
            for (int i = 0; i < 10; i++) {
                client.say(new byte[150]);
            }
            client.say("{\"type\":\"listen\",\"state\":\"stop\"}");
            client.untilStop();
        }
        server.main.housekeep();
    }

    private static SessionClient call(TestDevice device) {
        SessionClient client = SessionClient.call(device);
        client.next("hello");
        client.next("mcp");
        client.next("mcp");
        return client;
    }

    private void firmware() {
        KnownHost.ofAll(server.main.base().database(), server.clock.millis());
        for (String version : List.of("2.5.0", "2.6.0")) {
            byte[] image = FirmwareFile.of(Chip.ESP32S3, version).bytes();
            var answer = upload(owner, image, "boards", MARK);
            ids.put("build", Person.json(answer).at("/data/id").asText());
            String plan = "{\"name\":\"%s\",\"build\":\"%s\"}".formatted(MARK, ids.get("build"));
            ids.put("rollout", owner.ok("POST", "/v1/rollouts", plan).path("id").asText());
        }
    }

    /** Uploads a build, with one more field. */
    static java.net.http.HttpResponse<String> upload(
            Person by, byte[] image, String field, String value) {
        var body = new ByteArrayOutputStream();
        body.writeBytes(
                ("--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"" + field)
                        .getBytes(StandardCharsets.UTF_8));
        body.writeBytes(("\"\r\n\r\n" + value + "\r\n").getBytes(StandardCharsets.UTF_8));
        body.writeBytes(
                ("--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"file\";")
                        .getBytes(StandardCharsets.UTF_8));
        body.writeBytes(" filename=\"x.bin\"\r\n\r\n".getBytes(StandardCharsets.UTF_8));
        body.writeBytes(image);
        body.writeBytes(("\r\n--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.UTF_8));
        return by.server.call(
                "POST",
                "/v1/builds",
                body.toByteArray(),
                "Authorization",
                "Bearer " + by.token,
                "Content-Type",
                "multipart/form-data; boundary=" + BOUNDARY);
    }

    private void webhooks() {
        for (int i = 0; i < 2; i++) {
            String url = "{\"url\":\"" + NOWHERE + "\"}";
            ids.put("webhook", owner.ok("POST", "/v1/webhooks", url).path("id").asText());
            String test = "/v1/webhooks/" + ids.get("webhook") + "/test";
            ids.put("delivery", owner.ok("POST", test, "").path("id").asText());
        }
    }

    private void preregister(int n) {
        var answer =
                owner.raw(
                        "POST",
                        "/xiaozhi/device/preregister",
                        serial(ids.getOrDefault("agent", ""), MARK + n));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static String serial(String agent, String number) {
        return """
        {"agent_id":"%s","serials":[{"serial_number":"%s","key":"%s","key_format":"hex"}]}\
        """
                .formatted(agent, number, "ab".repeat(32));
    }

    /**
     * The paths of a route that name the owner's things; none if it names nothing. A new name must
     * be added here.
     */
    List<String> paths(ListedRoute route) {
        var paths = new ArrayList<String>();
        if (!route.path().contains("{")) {
            return paths;
        }
        String area = route.path().substring(0, route.path().indexOf('{'));
        String first =
                switch (area) {
                    case "/xiaozhi/agent/", "/xiaozhi/device/bind/", "/v1/pre-register/agents/" ->
                            "agent";
                    case "/v1/devices/",
                            "/xiaozhi/device/update/",
                            "/v1/pre-register/devices/mac-address/",
                            "/v1/quarantine/" ->
                            "mac";
                    case "/v1/admin/devices/" -> "device";
                    case "/v1/builds/" -> "build";
                    case "/v1/rollouts/" -> "rollout";
                    case "/v1/webhooks/" -> "webhook";
                    case "/v1/programs/" -> "program";
                    case "/v1/sessions/" -> "session";
                    case "/v1/api-keys/" -> "key";
                    case "/v1/imports/" -> "import";
                    case "/v1/users/" -> "user";
                    case "/v1/session-keys/", "/v1/devices/code/" -> "";
                    default -> throw new AssertionError("whose is the name in " + route.path());
                };
        var firsts = new ArrayList<>(List.of(first.isEmpty() ? "0" : ids.get(first)));
        if (first.equals("mac")) {
            firsts.add(ids.get("device"));
        }
        for (String id : firsts) {
            String path = route.path().replaceFirst("\\{\\w+}", id);
            paths.add(
                    path.replace("{agentId}", ids.get("agent"))
                            .replace("{sessionId}", ids.get("chat"))
                            .replace("{delivery}", ids.get("delivery"))
                            .replace("{build}", ids.get("build"))
                            .replace("{deviceCode}", "123456")
                            .replace("{id}", ids.get("device")));
        }
        assertThat(paths).noneMatch(path -> path.contains("{"));
        return paths;
    }

    /** A body that names the owner's things, for routes that name them there. */
    String body(ListedRoute route, String usual) {
        return switch (route.path()) {
            case "/xiaozhi/device/unbind" -> "{\"deviceId\":\"" + ids.get("device") + "\"}";
            case "/v1/devices/tags" ->
                    "{\"macs\":[\"" + ids.get("mac") + "\"],\"remove\":[\"" + MARK + "\"]}";
            case "/v1/devices/expect" -> "{\"macs\":[\"" + ids.get("mac") + "\"]}";
            case "/v1/backends/test" -> "{\"agentId\":\"" + ids.get("agent") + "\"}";
            case "/v1/programs" -> "{\"agentId\":\"" + ids.get("agent") + "\",\"name\":\"x\"}";
            case "/v1/rollouts", "/v1/rollouts/preview" ->
                    "{\"name\":\"x\",\"build\":\"" + ids.get("build") + "\"}";
            case "/xiaozhi/device/preregister" -> serial(ids.getOrDefault("agent", ""), "x");
            default -> usual;
        };
    }

    /** The query that filters by the owner's things, for routes that can. */
    List<String> filtered(ListedRoute route) {
        return switch (route.path()) {
            case "/v1/devices" -> List.of("?agentId=" + ids.get("agent"), "?q=" + MARK);
            case "/v1/rollouts", "/v1/quarantine" -> List.of("?build=" + ids.get("build"));
            case "/v1/events" ->
                    List.of(
                            "?rollout=" + ids.get("rollout"),
                            "?build=" + ids.get("build"),
                            "?mac=" + ids.get("mac"));
            case "/v1/audit", "/v1/audit/export" ->
                    List.of("?actor=" + MARK, "?subject=" + ids.get("device"));
            case "/v1/builds", "/xiaozhi/agent/search" -> List.of("?q=" + MARK);
            default -> List.of();
        };
    }

    /** What only the owner may see. */
    List<String> secrets() {
        var all = new ArrayList<>(ids.values());
        all.add(MARK);
        return all;
    }

    /** What others must not be able to change. */
    List<JsonNode> state() {
        var state = new ArrayList<JsonNode>();
        for (String path :
                List.of(
                        "/xiaozhi/agent/list",
                        "/v1/builds",
                        "/v1/rollouts",
                        "/v1/webhooks",
                        "/v1/programs",
                        "/v1/api-keys",
                        "/v1/imports",
                        "/v1/tags",
                        "/xiaozhi/user/info",
                        "/v1/rollouts/" + ids.get("rollout"),
                        "/xiaozhi/agent/" + ids.get("agent"))) {
            state.add(owner.ok("GET", path, ""));
        }
        for (JsonNode device : owner.ok("GET", "/v1/devices", "")) {
            state.add(device.path("mac"));
            state.add(device.path("alias"));
            state.add(device.path("agentId"));
            state.add(device.path("session").path("id"));
        }
        return state;
    }

    /** The owner's cursor of a route's second page; {@code ""} if there is none. */
    String cursor(ListedRoute route, String path) {
        if (!route.method().equals("GET")) {
            return "";
        }
        var answer = owner.raw("GET", path + (path.contains("?") ? "&" : "?") + "limit=1", "");
        String type = answer.headers().firstValue("Content-Type").orElse("");
        boolean page = answer.statusCode() == 200 && type.startsWith("application/json");
        return page ? Person.json(answer).path("nextCursor").asText("") : "";
    }

    @Override
    public void close() {
        session.close();
    }
}
