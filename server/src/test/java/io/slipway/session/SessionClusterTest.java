package io.slipway.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.Dev;
import io.slipway.Person;
import io.slipway.TestClock;
import io.slipway.TestServer;
import io.slipway.sql.Plane;
import io.slipway.sql.TestEngine;
import java.nio.file.Files;
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
    private Dev device;

    @BeforeEach
    void start() throws Exception {
        Map<String, String> settings =
                Map.of(
                        "database.url", TestEngine.POSTGRES.config(folder).url(),
                        "database.user", "postgres",
                        "database.password", "postgres",
                        "database.pool-size", "3");
        var clock = new TestClock();
        Path first = Files.createDirectories(folder.resolve("one"));
        Path second = Files.createDirectories(folder.resolve("two"));
        one = TestServer.start(first, clock, settings);
        Files.copy(first.resolve("secret.key"), second.resolve("secret.key"));
        two = TestServer.start(second, clock, settings);
        owner = Person.register(one, "owner");
        device = Dev.of(one, 1);
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
        try (Phone phone = Phone.call(device)) {
            phone.next("hello");
            phone.next("mcp");
            phone.next("mcp");
            Await.until(() -> there.ok("GET", "/v1/sessions", "").size() == 1);
            assertThat(there.device(device).path("online").asBoolean()).isTrue();
            var listed =
                    CompletableFuture.supplyAsync(
                            () -> there.ok("GET", "/v1/devices/" + device.mac() + "/tools", ""));
            JsonNode asked = phone.next("mcp").json().path("payload");
            phone.say(
                    "{\"type\":\"mcp\",\"payload\":{\"jsonrpc\":\"2.0\",\"id\":"
                            + asked.path("id").asLong()
                            + ",\"result\":{\"tools\":[{\"name\":\"self.reboot\",\"description\":\"\","
                            + "\"inputSchema\":{}}]}}}");
            assertThat(listed.get().at("/tools/0/name").asText()).isEqualTo("self.reboot");
            String id = there.ok("GET", "/v1/sessions", "").get(0).path("id").asText();
            there.ok("DELETE", "/v1/sessions/" + id, "");
            phone.next("alert");
            assertThat(phone.closeCode()).isEqualTo(1000);
        }
    }

    @Test
    void aNewerSocketAtAnotherNodeReplacesTheOlder() throws Exception {
        try (Phone first = Phone.call(device)) {
            first.next("hello");
            Await.until(() -> owner.ok("GET", "/v1/sessions", "").size() == 1);
            one.clock.advance(java.time.Duration.ofMillis(5));
            try (Phone second = Phone.call(device.at(two))) {
                second.next("hello");
                assertThat(first.closeCode()).isEqualTo(1000);
                assertThat(second.open()).isTrue();
                Await.until(() -> owner.ok("GET", "/v1/sessions", "").size() == 1);
            }
        }
    }

    @Test
    void anUnboundPairIsRefusedAtTheOtherNodeToo() throws Exception {
        String token = Phone.token(device);
        try (Phone phone = Phone.dial(device.at(two), token)) {
            phone.say(Phone.HELLO);
            phone.next("hello");
            assertThat(phone.next().type()).isEqualTo("mcp");
        }
        owner.unbind(device);
        try (Phone phone = Phone.dial(device.at(two), token)) {
            phone.say(Phone.HELLO);
            phone.next("alert");
        }
    }

    @Test
    void aProgramThatIsRevokedAtOneNodeIsCutOffAtTheOther() {
        JsonNode made = program();
        try (Phone phone = talking(made)) {
            String id = made.at("/program/deviceId").asText();
            owner.ok("DELETE", "/v1/programs/" + id, "");
            phone.next("alert");
            assertThat(phone.closeCode()).isEqualTo(1000);
        }
    }

    @Test
    void andAlsoByANodeThatWasNotTold() {
        JsonNode made = program();
        JsonNode other = program();
        try (Phone phone = talking(made);
                Phone stays = talking(other)) {
            var database = one.main.base().database();
            String id = made.at("/program/deviceId").asText();
            database.run(
                    Plane.CONSOLE,
                    tx -> tx.handle().execute("DELETE FROM device WHERE id = " + id));
            // Its connection for news breaks, and is made again.
            database.run(
                    Plane.CONSOLE,
                    tx ->
                            tx.handle()
                                    .execute(
                                            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                                                    + " WHERE pid <> pg_backend_pid()"
                                                    + " AND datname = current_database()"
                                                    + " AND application_name = 'slipway-bus'"));
            phone.next("alert");
            assertThat(phone.closeCode()).isEqualTo(1000);
            assertThat(stays.open()).isTrue();
        }
    }

    private JsonNode program() {
        String body = "{\"agentId\":\"" + owner.agentId + "\",\"name\":\"手机\"}";
        return owner.ok("POST", "/v1/programs", body);
    }

    /** At the second node. */
    private Phone talking(JsonNode made) {
        String mac = made.path("mac").asText();
        Dev program = new Dev(two, mac, made.path("clientId").asText(), "", "", "");
        Phone phone = Phone.dial(program, made.path("token").asText());
        phone.say(Phone.HELLO);
        phone.next("hello");
        return phone;
    }
}
