package io.slipway.refused;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.Person;
import io.slipway.TestDevice;
import io.slipway.TestServer;
import io.slipway.session.SessionClient;
import io.slipway.sql.TestEngine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Why a call was refused, and who sees it. */
class RefusedCallsTest {

    private static final String HOME = "192.0.2.7";
    private static final String ELSEWHERE = "198.51.100.9";
    private static final String OTHER = "7b94d69a-9808-4c59-9c9b-00000000beef";

    @TempDir Path folder;
    private TestServer server;
    private Person admin;
    private Person owner;
    private Person stranger;
    private TestDevice device;

    @BeforeEach
    void start() {
        server = TestServer.start(TestEngine.SQLITE, folder, "http.trusted-proxies", "127.0.0.1");
        admin = Person.register(server, "admin");
        owner = Person.register(server, "owner");
        stranger = Person.register(server, "stranger");
        device = TestDevice.of(server, 1);
        owner.bind(device.code());
        checkIn(HOME, device.mac(), device.mac(), device.clientId());
        server.main.housekeep();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private int checkIn(String from, String deviceId, String inBody, String clientId) {
        String body =
                "{\"mac_address\":\"%s\",\"application\":{\"version\":\"2.4.2\"},\"board\":{\"type\":\"x\"}}"
                        .formatted(inBody);
        return server.call(
                        "POST",
                        "/v1/ota/",
                        body.getBytes(StandardCharsets.UTF_8),
                        "X-Forwarded-For",
                        from,
                        "Device-Id",
                        deviceId,
                        "Client-Id",
                        clientId)
                .statusCode();
    }

    private int knock(String from, String mac, String clientId, String token) {
        var headers = new ArrayList<>(List.of("X-Forwarded-For", from, "Device-Id", mac));
        if (clientId != null) {
            headers.addAll(List.of("Client-Id", clientId));
        }
        if (token != null) {
            headers.addAll(List.of("Authorization", "Bearer " + token));
        }
        return SessionClient.refused(device, "/v1/ws/", headers.toArray(new String[0]));
    }

    private JsonNode shown() {
        return owner.ok("GET", "/v1/devices/" + device.mac() + "/refused-calls", "");
    }

    private List<String> reasons() {
        var reasons = new ArrayList<String>();
        shown().forEach(call -> reasons.add(call.path("reason").asText()));
        return reasons;
    }

    @Test
    void everyReasonIsReported() {
        String token = SessionClient.token(device);
        assertThat(knock(HOME, device.mac(), device.clientId(), "test-token")).isEqualTo(401);
        assertThat(knock(HOME, device.mac(), OTHER, token)).isEqualTo(401);
        assertThat(knock(HOME, "d4:06:06:00:00:99", device.clientId(), token)).isEqualTo(401);
        assertThat(knock(HOME, device.mac(), device.clientId(), null)).isEqualTo(401);
        assertThat(checkIn(HOME, device.mac(), "d4:06:06:00:00:99", device.clientId()))
                .isEqualTo(400);
        assertThat(checkIn(HOME, "x", "x", device.clientId())).isEqualTo(400);
        assertThat(checkIn(HOME, "ff:ff:ff:ff:ff:ff", "ff:ff:ff:ff:ff:ff", "")).isEqualTo(400);
        assertThat(reasons())
                .containsExactly(
                        "no-identity",
                        "no-mac",
                        "other-mac",
                        "no-token",
                        "others-token",
                        "other-client-id",
                        "foreign-token");
        shown().forEach(call -> {
            assertThat(call.path("text").asText()).isNotBlank();
            assertThat(call.toString()).doesNotContain(token, device.clientId(), OTHER);
        });
        assertThat(shown().at("/6/own").asBoolean()).isTrue();
        assertThat(shown().at("/5/own").asBoolean()).as("its token").isTrue();
        assertThat(shown().at("/4/macTail").asText()).isEqualTo("0099");
        assertThat(shown().at("/4/sameMac").asBoolean()).isFalse();
    }

    @Test
    void aNewClientIdAtEveryCheckIsReported() {
        for (int i = 0; i < 4; i++) {
            String made = "7b94d69a-9808-4c59-9c9b-00000000aaa" + i;
            assertThat(checkIn(HOME, device.mac(), device.mac(), made)).isEqualTo(200);
            assertThat(checkIn(HOME, device.mac(), device.mac(), made)).isEqualTo(200);
        }
        assertThat(reasons()).containsExactly("new-client-id", "new-client-id");
    }

    @Test
    void anOwnerSeesWhatIsHisAndAdministratorsSeeAll() {
        knock(ELSEWHERE, device.mac(), OTHER, "test-token");
        assertThat(shown()).as("only the public MAC matches, from another address").isEmpty();
        knock(ELSEWHERE, device.mac(), device.clientId(), "test-token");
        assertThat(shown()).hasSize(1);
        knock(HOME, device.mac(), OTHER, "test-token");
        assertThat(shown()).hasSize(2);
        stranger.fails(404, "GET", "/v1/devices/" + device.mac() + "/refused-calls", "");
        owner.fails(403, "GET", "/v1/admin/refused-calls", "");
        // 25 hours are longer than a login lasts.
        server.clock.advance(Duration.ofHours(25));
        owner = owner.again("owner");
        assertThat(shown()).as("the device called from there a day ago").hasSize(1);
        JsonNode all = admin.again("admin").ok("GET", "/v1/admin/refused-calls", "");
        assertThat(all).hasSize(2);
        assertThat(all.at("/0/address").asText()).isEqualTo(HOME);
        assertThat(all.at("/1/count").asInt()).isEqualTo(2);
        assertThat(all.at("/1/calls/0/mac").asText()).isEqualTo(device.mac());
    }

    @Test
    void whereManyCallOnlyItsOwnMacIsShown() {
        for (int i = 0; i < 6; i++) {
            knock(HOME, "d4:06:06:00:01:0" + i, OTHER, "test-token");
        }
        assertThat(shown()).isEmpty();
        knock(HOME, device.mac(), OTHER, "test-token");
        assertThat(shown()).hasSize(1);
    }

    @Test
    void itIsBoundedAndWritesNothing() {
        server.stopHousekeeping();
        long before = server.statements();
        for (int i = 0; i < 30; i++) {
            assertThat(checkIn(HOME, "x", "x", OTHER)).isEqualTo(400);
        }
        assertThat(server.statements()).isEqualTo(before);
        assertThat(shown()).hasSize(20);
        JsonNode all = admin.ok("GET", "/v1/admin/refused-calls?limit=1", "");
        assertThat(all.at("/0/count").asInt()).isEqualTo(30);
        assertThat(all.at("/0/calls")).hasSize(20);
    }
}
