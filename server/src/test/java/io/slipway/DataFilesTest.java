package io.slipway;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.http.Json;
import io.slipway.protocol.firmware.Chip;
import io.slipway.simulator.update.FirmwareFile;
import io.slipway.sql.TestEngine;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of a server process: who may read them, and what it says of lost and damaged ones. */
class DataFilesTest {

    private static final String SETUP_CODE = "my-own-code";

    @TempDir private Path folder;
    private final List<Process> processes = new ArrayList<>();
    private Path data;
    private int port;

    @BeforeEach
    void prepare() throws IOException {
        data = folder.resolve("data");
        try (var socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
    }

    @AfterEach
    void killAll() {
        processes.forEach(Process::destroyForcibly);
    }

    /** A server whose umask forbids nothing. */
    private Process run() throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var builder =
                new ProcessBuilder(
                        "sh",
                        "-c",
                        "umask 000; exec \"$@\"",
                        "sh",
                        java,
                        "-Xmx256m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.slipway.Main",
                        "run");
        builder.directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().put("SLIPWAY_HTTP_PORT", Integer.toString(port));
        builder.environment().put("SLIPWAY_DATA_DIR", data.toString());
        builder.environment().put("SLIPWAY_ACCOUNT_CAPTCHA", "off");
        builder.environment().put("SLIPWAY_ACCOUNT_SETUP_CODE", SETUP_CODE);
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    /** Runs a server that can't start; returns what it says. */
    private List<String> refused() throws Exception {
        Process process = run();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(text).isEqualTo(1);
        // The logs of libraries are lines of their own.
        return text.lines().filter(line -> !line.contains(" INFO ")).toList();
    }

    @Test
    void everyFileIsTheServersOwnWhateverTheUmask() throws Exception {
        try (var reader =
                new BufferedReader(
                        new InputStreamReader(run().getInputStream(), StandardCharsets.UTF_8))) {
            var lines = new ArrayList<String>();
            do {
                String line = reader.readLine();
                assertThat(line).as("it ended: " + lines).isNotNull();
                lines.add(line);
            } while (!lines.getLast().contains("First user"));
            upload();
            assertThat(open()).as("readable by others").isEmpty();
            assertThat(names())
                    .contains(
                            "secret.key",
                            "slipway.db",
                            "slipway.db-wal",
                            "slipway.db-shm",
                            "lock",
                            "node")
                    .anyMatch(name -> name.endsWith(".bin"));
        }
    }

    /** Registers, and uploads a build. */
    private void upload() throws Exception {
        String who = "{\"username\":\"owner\",\"password\":\"correct horse battery\"";
        send(
                "/xiaozhi/user/register",
                "application/json",
                who + ",\"setupCode\":\"" + SETUP_CODE + "\"}",
                "");
        String login = send("/xiaozhi/user/login", "application/json", who + "}", "");
        String token = Json.read(login.getBytes(StandardCharsets.UTF_8)).at("/data/token").asText();
        var form = new ByteArrayOutputStream();
        form.writeBytes(
                "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\n"
                        .getBytes(StandardCharsets.UTF_8));
        form.writeBytes(FirmwareFile.of(Chip.ESP32S3, "2.5.0").bytes());
        form.writeBytes("\r\n--b--\r\n".getBytes(StandardCharsets.UTF_8));
        String body = form.toString(StandardCharsets.ISO_8859_1);
        send("/v1/builds", "multipart/form-data; boundary=b", body, token);
    }

    private String send(String path, String type, String body, String token) throws Exception {
        var request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", type)
                        .POST(
                                HttpRequest.BodyPublishers.ofString(
                                        body, StandardCharsets.ISO_8859_1))
                        .build();
        try (var client = HttpClient.newHttpClient()) {
            var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(path + answer.body()).isEqualTo(200);
            return answer.body();
        }
    }

    private List<String> open() throws IOException {
        try (Stream<Path> files = Files.walk(data)) {
            var open = new ArrayList<String>();
            for (Path file : files.toList()) {
                String permissions =
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
                if (!permissions.endsWith("------")) {
                    open.add(permissions + " " + data.relativize(file));
                }
            }
            return open;
        }
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.walk(data)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    /** A database with some accounts and agents, of a server that has ended. */
    private Path database() {
        try (var server = TestServer.start(TestEngine.SQLITE, data)) {
            for (int i = 0; i < 20; i++) {
                Person.register(server, "person" + i);
            }
        }
        return data.resolve("slipway.db");
    }

    @Test
    void aLostKeyIsRefusedAndNoOtherIsLeftBehind() throws Exception {
        database();
        Path key = data.resolve("secret.key");
        Path aside = data.resolve("aside");
        Files.move(key, aside);
        assertThat(refused())
                .singleElement()
                .asString()
                .contains("secret.key is missing", "copy it from a backup");
        assertThat(key).doesNotExist();
        Files.move(aside, key);
        try (var server = TestServer.start(TestEngine.SQLITE, data)) {
            assertThat(server.port()).isPositive();
        }
    }

    @Test
    void aFileThatIsNoDatabaseIsRefused() throws Exception {
        Files.createDirectories(data);
        for (String text : new String[] {"x", "no database", "x".repeat(100_000)}) {
            Files.writeString(data.resolve("slipway.db"), text);
            assertThat(refused()).singleElement().asString().contains("is not a SQLite database");
            assertThat(data.resolve("slipway.db")).hasContent(text);
        }
    }

    @Test
    void aTruncatedDatabaseIsRefused() throws Exception {
        Path file = database();
        for (double part : new double[] {0.5, 0.1}) {
            try (var bytes = new RandomAccessFile(file.toFile(), "rw")) {
                bytes.setLength((long) (bytes.length() * part));
            }
            assertThat(refused()).singleElement().asString().contains("is damaged", "a backup");
        }
    }

    @Test
    void aDatabaseWithAnOverwrittenPageIsRefused() throws Exception {
        Path file = database();
        try (var bytes = new RandomAccessFile(file.toFile(), "rw")) {
            // The first page after its header, and one in the middle.
            bytes.seek(100);
            bytes.write(new byte[400]);
            bytes.seek(bytes.length() / 8192 * 4096);
            bytes.write("junk".repeat(1024).getBytes(StandardCharsets.US_ASCII));
        }
        assertThat(refused()).singleElement().asString().contains("is damaged", "a backup");
    }
}
