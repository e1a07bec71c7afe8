package io.slipway.attack;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.Effort;
import io.slipway.http.Json;
import io.slipway.keys.MasterKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Strangers attack the server, run as people run it, from a process of their own. Meanwhile bound
 * devices and people go on using it: all their requests succeed, it stays within its memory, and it
 * lives.
 */
class AttackTest {

    /** Each attack's duration; a part of it finds the same faults, only later ones don't show. */
    private static final int SECONDS = Effort.all() ? 20 : 4;

    /** Heap, direct memory and what the JVM needs besides, in bytes. */
    private static final long MOST_MEMORY = 700L << 20;

    private static final int DEVICES = 20;
    private static final String SETUP_CODE = "my-own-code";
    private static final String HELLO =
            "{\"type\":\"hello\",\"version\":1,\"transport\":\"websocket\",\"audio_params\":"
                    + "{\"format\":\"opus\",\"sample_rate\":16000,\"channels\":1,"
                    + "\"frame_duration\":60}}";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir Path folder;
    private final HttpClient http = HttpClient.newHttpClient();
    private Process server;
    private Process attacker;
    private int port;
    private String token;
    private boolean captchas;
    private boolean talks;

    @BeforeEach
    void pickPort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
    }

    @AfterEach
    void killAll() throws InterruptedException {
        for (Process each : Arrays.asList(attacker, server)) {
            if (each != null) {
                each.destroyForcibly().waitFor();
            }
        }
    }

    // The launcher's own options: heap and all.
    private static List<String> options() throws IOException {
        String launcher = Files.readString(Path.of("..", "deploy", "start.sh"));
        var options = Pattern.compile("server_options=\\(([^)]*)\\)").matcher(launcher);
        assertThat(options.find()).isTrue();
        return List.of(options.group(1).strip().split("\\s+"));
    }

    private void serve(int descriptors, Map<String, String> settings) throws IOException {
        var java = new ArrayList<String>();
        java.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        java.addAll(options());
        java.addAll(
                List.of("-cp", System.getProperty("java.class.path"), "io.slipway.Main", "run"));
        String limit = "ulimit -n " + descriptors + " && exec \"$@\"";
        var command = new ArrayList<>(List.of("bash", "-c", limit, "server"));
        command.addAll(java);
        var builder = new ProcessBuilder(command).directory(folder.toFile());
        var environment = builder.environment();
        environment.put("SLIPWAY_HTTP_PORT", Integer.toString(port));
        environment.put("SLIPWAY_ACCOUNT_CAPTCHA", "off");
        environment.put("SLIPWAY_ACCOUNT_SETUP_CODE", SETUP_CODE);
        environment.putAll(settings);
        builder.redirectErrorStream(true);
        server = builder.start();
        var reader =
                new BufferedReader(
                        new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8));
        var lines = new ArrayList<String>();
        String line;
        while ((line = reader.readLine()) != null) {
            lines.add(line);
            if (line.contains("First user")) {
                Thread.ofVirtual().start(() -> reader.lines().forEach(rest -> {}));
                return;
            }
        }
        throw new AssertionError("it ended: " + lines);
    }

    private HttpResponse<String> send(String method, String path, String body, String... headers) {
        var request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .timeout(PATIENCE)
                        .method(method, HttpRequest.BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(path + " failed, the server lives: " + server.isAlive(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private JsonNode ok(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return Json.read(response.body());
    }

    private JsonNode people(String method, String path, Object body) {
        String[] headers =
                token == null ? new String[0] : new String[] {"Authorization", "Bearer " + token};
        return ok(send(method, path, Json.text(body), headers)).path("data");
    }

    private void login() throws SQLException {
        var login = credentials();
        token = null;
        token = people("POST", "/xiaozhi/user/login", login).path("token").asText();
        assertThat(token).isNotEmpty();
    }

    // With the answer to a captcha, where people need one.
    private Map<String, String> credentials() throws SQLException {
        var login = new HashMap<>(Map.of("username", "owner", "password", "a long password"));
        if (captchas) {
            String uuid = UUID.randomUUID().toString();
            var drawn = send("GET", "/xiaozhi/user/captcha?uuid=" + uuid, "");
            assertThat(drawn.statusCode()).as(drawn.body()).isEqualTo(200);
            login.put("captchaId", uuid);
            login.put("captcha", solve(uuid));
        }
        return login;
    }

    // A person would read it; the answer is replaced by a known one.
    private String solve(String uuid) throws SQLException {
        String text = "adehk";
        byte[] known = (uuid + ":" + text).getBytes(StandardCharsets.UTF_8);
        var hash = MasterKey.inFolder(folder.resolve("data")).hash("captcha");
        String stored = HexFormat.of().formatHex(hash.of(known));
        try (var connection = database();
                var update =
                        connection.prepareStatement("UPDATE captcha SET answer = ? WHERE id = ?")) {
            update.setString(1, stored);
            update.setString(2, uuid);
            assertThat(update.executeUpdate()).as("a captcha that waits").isOne();
        }
        return text;
    }

    private Connection database() throws SQLException {
        var connection =
                DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("data/slipway.db"));
        try (var statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 20000");
        }
        return connection;
    }

    private static String mac(int device) {
        return String.format(
                "d4:06:06:%02x:%02x:%02x", device >> 16, device >> 8 & 255, device & 255);
    }

    private static String clientId(int device) {
        return String.format("7b94d69a-9808-4c59-9c9b-%012x", device);
    }

    private JsonNode checkIn(int device) {
        JsonNode answer = callOta(device);
        assertThat(answer.has("activation")).as(answer.toString()).isFalse();
        assertThat(answer.at("/websocket/token").asText()).isNotEmpty();
        return answer;
    }

    private JsonNode callOta(int device) {
        String body =
                "{\"mac_address\":\""
                        + mac(device)
                        + "\",\"chip_model_name\":\"esp32s3\",\"application\":{\"version\":\"2.4.2\"},"
                        + "\"board\":{\"type\":\"a\",\"name\":\"a\"}}";
        return ok(
                send(
                        "POST",
                        "/v1/ota/",
                        body,
                        "Device-Id",
                        mac(device),
                        "Client-Id",
                        clientId(device)));
    }

    /** A device's session begins, and ends again. */
    private void talk(int device) throws Exception {
        var heard = new CompletableFuture<String>();
        var socket =
                http.newWebSocketBuilder()
                        .header("Authorization", "Bearer " + tokenOf(device))
                        .header("Device-Id", mac(device))
                        .header("Client-Id", clientId(device))
                        .header("Protocol-Version", "1")
                        .connectTimeout(PATIENCE)
                        .buildAsync(
                                URI.create("ws://127.0.0.1:" + port + "/v1/ws/"),
                                new WebSocket.Listener() {
                                    @Override
                                    public CompletionStage<?> onText(
                                            WebSocket from, CharSequence text, boolean last) {
                                        heard.complete(text.toString());
                                        return WebSocket.Listener.super.onText(from, text, last);
                                    }

                                    @Override
                                    public void onError(WebSocket from, Throwable error) {
                                        heard.completeExceptionally(error);
                                    }

                                    @Override
                                    public CompletionStage<?> onClose(
                                            WebSocket from, int code, String reason) {
                                        heard.complete("closed: " + code);
                                        return CompletableFuture.completedStage(null);
                                    }
                                })
                        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        try {
            socket.sendText(HELLO, true).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            String hello = heard.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(hello).contains("\"hello\"");
            // A device that is refused gets a hello as well, but no session.
            assertThat(people("GET", "/v1/sessions", Map.of()).findValuesAsText("macAddress"))
                    .contains(mac(device));
        } finally {
            socket.abort();
        }
    }

    private String tokenOf(int device) {
        return callOta(device).at("/websocket/token").asText();
    }

    private List<String> handshakes(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(device ->
                        "GET /v1/ws/ HTTP/1.1\\r\\nHost: h\\r\\nAuthorization: Bearer "
                                + tokenOf(device)
                                + "\\r\\nClient-Id: "
                                + clientId(device)
                                + "\\r\\nConnection: Upgrade\\r\\nDevice-Id: "
                                + mac(device)
                                + "\\r\\nProtocol-Version: 1\\r\\nSec-WebSocket-Key:"
                                + " dGhlIHNhbXBsZSBub25jZQ==\\r\\n"
                                + "Sec-WebSocket-Version: 13\\r\\nUpgrade: websocket"
                                + "\\r\\n\\r\\n")
                .toList();
    }

    /** How often a limit was applied, as administrators see it. */
    private long counted(String limit) {
        for (JsonNode each : people("GET", "/v1/system", Map.of()).at("/clients/refused")) {
            if (each.path("limit").asText().equals(limit)) {
                return each.path("count").asLong();
            }
        }
        throw new AssertionError("no limit is called " + limit);
    }

    /** An account, its agent, and devices that are bound to it. */
    private void settle(int devices) throws SQLException {
        var owner = credentials();
        owner.put("setupCode", SETUP_CODE);
        people("POST", "/xiaozhi/user/register", owner);
        login();
        bind(0, devices);
    }

    // To an agent of whoever is logged in.
    private void bind(int from, int to) {
        var agent = Map.of("agentName", "a", "assistantName", "b");
        String agentId = people("POST", "/xiaozhi/agent", agent).asText();
        var macs = IntStream.range(from, to).mapToObj(AttackTest::mac).toList();
        var list = Map.of("agent_id", agentId, "mac_addresses", macs);
        people("POST", "/xiaozhi/device/preregister", list);
        for (int i = from; i < to; i++) {
            checkIn(i);
        }
    }

    // Another account, without devices.
    private String signUp() {
        var other = Map.of("username", "other", "password", "another long password");
        var created = new HashMap<String, Object>(other);
        created.put("trusted", true);
        people("POST", "/v1/users", created);
        String owners = token;
        token = null;
        String others = people("POST", "/xiaozhi/user/login", other).path("token").asText();
        token = owners;
        return others;
    }

    private void attack(String attack, List<String> known) throws IOException {
        Path file = Files.write(folder.resolve("known"), known);
        var command =
                List.of(
                        "nice",
                        "-n",
                        "19",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Attacker.class.getName(),
                        attack,
                        Integer.toString(port),
                        Integer.toString(SECONDS),
                        file.toString());
        attacker = new ProcessBuilder(command).inheritIO().start();
    }

    /** Uses the server until the attack is over. */
    private int useMeanwhile() throws Exception {
        int rounds = 0;
        do {
            for (int device = 0; device < DEVICES; device++) {
                checkIn(device);
            }
            login();
            assertThat(people("GET", "/xiaozhi/agent/list", Map.of()).size()).isOne();
            if (talks) {
                talk(rounds % DEVICES);
            }
            rounds++;
        } while (!attacker.waitFor(200, TimeUnit.MILLISECONDS));
        assertThat(attacker.exitValue()).isZero();
        assertThat(server.isAlive()).isTrue();
        assertThat(memory()).isLessThan(MOST_MEMORY);
        return rounds;
    }

    /** The most that the server has used, in bytes. */
    private long memory() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/" + server.pid() + "/status"))) {
            String most = lines.filter(line -> line.startsWith("VmHWM")).findFirst().orElseThrow();
            return Long.parseLong(most.replaceAll("\\D", "")) * 1024;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"imports", "logins", "json", "drip", "heads"})
    void strangersWithoutAnAccount(String attack) throws Exception {
        serve(20_000, Map.of());
        settle(DEVICES);
        attack(attack, List.of());
        assertThat(useMeanwhile()).isPositive();
    }

    @Test
    void idleConnectionsWhereDescriptorsAreFew() throws Exception {
        serve(256, Map.of());
        settle(DEVICES);
        attack("idle", List.of());
        assertThat(useMeanwhile()).isPositive();
    }

    @Test
    void slowUploadsOfOneAccount() throws Exception {
        serve(20_000, Map.of());
        settle(DEVICES);
        attack("uploads", List.of(signUp()));
        assertThat(useMeanwhile()).isPositive();
        // The owner's upload is looked at, not refused for being one too many.
        var upload =
                send(
                        "POST",
                        "/v1/builds",
                        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n"
                                + "no image\r\n--b--\r\n",
                        "Authorization",
                        "Bearer " + token,
                        "Content-Type",
                        "multipart/form-data; boundary=b");
        assertThat(upload.statusCode()).as(upload.body()).isBetween(400, 422);
    }

    @Test
    void partialMessagesOfManyDevices() throws Exception {
        int many = Effort.all() ? 4_000 : 400;
        serve(20_000, Map.of());
        settle(many);
        attack("sockets", handshakes(DEVICES, many));
        assertThat(useMeanwhile()).isPositive();
    }

    @Test
    void sessionsOfOneAccount() throws Exception {
        serve(20_000, Map.of("SLIPWAY_SESSION_MOST", "50"));
        settle(DEVICES);
        String owners = token;
        token = signUp();
        bind(DEVICES, DEVICES + 200);
        token = owners;
        talks = true;
        attack("sessions", handshakes(DEVICES, DEVICES + 200));
        assertThat(useMeanwhile()).isPositive();
        assertThat(counted("account_sessions")).isPositive();
        assertThat(counted("sessions")).isZero();
    }

    /** Any device gets a token, and so a WebSocket, for as long as it is told its code. */
    @Test
    void socketsOfDevicesThatNobodyHas() throws Exception {
        serve(256, Map.of());
        settle(DEVICES);
        talks = true;
        attack("handshakes", handshakes(DEVICES, DEVICES + 400));
        assertThat(useMeanwhile()).isPositive();
        assertThat(counted("waiting_sessions")).isPositive();
    }

    @Test
    void handshakesWithoutAToken() throws Exception {
        serve(256, Map.of());
        settle(DEVICES);
        talks = true;
        String handshake = handshakes(DEVICES, DEVICES + 1).getFirst();
        attack("handshakes", List.of(handshake.replace("Bearer ", "Bearer x")));
        assertThat(useMeanwhile()).isPositive();
    }

    @Test
    void captchasOfManyAddresses() throws Exception {
        captchas = true;
        serve(20_000, Map.of("SLIPWAY_ACCOUNT_CAPTCHA", "on"));
        settle(DEVICES);
        holdCaptchas(20_000);
        attack("captchas", List.of());
        assertThat(useMeanwhile()).isPositive();
        assertThat(counted("captchas")).isPositive();
    }

    // As many as may wait, drawn for the attackers before: drawing them takes a minute.
    private void holdCaptchas(int many) throws SQLException {
        try (var connection = database();
                var insert =
                        connection.prepareStatement(
                                "INSERT INTO captcha (id, answer, expires_at, holder)"
                                        + " VALUES (?, 'x', ?, ?)")) {
            connection.setAutoCommit(false);
            long end = System.currentTimeMillis() + Duration.ofMinutes(5).toMillis();
            for (int i = 0; i < many; i++) {
                insert.setString(1, UUID.randomUUID().toString());
                insert.setLong(2, end);
                insert.setString(3, "127.0.2." + (1 + i % 100));
                insert.addBatch();
            }
            insert.executeBatch();
            connection.commit();
        }
    }
}
