package io.slipway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.protocol.firmware.Chip;
import io.slipway.rollout.Shop;
import io.slipway.session.SessionClient;
import io.slipway.simulator.update.FirmwareFile;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What happens to an account's data when an administrator deletes it (decisions D1). */
@ParameterizedClass
@EnumSource(TestEngine.class)
class DeletedAccountTest {

    @Parameter TestEngine engine;
    @TempDir Path folder;
    private TestServer server;
    private Person admin;
    private Person maker;
    private Person other;

    @BeforeEach
    void start() {
        server =
                TestServer.start(
                        engine, folder, "preregister.mac", "all", "webhooks.private", "on");
        admin = Person.register(server, "admin");
        maker = Person.register(server, "maker");
        other = Person.register(server, "other");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void itIsShownBeforeAndDoneAfter() {
        var shop = new Shop(server, maker);
        TestDevice first = TestDevice.of(server, 1);
        TestDevice second = TestDevice.of(server, 2);
        TestDevice twin = first.withClientId("7b94d69a-9808-4c59-9c9b-00000000beef");
        maker.bind(first.code());
        maker.bind(second.code());
        other.bind(twin.code());
        String announce =
                "{\"agent_id\":\""
                        + maker.agentId
                        + "\",\"mac_addresses\":[\"d4:06:06:00:00:09\"]}";
        maker.raw("POST", "/xiaozhi/device/preregister", announce);
        String build = shop.build(FirmwareFile.of(Chip.ESP32S3, "2.5.0"));
        String rollout = shop.start(Shop.plan(build, ""));
        String key = maker.ok("POST", "/v1/api-keys", "{\"name\":\"k\"}").path("key").asText();
        maker.ok("POST", "/v1/webhooks", "{\"url\":\"https://203.0.113.9/hook\"}");
        String id = maker.ok("GET", "/xiaozhi/user/info", "").path("id").asText();

        JsonNode holds = admin.ok("GET", "/v1/users/" + id + "/holdings", "");
        assertThat(holds.path("devices").asInt()).isEqualTo(2);
        assertThat(holds.path("agents").asInt()).isEqualTo(1);
        assertThat(holds.path("rollouts").asInt()).isEqualTo(1);
        assertThat(holds.path("webhooks").asInt()).isEqualTo(1);
        other.fails(403, "GET", "/v1/users/" + id + "/holdings", "");
        other.fails(403, "DELETE", "/v1/users/" + id, "");

        admin.ok("DELETE", "/v1/users/" + id, "");
        maker.fails(401, "GET", "/v1/devices", "");
        var byKey =
                server.call("GET", "/v1/devices", new byte[0], "Authorization", "Bearer " + key);
        assertThat(byKey.statusCode()).isEqualTo(401);
        // Its devices show a code, and belong to the person who enters it.
        assertThat(second.bound()).isFalse();
        other.bind(second.code());
        assertThat(first.bound()).isFalse();
        assertThat(twin.bound()).as("another account's device with the same MAC").isTrue();
        assertThat(new TestDevice(server, "d4:06:06:00:00:09", "", "2.4.2", "", "").bound())
                .as("its announcements are gone")
                .isFalse();
        // Its rollouts can be read by administrators, and its builds are theirs.
        JsonNode shown = admin.ok("GET", "/v1/rollouts/" + rollout, "");
        assertThat(shown.path("status").asText()).isEqualTo("CANCELLED");
        assertThat(admin.ok("GET", "/v1/builds/" + build, "").path("id").asText()).isEqualTo(build);
        assertThat(admin.ok("GET", "/v1/audit?limit=100&action=user.delete", "")).hasSize(1);
        // The name is free again, and a new account with it inherits nothing.
        Person again = Person.register(server, "maker");
        assertThat(again.ok("GET", "/v1/devices", "")).isEmpty();
        assertThat(again.ok("GET", "/v1/builds", "")).isEmpty();
    }

    @Test
    void aConversationGoesOnAndTheNextOneGetsANotice() {
        TestDevice device = TestDevice.of(server, 1);
        maker.bind(device.code());
        try (SessionClient client = SessionClient.call(device)) {
            client.next("hello");
            String id = maker.ok("GET", "/xiaozhi/user/info", "").path("id").asText();
            admin.ok("DELETE", "/v1/users/" + id, "");
        }
        try (SessionClient client = SessionClient.call(device)) {
            client.next("hello");
            assertThat(client.untilStop().toString()).isNotEmpty();
        }
        assertThat(device.bound()).isFalse();
    }

    @Test
    void nobodyDeletesHimselfOrTheLastAdministrator() {
        String own = admin.ok("GET", "/xiaozhi/user/info", "").path("id").asText();
        admin.fails(409, "DELETE", "/v1/users/" + own, "");
        String id = other.ok("GET", "/xiaozhi/user/info", "").path("id").asText();
        admin.ok("PUT", "/v1/users/" + id, "{\"admin\":true}");
        other.ok("DELETE", "/v1/users/" + own, "");
        admin.fails(401, "GET", "/v1/devices", "");
        // The first account, too; administrators' changes are still serialized.
        other.ok("PUT", "/v1/users/" + id, "{\"trusted\":true}");
        assertThat(other.ok("GET", "/v1/users", "").toString()).doesNotContain("\"admin\",");
        maker.fails(403, "DELETE", "/v1/users/" + id, "");
    }
}
