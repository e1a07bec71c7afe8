package io.slipway.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.Person;
import io.slipway.TestDevice;
import io.slipway.TestServer;
import io.slipway.Waits;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A program connects with the credentials from the console. */
@ParameterizedClass
@EnumSource(TestEngine.class)
class ProgramTest {

    @Parameter TestEngine engine;
    @TempDir Path folder;
    private TestServer server;
    private Person owner;

    @BeforeEach
    void start() {
        server = TestServer.start(engine, folder);
        owner = Person.register(server, "owner");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private JsonNode make(String more) {
        String body = "{\"agentId\":\"" + owner.agentId + "\",\"name\":\"手机\"" + more + "}";
        return owner.ok("POST", "/v1/programs", body);
    }

    private TestDevice dev(JsonNode made) {
        String mac = made.path("mac").asText();
        return new TestDevice(server, mac, made.path("clientId").asText(), "", "", "");
    }

    private int byLink(JsonNode made) {
        String link = made.path("link").asText();
        String base = server.base().replace("http", "ws");
        assertThat(link).startsWith(base + "/v1/ws/?");
        return SessionClient.refused(dev(made), link.substring(base.length()));
    }

    @Test
    void itTalksByHeadersByLinkAndByItsTokenAlone() {
        JsonNode made = make("");
        assertThat(made.path("url").asText())
                .isEqualTo(server.base().replace("http", "ws") + "/v1/ws/");
        TestDevice program = dev(made);
        try (SessionClient client = SessionClient.dial(program, made.path("token").asText())) {
            client.say(SessionClient.HELLO);
            client.next("hello");
            JsonNode listed = owner.ok("GET", "/v1/programs", "");
            assertThat(listed).hasSize(1);
            assertThat(listed.at("/0/alias").asText()).isEqualTo("手机");
            assertThat(listed.at("/0/online").asBoolean()).isTrue();
            assertThat(listed.toString()).doesNotContain(program.clientId());
        }
        assertThat(byLink(made)).isEqualTo(101);
        assertThat(
                        SessionClient.refused(
                                program,
                                "/v1/ws/",
                                "Device-Id",
                                program.mac(),
                                "Authorization",
                                "Bearer " + made.path("token").asText()))
                .isEqualTo(101);
        assertThat(owner.ok("GET", "/v1/audit", "").toString())
                .contains("program.create")
                .doesNotContain(program.clientId());
    }

    @Test
    void itIsNeverTooLongAway() {
        JsonNode made = make("");
        server.clock.advance(Duration.ofDays(100));
        try (SessionClient client = SessionClient.dial(dev(made), made.path("token").asText())) {
            client.say(SessionClient.HELLO);
            assertThat(client.next("hello").json().path("session_id").asText()).isNotEmpty();
            client.say("{\"type\":\"listen\",\"state\":\"detect\",\"text\":\"你好小智\"}");
            client.next("stt");
        }
    }

    @Test
    void aRenewedOneIsTheSameProgramWithAnotherKey() {
        JsonNode made = make("");
        String path = "/v1/programs/" + made.at("/program/deviceId").asText();
        JsonNode again = owner.ok("POST", path + "/renew", "");
        assertThat(again.at("/program/alias").asText()).isEqualTo("手机");
        assertThat(again.path("mac")).isEqualTo(made.path("mac"));
        assertThat(again.path("token")).isNotEqualTo(made.path("token"));
        assertThat(owner.ok("GET", "/v1/programs", "")).hasSize(1);
        try (SessionClient client = SessionClient.dial(dev(again), again.path("token").asText())) {
            client.say(SessionClient.HELLO);
            client.next("hello");
            client.say("{\"type\":\"listen\",\"state\":\"detect\",\"text\":\"你好小智\"}");
            client.next("stt");
        }
        try (SessionClient client = SessionClient.dial(dev(made), made.path("token").asText())) {
            client.say(SessionClient.HELLO);
            client.next("alert");
        }
        owner.ok("DELETE", path, "");
        assertThat(owner.ok("GET", "/v1/programs", "")).isEmpty();
        owner.fails(404, "DELETE", path, "");
        try (SessionClient client = SessionClient.dial(dev(again), again.path("token").asText())) {
            client.say(SessionClient.HELLO);
            client.next("alert");
        }
    }

    /** The session may belong to a stranger who found the token. */
    @ParameterizedTest
    @Waits
    @ValueSource(strings = {"DELETE", "renew", "unbind"})
    void aTalkingProgramIsCutOffWhenItsIdentityEnds(String end) {
        JsonNode made = make("");
        String id = made.at("/program/deviceId").asText();
        try (SessionClient client = SessionClient.dial(dev(made), made.path("token").asText())) {
            client.say(SessionClient.HELLO);
            client.next("hello");
            client.say("{\"type\":\"listen\",\"state\":\"detect\",\"text\":\"你好小智\"}");
            client.next("stt");
            switch (end) {
                case "DELETE" -> owner.ok("DELETE", "/v1/programs/" + id, "");
                case "renew" -> owner.ok("POST", "/v1/programs/" + id + "/renew", "");
                default -> owner.unbind(dev(made));
            }
            assertThat(client.next("alert").json().path("message").asText()).isNotBlank();
            client.say("{\"type\":\"listen\",\"state\":\"detect\",\"text\":\"还在吗\"}");
            assertThat(client.closeCode()).as(end).isEqualTo(1000);
            assertThat(client.leftovers().stream().map(SessionClient.Heard::type))
                    .as("no backend receives it any more")
                    .doesNotContain("stt");
        }
    }

    @Test
    void someSendTheirMacAsClientId() {
        JsonNode made = make(",\"macAsClientId\":true");
        assertThat(made.path("clientId")).isEqualTo(made.path("mac"));
        assertThat(made.at("/program/weakIdentity").asBoolean()).isTrue();
        assertThat(byLink(made)).isEqualTo(101);
        String path = "/v1/programs/" + made.at("/program/deviceId").asText();
        owner.fails(409, "POST", path + "/renew", "");
    }

    @Test
    void theyAreBoundedAndOnesOwn() {
        Person other = Person.register(server, "other");
        JsonNode made = make("");
        String path = "/v1/programs/" + made.at("/program/deviceId").asText();
        other.fails(404, "POST", path + "/renew", "");
        other.fails(404, "DELETE", path, "");
        String body = "{\"agentId\":\"" + owner.agentId + "\",\"name\":\"x\"}";
        other.fails(404, "POST", "/v1/programs", body);
        TestDevice device = TestDevice.of(server, 1);
        owner.bind(device.code());
        owner.fails(404, "DELETE", "/v1/programs/" + device.mac(), "");
        for (int i = 1; i < 100; i++) {
            make("");
        }
        owner.fails(409, "POST", "/v1/programs", body);
        assertThat(owner.ok("GET", "/v1/programs", "")).hasSize(100);
    }
}
