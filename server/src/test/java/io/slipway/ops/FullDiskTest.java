package io.slipway.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.slipway.Person;
import io.slipway.TestServer;
import io.slipway.sql.TestEngine;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server on a disk without space. Skipped where a small disk can't be mounted. */
class FullDiskTest {

    private static final String AGENT = "{\"agentName\":\"%s\",\"assistantName\":\"x\"}";

    @TempDir private Path folder;

    private static boolean run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getInputStream().readAllBytes();
        return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
    }

    @BeforeEach
    void mount() throws Exception {
        boolean root = "root".equals(System.getProperty("user.name"));
        assumeTrue(
                root && run("mount", "-t", "tmpfs", "-o", "size=24m", "none", folder.toString()),
                "needs root, who may mount a tmpfs");
    }

    @AfterEach
    void unmount() throws Exception {
        run("umount", folder.toString());
    }

    @Test
    void aFullDiskIsReportedInWordsAndEndsWhenThereIsSpace() throws Exception {
        try (var server = TestServer.start(TestEngine.SQLITE, folder)) {
            var person = Person.register(server, "owner");
            server.stopHousekeeping();
            assertThat(room(server, 200)).isEqualTo("ok");
            assertThat(first(person)).isEmpty();
            Path ballast = folder.resolve("ballast");
            fill(ballast);
            HttpResponse<String> refused = null;
            for (int i = 0; i < 900 && refused == null; i++) {
                var answer = person.raw("POST", "/xiaozhi/agent", AGENT.formatted("n" + i));
                refused = answer.statusCode() == 200 ? null : answer;
            }
            assertThat(refused).isNotNull();
            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
            assertThat(refused.body()).contains("服务器的磁盘已满");
            assertThat(room(server, 503)).isEqualTo("full");
            assertThat(first(person)).isEqualTo("The disk of the data folder is full: 0 MB left");
            var disks = person.ok("GET", "/v1/system", "").path("disks");
            assertThat(disks.findValuesAsText("folder")).containsExactly("data", "firmware");
            assertThat(disks.findValuesAsText("room")).containsExactly("full", "full");
            assertThat(server.call("GET", "/health", new byte[0]).statusCode()).isEqualTo(200);
            // What is stored can still be read.
            assertThat(person.raw("GET", "/v1/devices", "").statusCode()).isEqualTo(200);
            Files.delete(ballast);
            var answer = person.raw("POST", "/xiaozhi/agent", AGENT.formatted("after"));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        }
    }

    @Test
    void aDiskThatIsNearlyFullIsShownToAdministratorsOnly() throws Exception {
        try (var server = TestServer.start(TestEngine.SQLITE, folder)) {
            var admin = Person.register(server, "admin");
            var user = Person.register(server, "user");
            long free = folder.toFile().getUsableSpace();
            Files.write(folder.resolve("ballast"), new byte[(int) (free - 3_000_000)]);
            assertThat(room(server, 200)).isEqualTo("low");
            assertThat(first(admin)).contains("nearly full");
            assertThat(first(user)).isEmpty();
        }
    }

    private static String room(TestServer server, int status) throws Exception {
        var health = server.call("GET", "/health/database", new byte[0]);
        assertThat(health.statusCode()).as(health.body()).isEqualTo(status);
        return Person.json(health).path("disk").asText();
    }

    // What is said about disks on the person's first page; empty for nothing.
    private static String first(Person person) {
        for (var item : person.ok("GET", "/v1/overview", "").path("attention")) {
            if (item.path("kind").asText().equals("disk-low")) {
                return item.at("/text/en").asText();
            }
        }
        return "";
    }

    private static void fill(Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            byte[] some = new byte[4096];
            for (int i = 0; i < 10_000; i++) {
                out.write(some);
            }
            throw new IllegalStateException("the disk is too large");
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
    }
}
