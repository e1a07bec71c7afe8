package io.slipway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings that change while the server runs, and those that wait for its next start. */
class LiveSettingsTest {

    private static final String AGENT = "{\"agentName\":\"%s\",\"assistantName\":\"b\"}";
    private static final String BACKEND =
            "{\"agentName\":\"r\",\"assistantName\":\"b\",\"backend\":{\"type\":\"relay\",\"url\":\"ws://10.0.0.1/\"}}";

    @TempDir Path folder;
    private final Map<String, String> settings = new HashMap<>();
    private TestServer server;
    private Person admin;

    @BeforeEach
    void start() {
        settings.put("agent.most-per-account", "2");
        server = TestServer.start(folder, new TestClock(), settings);
        admin = Person.register(server, "admin");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private JsonNode readAgain() {
        return admin.ok("POST", "/v1/system/settings", "");
    }

    private JsonNode system() {
        return admin.ok("GET", "/v1/system", "");
    }

    private static List<String> texts(JsonNode array) {
        var texts = new ArrayList<String>();
        array.forEach(each -> texts.add(each.asText()));
        return texts;
    }

    @Test
    void whatCanChangeChangesAndTheRestWaits() {
        Person other = Person.register(server, "other");
        other.ok("POST", "/xiaozhi/agent", AGENT.formatted("one"));
        other.fails(409, "POST", "/xiaozhi/agent", AGENT.formatted("two"));

        settings.put("agent.most-per-account", "3");
        settings.put("http.idle-timeout", "70 s");
        JsonNode reading = readAgain();
        assertThat(texts(reading.path("applied"))).containsExactly("agent.most-per-account");
        assertThat(texts(reading.path("waiting"))).containsExactly("http.idle-timeout");
        other.ok("POST", "/xiaozhi/agent", AGENT.formatted("two"));
        assertThat(texts(system().at("/settingsState/waiting")))
                .containsExactly("http.idle-timeout");

        // Back to what it was: nothing waits any more, and what has no value has its default.
        settings.clear();
        reading = readAgain();
        assertThat(texts(reading.path("applied"))).containsExactly("agent.most-per-account");
        assertThat(texts(reading.path("waiting"))).isEmpty();
        assertThat(system().at("/settingsState/waiting")).isEmpty();
        JsonNode entry = admin.ok("GET", "/v1/audit?action=settings.read", "");
        assertThat(entry.toString()).contains("agent.most-per-account");
    }

    @Test
    void registrationClosesAndMacsAreForAll() {
        assertThat(admin.ok("GET", "/v1/console/start", "").at("/registration").asText())
                .isEqualTo("open");
        settings.put("account.registration", "closed");
        settings.put("account.captcha", "on");
        assertThat(texts(readAgain().path("applied")))
                .containsExactly("account.registration", "account.captcha", "preregister.mac");
        JsonNode start = admin.ok("GET", "/v1/console/start", "");
        assertThat(start.path("registration").asText()).isEqualTo("closed");
        assertThat(start.path("captcha").asBoolean()).isTrue();
        JsonNode shown = system().path("settings");
        assertThat(shown.path("account.registration").asText()).isEqualTo("closed");
        // Its default depends on the registration.
        assertThat(shown.path("preregister.mac").asText()).isEqualTo("all");
    }

    @Test
    void devicesAreGivenTheNewAddressAndNotAPreparedReply() {
        TestDevice device = TestDevice.of(server, 1);
        admin.bind(device.code());
        // Twice: the second reply is a prepared one.
        device.checkIn();
        assertThat(device.checkIn().at("/websocket/url").asText()).endsWith("/v1/ws/");
        settings.put("websocket.url", "wss://voice.example.com/ws/");
        readAgain();
        assertThat(device.checkIn().at("/websocket/url").asText())
                .isEqualTo("wss://voice.example.com/ws/");
        settings.put("transport", "mqtt");
        settings.put("mqtt.endpoint", "mqtt.example.com");
        settings.put("mqtt.signature-key", "a key");
        readAgain();
        JsonNode mqtt = device.checkIn().path("mqtt");
        assertThat(mqtt.path("endpoint").asText()).isEqualTo("mqtt.example.com");
        settings.put("mqtt.signature-key", "another key");
        readAgain();
        assertThat(device.checkIn().at("/mqtt/password").asText())
                .isNotEmpty()
                .isNotEqualTo(mqtt.path("password").asText());
    }

    @Test
    void privateBackendsAreAllowedAndRefusedAgain() {
        admin.fails(400, "POST", "/xiaozhi/agent", BACKEND);
        settings.put("session.private-backends", "on");
        readAgain();
        admin.ok("POST", "/xiaozhi/agent", BACKEND);
        settings.put("session.private-backends", "off");
        readAgain();
        admin.fails(400, "POST", "/xiaozhi/agent", BACKEND.replace("\"r\"", "\"s\""));
    }

    @Test
    void whatCanChangeIsShownWithItsValueAndWithoutSecrets() {
        settings.put("transport", "mqtt");
        settings.put("mqtt.endpoint", "mqtt.example.com");
        settings.put("mqtt.signature-key", "a secret that nobody sees");
        settings.put("rollout.max-in-flight", "17");
        readAgain();
        JsonNode system = system();
        assertThat(system.at("/settings/rollout.max-in-flight").asText()).isEqualTo("17");
        assertThat(texts(system.at("/settingsState/changeable")))
                .contains("rollout.max-in-flight", "shutdown.grace", "mqtt.signature-key")
                .doesNotContain("http.port");
        assertThat(system.toString()).doesNotContain("a secret that nobody sees");
        settings.put("database.url", "postgres://slipway:s3cret@db/x");
        assertThat(admin.fails(409, "POST", "/v1/system/settings", "").toString())
                .contains("database.url")
                .doesNotContain("s3cret");
    }

    @Test
    void anInvalidFileChangesNothing() {
        settings.put("agent.most-per-account", "3");
        settings.put("transport", "mqtt");
        JsonNode refused = admin.fails(409, "POST", "/v1/system/settings", "");
        assertThat(refused.toString()).contains("mqtt.endpoint").contains("mqtt.signature-key");
        assertThat(texts(system().at("/settingsState/waiting"))).isEmpty();
        Person other = Person.register(server, "other");
        other.ok("POST", "/xiaozhi/agent", AGENT.formatted("one"));
        other.fails(409, "POST", "/xiaozhi/agent", AGENT.formatted("two"));
    }

    @Test
    void onlyAdministrators() {
        Person other = Person.register(server, "other");
        HttpResponse<String> refused = other.raw("POST", "/v1/system/settings", "");
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(Person.json(refused).path("code").asInt()).isEqualTo(403);
    }
}
