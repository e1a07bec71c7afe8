package io.slipway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.protocol.firmware.Chip;
import io.slipway.rollout.Shop;
import io.slipway.simulator.update.FirmwareFile;
import io.slipway.sql.TestEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * The data folder of a server in use, for tests that a later version starts with it. Before each
 * release: run {@link #main} with a file in {@code src/test/resources/releases} that is named after
 * the version.
 */
final class ReleaseFolder {

    private static final String OWNER = "owner";
    private static final String FRIEND = "friend";
    private static final String ALIAS = "厨房";
    private static final String URL = "wss://voice.example.com/xiaozhi/v1/";
    private static final String VERSION = "2.5.0";
    private static final String IMPORTED = "d4:06:06:00:00:77";

    private ReleaseFolder() {}

    /** Argument: the file. */
    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createTempDirectory("release");
        try (TestServer server = TestServer.start(TestEngine.SQLITE, folder)) {
            fill(server);
        }
        pack(folder, Path.of(arguments[0]));
    }

    /** Uses every part of the server at least once. */
    private static void fill(TestServer server) {
        Person owner = Person.register(server, OWNER);
        var shop = new Shop(server, owner);
        owner.ok(
                "PUT",
                "/xiaozhi/agent/" + owner.agentId,
                "{\"backend\":{\"type\":\"relay\",\"url\":\"%s\",\"token\":\"t0ken\",\"version\":2}}"
                        .formatted(URL));
        TestDevice bound = TestDevice.of(server, 1);
        owner.bind(bound.code());
        owner.ok(
                "PUT",
                "/xiaozhi/device/update/" + bound.mac(),
                "{\"alias\":\"%s\",\"tags\":[\"kitchen\"]}".formatted(ALIAS));
        assertThat(TestDevice.of(server, 2).code()).isNotEmpty();
        owner.ok(
                "POST",
                "/xiaozhi/device/manual-add",
                "{\"macAddress\":\"%s\",\"agentId\":\"%s\"}".formatted(IMPORTED, owner.agentId));
        String build = shop.build(FirmwareFile.of(Chip.ESP32S3, VERSION));
        shop.start(Shop.plan(build, ""));
        owner.ok("POST", "/v1/api-keys", "{\"name\":\"app\",\"scopes\":[\"read\"]}");
        owner.ok(
                "POST",
                "/v1/webhooks",
                "{\"url\":\"https://example.com/hook\",\"types\":[\"confirmed\"]}");
        Person friend = Person.register(server, FRIEND);
        friend.bind(TestDevice.of(server, 3).code());
    }

    /**
     * Nobody notices that it was another version.
     *
     * @param server on a folder that {@link #main} has filled
     */
    static void requireUsable(TestServer server) {
        Person owner = Person.login(server, OWNER);
        TestDevice bound = TestDevice.of(server, 1);
        JsonNode answer = bound.checkIn();
        assertThat(answer.has("activation")).isFalse();
        assertThat(answer.at("/websocket/token").asText()).isNotEmpty();
        JsonNode device = owner.device(bound);
        assertThat(device.toString()).contains(ALIAS, "kitchen");
        List<JsonNode> agents = new java.util.ArrayList<>();
        owner.ok("GET", "/xiaozhi/agent/list", "").forEach(agents::add);
        assertThat(agents)
                .anySatisfy(agent -> {
                    JsonNode backend = agent.path("backend");
                    assertThat(backend.path("url").asText()).isEqualTo(URL);
                    assertThat(backend.path("hasToken").asBoolean()).isTrue();
                    assertThat(backend.path("version").asInt()).isEqualTo(2);
                });
        TestDevice waiting = TestDevice.of(server, 2);
        owner.bind(waiting.code());
        assertThat(waiting.bound()).isTrue();
        TestDevice imported =
                new TestDevice(server, IMPORTED, waiting.clientId() + "7", VERSION, "", "");
        assertThat(imported.bound()).as("imported beforehand").isTrue();
        assertThat(owner.ok("GET", "/v1/builds", "").toString()).contains(VERSION);
        assertThat(owner.ok("GET", "/v1/rollouts", "").toString()).contains("RUNNING");
        assertThat(owner.ok("GET", "/v1/api-keys", "").toString()).contains("app");
        assertThat(owner.ok("GET", "/v1/webhooks", "").toString()).contains("example.com/hook");
        Person friend = Person.login(server, FRIEND);
        assertThat(friend.device(TestDevice.of(server, 3)).path("macAddress").asText())
                .isNotEmpty();
        friend.fails(404, "GET", "/v1/devices/" + bound.mac(), "");
    }

    private static void pack(Path folder, Path file) throws IOException {
        try (var zip = new ZipOutputStream(Files.newOutputStream(file));
                Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.filter(Files::isRegularFile).sorted().toList()) {
                zip.putNextEntry(new ZipEntry(folder.relativize(each).toString()));
                Files.copy(each, zip);
            }
        }
    }

    /** Unpacks it into an empty folder. */
    static void unpack(Path file, Path folder) throws IOException {
        try (var zip = new ZipInputStream(Files.newInputStream(file))) {
            ZipEntry entry;
            while ((entry = zip.getNextEntry()) != null) {
                Path to = folder.resolve(entry.getName());
                Files.createDirectories(to.getParent());
                Files.copy(zip, to);
            }
        }
    }
}
