package io.slipway.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.Person;
import io.slipway.TestDevice;
import io.slipway.TestServer;
import io.slipway.protocol.socket.Battery;
import io.slipway.sql.Plane;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a device is asked about its battery, and what is stored of the answer. */
class BatteryQuestionTest {

    private static final String WAKE =
            "{\"type\":\"listen\",\"state\":\"detect\",\"text\":\"你好小智\"}";
    private static final String TOOLS =
            "{\"tools\":[{\"name\":\"%s\",\"description\":\"\",\"inputSchema\":{}}]}";

    @TempDir Path folder;
    private TestServer server;
    private Person owner;

    @AfterEach
    void stop() {
        server.close();
    }

    private TestDevice device(String version, String... settings) {
        server = TestServer.start(TestEngine.SQLITE, folder, settings);
        owner = Person.register(server, "owner");
        TestDevice device = TestDevice.of(server, 1).withVersion(version);
        owner.bind(device.code());
        return device;
    }

    private static void reply(SessionClient client, long id, String result) {
        client.say(
                "{\"type\":\"mcp\",\"payload\":{\"jsonrpc\":\"2.0\",\"id\":"
                        + id
                        + ",\"result\":"
                        + result
                        + "}}");
    }

    /** Says hello, and lists a tool to the backend. */
    private static SessionClient lists(TestDevice device, String tool) {
        SessionClient client = SessionClient.call(device);
        client.next("hello");
        JsonNode asked = client.next("mcp").json();
        while (!asked.at("/payload/method").asText().equals("tools/list")) {
            asked = client.next("mcp").json();
        }
        reply(client, asked.at("/payload/id").asLong(), TOOLS.formatted(tool));
        return client;
    }

    /**
     * All MCP requests before the answer to the wake word, which comes after everything earlier.
     */
    private static List<JsonNode> asked(SessionClient client) {
        client.say(WAKE);
        var asked = new ArrayList<JsonNode>();
        SessionClient.Heard heard = client.next();
        while (!heard.type().equals("stt")) {
            if (heard.type().equals("mcp")) {
                asked.add(heard.json().path("payload"));
            }
            heard = client.next();
        }
        return asked;
    }

    private List<Long> kept() {
        server.main.housekeep();
        return server.main
                .base()
                .database()
                .read(
                        Plane.CONSOLE,
                        tx ->
                                tx.handle()
                                        .createQuery("SELECT battery_at FROM device_seen")
                                        .mapTo(Long.class)
                                        .list());
    }

    @Test
    void itIsAskedOnceWithAnIdOfOurs() throws Exception {
        try (SessionClient client = lists(device("2.0.0"), Battery.TOOL)) {
            List<JsonNode> asked = asked(client);
            assertThat(asked).hasSize(1);
            JsonNode call = asked.getFirst();
            assertThat(call.path("method").asText()).isEqualTo("tools/call");
            assertThat(call.at("/params/name").asText()).isEqualTo(Battery.TOOL);
            assertThat(call.at("/params/arguments").isObject()).isTrue();
            assertThat(call.path("id").asLong()).isBetween(1L << 30, (1L << 31) - 1);
            // The list again: a backend may request it as often as it likes.
            reply(client, 2, TOOLS.formatted(Battery.TOOL));
            assertThat(asked(client)).isEmpty();
            String status = "{\\\"battery\\\":{\\\"level\\\":12,\\\"charging\\\":false}}";
            String text = "{\"content\":[{\"type\":\"text\",\"text\":\"" + status + "\"}]}";
            reply(client, call.path("id").asLong(), text);
            Await.until(() -> kept().equals(List.of(server.clock.millis())));
        }
    }

    @ParameterizedTest
    @CsvSource({
        // Firmware that a tool call may restart.
        "1.9.4, self.get_device_status",
        "1.7.7, self.get_device_status",
        // Unknown.
        "dev, self.get_device_status",
        "2.4.2, self.audio_speaker.set_volume",
        "2.4.2, self.get_device_status_of_another"
    })
    void whoIsNotAsked(String version, String tool) {
        try (SessionClient client = lists(device(version), tool)) {
            assertThat(asked(client)).isEmpty();
        }
    }

    @Test
    void nobodyIsAskedWhereNoUpdateWaitsForIt() {
        try (SessionClient client =
                lists(device("2.4.2", "rollout.min-battery", "0"), Battery.TOOL)) {
            assertThat(asked(client)).isEmpty();
        }
    }

    /** No other answer, or none, is stored or ends the conversation. */
    @Test
    void nonsenseIsNoAnswer() {
        try (SessionClient client = lists(device("2.4.2"), Battery.TOOL)) {
            long id = asked(client).getFirst().path("id").asLong();
            reply(
                    client,
                    id,
                    "{\"content\":[{\"type\":\"text\",\"text\":\"{\\\"battery\\\":7}\"}]}");
            reply(client, id + 1, "{\"content\":[]}");
            assertThat(asked(client)).isEmpty();
            assertThat(kept()).containsExactly(0L);
        }
    }
}
