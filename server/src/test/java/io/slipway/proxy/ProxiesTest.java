package io.slipway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.protocol.firmware.Chip;
import io.slipway.proxy.RunningProxy.ProxyKind;
import io.slipway.simulator.strict.StrictDownload;
import io.slipway.simulator.update.FirmwareFile;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Devices behind nginx, HAProxy and Caddy with the configurations in docs/proxy: Debian's packages,
 * TLS, the server as people run it, and the simulator's strict readers.
 */
class ProxiesTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SETUP_CODE = "my-own-code";
    private static final String PASSWORD = "correct horse";
    private static final String BOUNDARY = "---------------------------7d1f";

    @TempDir Path folder;
    private final List<Process> processes = new ArrayList<>();
    private int port;
    private String base = "";
    private SSLContext trust;
    private Certificate certificate;
    private RunningProxy proxy;
    private String token = "";

    @AfterEach
    void stop() {
        if (proxy != null) {
            proxy.close();
        }
        processes.forEach(Process::destroyForcibly);
    }

    // ------------------------------------------------------------ the three

    @ParameterizedTest
    @EnumSource
    void everythingWorksWithTheDocumentedConfiguration(ProxyKind kind) throws Exception {
        start(kind, text -> text);
        everythingWorks();
    }

    // ------------------------------------------------------------ what they are there to prevent

    /** Its default, which the documented configuration changes. */
    @Test
    void haproxyThatLowersTheNamesOfHeadersIsFoundOut() throws Exception {
        start(ProxyKind.HAPROXY, text -> text.replaceAll("(?m)^.*h1-case-adjust.*\n", ""));
        login();
        Simulation silenced = simulate("--devices", "2", "--mix", "ml307=1", "--seconds", "20");
        assertThat(silenced.exitCode()).as(silenced.output()).isEqualTo(1);
        assertThat(silenced.output()).contains("BROKEN").contains("Content-Length");
    }

    /** As many guides have it. */
    @Test
    void aHostWithoutItsPortIsFoundOut() throws Exception {
        start(
                ProxyKind.NGINX,
                text -> RunningProxy.changed(text, "Host $http_host;", "Host $host;"));
        login();
        JsonNode reach = get("/v1/system/reach?address=" + base);
        assertThat(reach.at("/devices/websocket").asText()).isEqualTo("wss://localhost/v1/ws/");
        assertThat(reach.at("/findings/0/kind").asText()).isEqualTo("address");
        assertThat(reach.at("/findings/0/todo/en").asText()).contains("lost its port");
    }

    // ------------------------------------------------------------ starting

    private void start(ProxyKind kind, UnaryOperator<String> change) throws Exception {
        int server = server();
        proxy = RunningProxy.start(kind, folder, port, server, certificate, change);
    }

    /** Starts it as the installation guide says; returns its port. */
    private int server() throws Exception {
        certificate = Certificate.in(folder);
        trust = certificate.trust();
        int listens = RunningProxy.freePort();
        port = RunningProxy.freePort();
        base = "https://localhost:" + port;
        var builder =
                new ProcessBuilder(JavaCommand.of(List.of(), "io.slipway.Main"))
                        .directory(folder.toFile())
                        .redirectErrorStream(true);
        builder.environment()
                .putAll(
                        Map.of(
                                "SLIPWAY_HTTP_HOST", "127.0.0.1",
                                "SLIPWAY_HTTP_PORT", "" + listens,
                                "SLIPWAY_HTTP_TRUSTED_PROXIES", "127.0.0.1",
                                "SLIPWAY_FIRMWARE_BEHIND_PROXY", "true",
                                "SLIPWAY_ACCOUNT_CAPTCHA", "off",
                                "SLIPWAY_ACCOUNT_SETUP_CODE", SETUP_CODE));
        until(builder.start(), "First user");
        return listens;
    }

    private void until(Process process, String words) throws IOException {
        processes.add(process);
        var reader =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        var lines = new ArrayList<String>();
        String line;
        while ((line = reader.readLine()) != null) {
            lines.add(line);
            if (line.contains(words)) {
                Thread.ofVirtual().start(() -> reader.lines().forEach(rest -> {}));
                return;
            }
        }
        throw new AssertionError("it ended: " + lines);
    }

    // ------------------------------------------------------------ playing

    private void everythingWorks() throws Exception {
        login();
        JsonNode reach = get("/v1/system/reach?address=" + base);
        assertThat(reach.path("called").asText()).isEqualTo(base);
        assertThat(reach.path("trusted").asBoolean()).isTrue();
        assertThat(reach.path("proxy").isNull()).isTrue();
        assertThat(reach.findValuesAsText("kind")).containsOnly("local");
        // Check-ins, activation, binding and sessions.
        Simulation played =
                simulate(
                        "--devices",
                        "8",
                        "--mix",
                        "wifi=2,ml307=2,v1.7=1,v1.0=1",
                        "--talk",
                        "--sessions",
                        "1",
                        "--speed",
                        "4",
                        "--seconds",
                        "60");
        assertThat(played.exitCode()).as(played.output()).isZero();
        assertThat(played.output()).contains("OK: no rule broken");
        downloads();
    }

    /** An image that arrives through the proxy leaves through it as it came. */
    private void downloads() throws Exception {
        byte[] image = FirmwareFile.of(Chip.ESP32S3, "2.5.0").bytes();
        var body = new ByteArrayOutputStream();
        String part = "--%s\r\nContent-Disposition: form-data; name=\"%s\"%s\r\n\r\n";
        text(body, part.formatted(BOUNDARY, "boards", "") + "bread-compact-wifi\r\n");
        text(body, part.formatted(BOUNDARY, "file", "; filename=\"x.bin\""));
        body.writeBytes(image);
        text(body, "\r\n--%s--\r\n".formatted(BOUNDARY));
        HttpResponse<String> uploaded =
                send("/v1/builds", "multipart/form-data; boundary=" + BOUNDARY, body.toByteArray());
        String build = JSON.readTree(uploaded.body()).at("/data/id").asText();
        assertThat(build).as(uploaded.body()).isNotEmpty();
        String path =
                send("/v1/builds/" + build + "/file", "", new byte[0])
                        .headers()
                        .firstValue("Location")
                        .orElseThrow()
                        .replaceFirst("^https://[^/]+", "");
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), port);
                Socket socket =
                        trust.getSocketFactory().createSocket(plain, "localhost", port, true)) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream()
                    .write(
                            "GET %s HTTP/1.1\r\nHost: localhost:%d\r\nConnection: close\r\n\r\n"
                                    .formatted(path, port)
                                    .getBytes(StandardCharsets.US_ASCII));
            try (StrictDownload file = StrictDownload.open(plain, socket)) {
                assertThat(file.status()).isEqualTo(200);
                assertThat(file.length()).isEqualTo(image.length);
                var buffer = new byte[8192];
                int read;
                while ((read = file.read(buffer, 0, buffer.length)) > 0) {
                    digest.update(buffer, 0, read);
                }
            }
        }
        assertThat(HexFormat.of().formatHex(digest.digest()))
                .isEqualTo(
                        HexFormat.of()
                                .formatHex(MessageDigest.getInstance("SHA-256").digest(image)));
    }

    private static void text(ByteArrayOutputStream out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    private void login() throws Exception {
        String who = "\"username\":\"owner\",\"password\":\"" + PASSWORD + "\"";
        send(
                "/xiaozhi/user/register",
                "application/json",
                ("{" + who + ",\"setupCode\":\"" + SETUP_CODE + "\"}")
                        .getBytes(StandardCharsets.UTF_8));
        HttpResponse<String> answer =
                send(
                        "/xiaozhi/user/login",
                        "application/json",
                        ("{" + who + "}").getBytes(StandardCharsets.UTF_8));
        token = JSON.readTree(answer.body()).at("/data/token").asText();
        assertThat(token).as(answer.body()).isNotEmpty();
    }

    private JsonNode get(String path) throws Exception {
        return JSON.readTree(send(path, "", new byte[0]).body()).path("data");
    }

    private HttpResponse<String> send(String path, String type, byte[] body) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(base + path));
        if (!type.isEmpty()) {
            request.header("Content-Type", type).POST(HttpRequest.BodyPublishers.ofByteArray(body));
        }
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        try (var client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .sslContext(trust)
                        .build()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    private record Simulation(int exitCode, String output) {}

    private Simulation simulate(String... arguments) throws Exception {
        var command = JavaCommand.of(certificate.options(), "io.slipway.simulator.Simulate");
        command.addAll(
                List.of(
                        "--url",
                        base + "/v1/ota/",
                        "--behind-proxy",
                        "--bind",
                        "--user",
                        "owner",
                        "--password",
                        PASSWORD));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        processes.add(process);
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Simulation(process.waitFor(), said);
    }
}
