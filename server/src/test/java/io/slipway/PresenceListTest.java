package io.slipway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.cluster.Bus;
import io.slipway.cluster.Node;
import io.slipway.cluster.Presence;
import io.slipway.cluster.Presence.LiveSession;
import io.slipway.cluster.Presence.SessionDetails;
import io.slipway.sql.Database;
import io.slipway.sql.DatabaseConfig;
import io.slipway.sql.Plane;
import io.slipway.sql.TestEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The device list, while a device talks to another node. */
class PresenceListTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir Path folder;

    @Test
    void listsSayWhichDevicesAreOnline() throws Exception {
        DatabaseConfig config = TestEngine.POSTGRES.config(folder);
        Map<String, String> settings =
                Map.of(
                        "database.url", config.url(),
                        "database.user", config.user(),
                        "database.password", config.password(),
                        "database.pool-size", "3");
        Node node = Node.start(Files.createDirectories(folder.resolve("other")));
        try (TestServer server = TestServer.start(folder, new TestClock(), settings);
                Database database = Database.open(config);
                Bus bus = new Bus.Postgres(config);
                Presence other = new Presence.Postgres(database, bus, node, () -> 0)) {
            Person owner = Person.register(server, "owner");
            TestDevice talks = TestDevice.of(server, 1);
            TestDevice sleeps = TestDevice.of(server, 2);
            owner.bind(talks.code());
            owner.bind(sleeps.code());
            String list = "/xiaozhi/device/bind/" + owner.agentId;
            for (JsonNode view : owner.ok("GET", list, "")) {
                assertThat(view.path("online").isBoolean()).isTrue();
                assertThat(view.path("online").asBoolean()).isFalse();
                assertThat(view.path("session").isNull()).isTrue();
            }

            other.opened(live(owner, database, node.name()));
            eventually(() -> owner.device(talks).path("online").asBoolean());
            JsonNode session = owner.device(talks).path("session");
            assertThat(session.toString())
                    .isEqualTo(
                            "{\"id\":\"s1\",\"since\":\"2026-09-21T14:13:20Z\","
                                    + "\"address\":\"192.0.2.7\",\"version\":\"2.4.2\","
                                    + "\"backend\":\"echo\",\"agentId\":\""
                                    + owner.agentId
                                    + "\"}");
            for (String path :
                    new String[] {
                        "/v1/devices",
                        "/v1/devices?limit=1&cursor=" + cursor(owner),
                        "/v1/devices?q=d4",
                        list,
                        list + "?limit=10"
                    }) {
                JsonNode found = owner.ok("GET", path, "");
                assertThat(found).as(path).isNotEmpty();
                for (JsonNode view : found) {
                    boolean online = view.path("id").asText().equals(talks.mac());
                    assertThat(view.path("online").asBoolean()).as(path).isEqualTo(online);
                    assertThat(view.path("session").isObject()).as(path).isEqualTo(online);
                }
            }

            other.closed("s1");
            eventually(() -> !owner.device(talks).path("online").asBoolean());

            // What is unknown is not guessed, and the rest is still shown.
            database.run(Plane.CONSOLE, tx -> tx.handle().execute("DROP TABLE presence"));
            for (JsonNode view : owner.ok("GET", "/v1/devices", "")) {
                assertThat(view.path("online").isNull()).isTrue();
                assertThat(view.path("session").isNull()).isTrue();
                assertThat(view.path("board").asText()).isNotEmpty();
            }
        }
    }

    private static LiveSession live(Person owner, Database database, String node) {
        long device =
                database.read(
                        Plane.CONSOLE,
                        tx ->
                                tx.handle()
                                        .createQuery("SELECT min(id) FROM device")
                                        .mapTo(Long.class)
                                        .one());
        return new LiveSession(
                "s1",
                "pair",
                device,
                "account",
                node,
                1_790_000_000_000L,
                new SessionDetails(
                        owner.agentId, "d4:06:06:00:00:01", "192.0.2.7", "2.4.2", "echo"));
    }

    // Of the page that has the first device.
    private static String cursor(Person owner) {
        return Person.json(owner.raw("GET", "/v1/devices?limit=1", "")).path("nextCursor").asText();
    }

    private interface Condition {
        boolean holds();
    }

    // Bounded waiting for something that happens on another thread; not a measurement.
    private static void eventually(Condition condition) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
            Thread.sleep(20);
        }
    }
}
