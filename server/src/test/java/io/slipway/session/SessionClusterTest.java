package io.slipway.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.Person;
import io.slipway.TestClock;
import io.slipway.TestDevice;
import io.slipway.TestServer;
import io.slipway.sql.Plane;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions at one node, people at another. */
class SessionClusterTest {

    @TempDir private Path folder;
    private TestServer one;
    private TestServer two;
    private Person owner;
    private TestDevice device;

    @BeforeEach
    void start() {
        Map<String, String> settings = TestServer.shared(TestEngine.POSTGRES.config(folder).url());
        var clock = new TestClock();
        one = TestServer.start(folder.resolve("one"), clock, settings);
        two = TestServer.start(folder.resolve("two"), clock, settings);
        owner = Person.register(one, "owner");
        device = TestDevice.of(one, 1);
        owner.bind(device.code());
    }

    @AfterEach
    void stop() {
        two.close();
        one.close();
    }

    @Test
    void aSessionAtOneNodeIsSeenListedAskedAndEndedAtTheOther() throws Exception {
        Person there = owner.at(two);
        try (SessionClient client = SessionClient.call(device)) {
            client.next("hello");
            client.next("mcp");
            client.next("mcp");
            Await.until(() -> there.ok("GET", "/v1/sessions", "").size() == 1);
            assertThat(there.device(device).path("online").asBoolean()).isTrue();
            var listed =
                    CompletableFuture.supplyAsync(
                            () -> there.ok("GET", "/v1/devices/" + device.mac() + "/tools", ""));
            JsonNode asked = client.next("mcp").json().path("payload");
            client.say(
                    "{\"type\":\"mcp\",\"payload\":{\"jsonrpc\":\"2.0\",\"id\":"
                            + asked.path("id").asLong()
                            + ",\"result\":{\"tools\":[{\"name\":\"self.reboot\",\"description\":\"\","
                            + "\"inputSchema\":{}}]}}}");
            assertThat(listed.get().at("/tools/0/name").asText()).isEqualTo("self.reboot");
            String id = there.ok("GET", "/v1/sessions", "").get(0).path("id").asText();
            there.ok("DELETE", "/v1/sessions/" + id, "");
            client.next("alert");
            assertThat(client.closeCode()).isEqualTo(1000);
        }
    }

    @Test
    void aNewerSocketAtAnotherNodeReplacesTheOlder() throws Exception {
        try (SessionClient first = SessionClient.call(device)) {
            first.next("hello");
            Await.until(() -> owner.ok("GET", "/v1/sessions", "").size() == 1);
            one.clock.advance(java.time.Duration.ofMillis(5));
            try (SessionClient second = SessionClient.call(device.at(two))) {
                second.next("hello");
                assertThat(first.closeCode()).isEqualTo(1000);
                assertThat(second.open()).isTrue();
                Await.until(() -> owner.ok("GET", "/v1/sessions", "").size() == 1);
            }
        }
    }

    @Test
    void anUnboundPairIsRefusedAtTheOtherNodeToo() throws Exception {
        String token = SessionClient.token(device);
        try (SessionClient client = SessionClient.dial(device.at(two), token)) {
            client.say(SessionClient.HELLO);
            client.next("hello");
            assertThat(client.next().type()).isEqualTo("mcp");
        }
        owner.unbind(device);
        try (SessionClient client = SessionClient.dial(device.at(two), token)) {
            client.say(SessionClient.HELLO);
            client.next("alert");
        }
    }

    @Test
    void aProgramThatIsRevokedAtOneNodeIsCutOffAtTheOther() {
        JsonNode made = program();
        try (SessionClient client = talking(made)) {
            String id = made.at("/program/deviceId").asText();
            owner.ok("DELETE", "/v1/programs/" + id, "");
            client.next("alert");
            assertThat(client.closeCode()).isEqualTo(1000);
        }
    }

    @Test
    void andAlsoByANodeThatWasNotNotified() {
        JsonNode made = program();
        JsonNode other = program();
        try (SessionClient client = talking(made);
                SessionClient stays = talking(other)) {
            var database = one.main.base().database();
            String id = made.at("/program/deviceId").asText();
            database.run(
                    Plane.CONSOLE,
                    tx -> tx.handle().execute("DELETE FROM device WHERE id = " + id));
            // Its listening connection breaks, and is reopened.
            database.run(
                    Plane.CONSOLE,
                    tx ->
                            tx.handle()
                                    .execute(
                                            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                                                    + " WHERE pid <> pg_backend_pid()"
                                                    + " AND datname = current_database()"
                                                    + " AND application_name = 'slipway-bus'"));
            client.next("alert");
            assertThat(client.closeCode()).isEqualTo(1000);
            assertThat(stays.open()).isTrue();
        }
    }

    private JsonNode program() {
        String body = "{\"agentId\":\"" + owner.agentId + "\",\"name\":\"手机\"}";
        return owner.ok("POST", "/v1/programs", body);
    }

    /** At the second node. */
    private SessionClient talking(JsonNode made) {
        String mac = made.path("mac").asText();
        TestDevice program = new TestDevice(two, mac, made.path("clientId").asText(), "", "", "");
        SessionClient client = SessionClient.dial(program, made.path("token").asText());
        client.say(SessionClient.HELLO);
        client.next("hello");
        return client;
    }
}
