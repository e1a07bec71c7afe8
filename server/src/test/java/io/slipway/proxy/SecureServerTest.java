package io.slipway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HTTPS without a proxy, as people run it: simulated devices, the console, a new certificate. */
class SecureServerTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PASSWORD = "correct horse 7";
    private static final String SETUP_CODE = "SETUP-CODE-1234";

    @TempDir Path folder;
    private final List<Process> processes = new ArrayList<>();
    private final List<String> said = new ArrayList<>();
    private Certificate certificate;
    private int plain;
    private int secure;

    @AfterEach
    void stop() throws InterruptedException {
        for (Process each : processes) {
            each.destroy();
            each.waitFor();
        }
    }

    private static Process java(
            Path folder, List<String> options, Map<String, String> environment, List<String> rest)
            throws Exception {
        List<String> command = JavaCommand.of(options, rest.getFirst());
        command.addAll(rest.subList(1, rest.size()));
        var builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().putAll(environment);
        return builder.redirectErrorStream(true).start();
    }

    private Process start() throws Exception {
        certificate = Certificate.in(folder);
        plain = RunningProxy.freePort();
        secure = RunningProxy.freePort();
        Process server =
                java(
                        folder,
                        List.of(),
                        Map.of(
                                "SLIPWAY_HTTP_HOST",
                                "127.0.0.1",
                                "SLIPWAY_HTTP_PORT",
                                "" + plain,
                                "SLIPWAY_TLS_PORT",
                                "" + secure,
                                "SLIPWAY_TLS_CERTIFICATE",
                                certificate.pem().toString(),
                                "SLIPWAY_TLS_KEY",
                                certificate.key().toString(),
                                "SLIPWAY_ACCOUNT_CAPTCHA",
                                "off",
                                "SLIPWAY_ACCOUNT_SETUP_CODE",
                                SETUP_CODE),
                        List.of("io.slipway.Main"));
        processes.add(server);
        Thread.ofVirtual().start(() -> read(server));
        until("First user");
        return server;
    }

    private void read(Process process) {
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))
                .lines()
                .forEach(line -> {
                    synchronized (said) {
                        said.add(line);
                        said.notifyAll();
                    }
                });
    }

    private void until(String words) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        synchronized (said) {
            while (said.stream().noneMatch(line -> line.contains(words))) {
                long left = (end - System.nanoTime()) / 1_000_000;
                assertThat(left).as("%s in %s", words, said).isPositive();
                said.wait(left);
            }
        }
    }

    @Test
    void devicesAndPeopleUseItAndANewCertificateIsTakenAtOnce() throws Exception {
        Process server = start();
        until("self-signed");
        assertThat(kinds()).doesNotContain("certificate");
        assertThat(
                        simulate(
                                "https://localhost:" + secure,
                                "--bind",
                                "--user",
                                "owner",
                                "--password",
                                PASSWORD))
                .contains("OK: no rule broken");
        // The same devices, as if they had been set up before there was HTTPS.
        assertThat(simulate("http://localhost:" + plain)).contains("OK: no rule broken");
        SSLContext before = certificate.trust();
        X509Certificate old = served(before);
        Path again = Files.createDirectory(folder.resolve("again"));
        Certificate next = Certificate.in(again);
        Files.copy(next.key(), certificate.key(), StandardCopyOption.REPLACE_EXISTING);
        hangUp(server);
        until("can't be used, and the old one stays in use");
        assertThat(served(before)).isEqualTo(old);
        assertThat(kinds()).contains("certificate");
        Files.copy(next.pem(), certificate.pem(), StandardCopyOption.REPLACE_EXISTING);
        hangUp(server);
        until("was read again, valid until");
        certificate = next;
        assertThat(served(next.trust())).isNotEqualTo(old);
        assertThat(kinds()).doesNotContain("certificate");
    }

    private static void hangUp(Process server) throws Exception {
        assertThat(new ProcessBuilder("kill", "-HUP", "" + server.pid()).start().waitFor())
                .isZero();
    }

    private X509Certificate served(SSLContext trust) throws Exception {
        try (var socket = (SSLSocket) trust.getSocketFactory().createSocket("localhost", secure)) {
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    private String simulate(String base, String... more) throws Exception {
        var arguments =
                new ArrayList<>(
                        List.of(
                                "io.slipway.simulator.Simulate",
                                "--url",
                                base + "/v1/ota/",
                                "--devices",
                                "4",
                                "--mix",
                                "wifi=1,ml307=1,v1.7=1",
                                "--talk",
                                "--sessions",
                                "1",
                                "--speed",
                                "4",
                                "--seconds",
                                "60"));
        arguments.addAll(List.of(more));
        Process process = java(folder, certificate.options(), Map.of(), arguments);
        processes.add(process);
        String all = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return all;
    }

    private List<String> kinds() throws Exception {
        String who = "\"username\":\"owner\",\"password\":\"" + PASSWORD + "\"";
        send("/xiaozhi/user/register", "{" + who + ",\"setupCode\":\"" + SETUP_CODE + "\"}", "");
        String token =
                JSON.readTree(send("/xiaozhi/user/login", "{" + who + "}", "").body())
                        .at("/data/token")
                        .asText();
        JsonNode overview = JSON.readTree(send("/v1/overview", "", token).body()).path("data");
        assertThat(overview.has("attention")).as(overview.toString()).isTrue();
        return overview.findValuesAsText("kind");
    }

    private HttpResponse<String> send(String path, String body, String token) throws Exception {
        var request =
                HttpRequest.newBuilder(URI.create("https://localhost:" + secure + path))
                        .timeout(Duration.ofSeconds(30));
        if (body.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        } else {
            request.header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(body));
        }
        try (var client = HttpClient.newBuilder().sslContext(certificate.trust()).build()) {
            HttpResponse<String> answer =
                    client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
            return answer;
        }
    }
}
