package io.slipway.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.Person;
import io.slipway.TestDevice;
import io.slipway.TestServer;
import io.slipway.Waits;
import io.slipway.sql.TestEngine;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may talk, and the notices for those who may not. */
class AdmissionTest {

    @TempDir private Path folder;
    private TestServer server;
    private Person owner;

    @BeforeEach
    void start() {
        server = TestServer.start(TestEngine.SQLITE, folder);
        owner = Person.register(server, "owner");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private TestDevice bound(int index) {
        TestDevice device = TestDevice.of(server, index);
        owner.bind(device.code());
        return device;
    }

    @Test
    void aBoundDeviceIsGreeted() {
        TestDevice device = bound(1);
        try (SessionClient client = SessionClient.call(device)) {
            var hello = client.next().json();
            assertThat(hello.path("type").asText()).isEqualTo("hello");
            assertThat(hello.path("transport").asText()).isEqualTo("websocket");
            assertThat(hello.path("session_id").asText()).isNotEmpty();
            assertThat(hello.at("/audio_params/frame_duration").asInt()).isEqualTo(60);
        }
    }

    @Test
    void bothPathsBothSlashesAndTheQueryDo() {
        TestDevice device = bound(2);
        String token = SessionClient.token(device);
        for (String path : List.of("/v1/ws", "/v1/ws/", "/xiaozhi/v1", "/xiaozhi/v1/")) {
            assertThat(
                            SessionClient.refused(
                                    device,
                                    path,
                                    "Authorization",
                                    "Bearer " + token,
                                    "Device-Id",
                                    device.mac().toUpperCase(java.util.Locale.ROOT),
                                    "Client-Id",
                                    device.clientId()))
                    .isEqualTo(101);
            String query =
                    "?authorization="
                            + URLEncoder.encode("Bearer " + token, StandardCharsets.UTF_8)
                            + "&device-id="
                            + URLEncoder.encode(device.mac(), StandardCharsets.UTF_8)
                            + "&Client-Id="
                            + device.clientId();
            assertThat(SessionClient.refused(device, path + query)).isEqualTo(101);
        }
    }

    @Test
    void aTokenThatIsNotThisDevicesIsRefusedAtTheDoor() {
        TestDevice device = bound(3);
        TestDevice other = bound(4);
        String token = SessionClient.token(device);
        String bearer = "Bearer " + token;
        assertThat(SessionClient.refused(device, "/v1/ws/")).isEqualTo(401);
        assertThat(
                        SessionClient.refused(
                                device,
                                "/v1/ws/",
                                "Device-Id",
                                device.mac(),
                                "Client-Id",
                                device.clientId()))
                .isEqualTo(401);
        assertThat(
                        SessionClient.refused(
                                device,
                                "/v1/ws/",
                                "Authorization",
                                "Bearer made.up",
                                "Device-Id",
                                device.mac()))
                .isEqualTo(401);
        assertThat(
                        SessionClient.refused(
                                other,
                                "/v1/ws/",
                                "Authorization",
                                bearer,
                                "Device-Id",
                                other.mac(),
                                "Client-Id",
                                other.clientId()))
                .isEqualTo(401);
        assertThat(
                        SessionClient.refused(
                                device,
                                "/v1/ws/",
                                "Authorization",
                                bearer,
                                "Device-Id",
                                device.mac(),
                                "Client-Id",
                                other.clientId()))
                .isEqualTo(401);
        var plain = server.call("GET", "/v1/ws/", new byte[0]);
        assertThat(plain.statusCode()).isEqualTo(400);
        assertThat(plain.body()).hasSizeLessThan(500);
    }

    @Test
    @Waits
    void anUnboundDeviceGetsItsCodeAndIsRestarted() {
        TestDevice device = TestDevice.of(server, 5);
        String code = device.code();
        try (SessionClient client = SessionClient.call(device)) {
            assertThat(client.next().type()).isEqualTo("hello");
            var alert = client.next().json();
            assertThat(alert.path("type").asText()).isEqualTo("alert");
            assertThat(alert.path("message").asText()).contains(code);
            assertThat(alert.path("status").asText()).isNotBlank();
            assertThat(alert.path("emotion").asText()).isNotBlank();
            var spoken = client.untilStop();
            assertThat(spoken.getFirst().json().path("state").asText()).isEqualTo("start");
            assertThat(spoken.get(1).json().path("text").asText()).contains(code);
            assertThat(spoken.stream().filter(h -> h.type().equals("audio")).count())
                    .isGreaterThan(40);
            var reboot = client.next().json();
            assertThat(reboot.path("type").asText()).isEqualTo("system");
            assertThat(reboot.path("command").asText()).isEqualTo("reboot");
            assertThat(client.closeCode()).isEqualTo(1000);
        }
        assertThat(device.code()).isEqualTo(code);
    }

    @Test
    @Waits
    void unbindingDoesNotCutTheCallButTheNextOneIsRefused() {
        TestDevice device = bound(6);
        String token = SessionClient.token(device);
        try (SessionClient client = SessionClient.call(device)) {
            client.next("hello");
            owner.unbind(device);
            client.say("{\"type\":\"listen\",\"state\":\"detect\",\"text\":\"你好小智\"}");
            assertThat(client.next("stt").json().path("text").asText()).isEqualTo("你好小智");
        }
        try (SessionClient client = SessionClient.dial(device, token)) {
            client.say(SessionClient.HELLO);
            client.next("hello");
            assertThat(client.next("alert").json().path("message").asText())
                    .contains(device.code());
            client.next("system");
        }
    }

    @Test
    @Waits
    void aDeviceWithoutAgentGetsANoticeAndIsNotRestarted() {
        TestDevice device = bound(7);
        String token = SessionClient.token(device);
        owner.ok("DELETE", "/xiaozhi/agent/" + owner.agentId, "");
        try (SessionClient client = SessionClient.dial(device, token)) {
            client.say(SessionClient.HELLO);
            client.next("hello");
            assertThat(client.next("alert").json().path("message").asText()).contains("智能体");
            client.untilStop();
            assertThat(client.closeCode()).isEqualTo(1000);
            assertThat(client.open()).isFalse();
        }
    }

    @Test
    void aDeviceOfADisabledAccountGetsANoticeAndIsNotRestarted() {
        Person other = Person.register(server, "other");
        TestDevice device = TestDevice.of(server, 9);
        other.bind(device.code());
        String token = SessionClient.token(device);
        String users = owner.ok("GET", "/v1/users", "").toString();
        String id = users.replaceAll(".*\"id\":\"([^\"]+)\"[^}]*\"other\".*", "$1");
        owner.ok("PUT", "/v1/users/" + id, "{\"disabled\":true}");
        try (SessionClient client = SessionClient.dial(device, token)) {
            client.say(SessionClient.HELLO);
            assertThat(client.next("alert").json().path("status").asText()).isEqualTo("账号已停用");
            client.say("{\"type\":\"abort\"}");
            client.untilStop();
            assertThat(client.closeCode()).isEqualTo(1000);
            assertThat(client.leftovers()).isEmpty();
        }
    }

    @Test
    void aTokenOfARevokedKeyAsksForARestartAndAFreshOneDoes() {
        TestDevice device = bound(10);
        String token = SessionClient.token(device);
        owner.ok("POST", "/v1/session-keys", "");
        try (SessionClient client = SessionClient.dial(device, token)) {
            client.say(SessionClient.HELLO);
            client.next("hello");
            assertThat(client.next().type()).as("a retired key still verifies").isEqualTo("mcp");
        }
        owner.ok("DELETE", "/v1/session-keys/" + token.substring(0, token.indexOf('.')), "");
        try (SessionClient client = SessionClient.dial(device, token)) {
            client.say(SessionClient.HELLO);
            client.next("alert");
            client.say("{\"type\":\"abort\"}");
            client.untilStop();
            assertThat(client.next().json().path("command").asText()).isEqualTo("reboot");
        }
        try (SessionClient client = SessionClient.call(device)) {
            client.next("hello");
            assertThat(client.next().type()).isEqualTo("mcp");
        }
    }

    @Test
    void theSettingSwitchesRestartsOffAndOldFirmwareIsNotAsked() {
        server.close();
        server = TestServer.start(TestEngine.SQLITE, folder, "session.reboot-refused", "off");
        owner = owner.at(server);
        notRestarted(TestDevice.of(server, 11));
        server.close();
        server = TestServer.start(TestEngine.SQLITE, folder);
        notRestarted(TestDevice.of(server, 12).withVersion("1.5.9"));
    }

    private void notRestarted(TestDevice device) {
        device.checkIn();
        try (SessionClient client = SessionClient.call(device)) {
            client.next("alert");
            client.say("{\"type\":\"abort\"}");
            client.untilStop();
            assertThat(client.closeCode()).isEqualTo(1000);
            assertThat(client.leftovers()).isEmpty();
        }
    }

    @Test
    void theLanguageIsTheOneThatTheDeviceLastAskedIn() {
        int index = 20;
        for (String[] row :
                new String[][] {
                    {"zh-CN", "未绑定"},
                    {"en-US", "Not bound"},
                    {"de-DE", "Unverbunden"},
                    {"fr-FR", "Not bound"},
                }) {
            TestDevice device = TestDevice.of(server, index++).withLanguage(row[0]);
            assertThat(device.code()).isNotEmpty();
            try (SessionClient client = SessionClient.call(device)) {
                assertThat(client.next("alert").json().path("status").asText()).isEqualTo(row[1]);
            }
            // Even if all that is left is its last report from when it was bound.
            owner.bind(device.code());
            device.checkIn();
            String token = SessionClient.token(device);
            owner.unbind(device);
            try (SessionClient client = SessionClient.dial(device, token)) {
                client.say(SessionClient.HELLO);
                assertThat(client.next("alert").json().path("status").asText()).isEqualTo(row[1]);
            }
        }
    }

    @Test
    void aDeviceWithoutACheckInSinceItWasBoundGetsNoticesInItsLanguageToo() {
        TestDevice device = TestDevice.of(server, 30).withLanguage("en-US");
        String token = SessionClient.token(device);
        owner.bind(device.code());
        owner.ok("DELETE", "/xiaozhi/agent/" + owner.agentId, "");
        try (SessionClient client = SessionClient.dial(device, token)) {
            client.say(SessionClient.HELLO);
            assertThat(client.next("alert").json().path("status").asText()).isEqualTo("No agent");
        }
    }

    @Test
    void aCodeThatASessionWasGivenLearnsTheLanguageAtTheNextCheckIn() {
        TestDevice device = TestDevice.of(server, 31).withLanguage("en-US");
        String token = SessionClient.token(device);
        server.clock.advance(Duration.ofMinutes(20));
        server.main.housekeep();
        try (SessionClient client = SessionClient.dial(device, token)) {
            client.say(SessionClient.HELLO);
            client.next("alert");
        }
        assertThat(device.code()).isNotEmpty();
        try (SessionClient client = SessionClient.call(device)) {
            assertThat(client.next("alert").json().path("status").asText()).isEqualTo("Not bound");
        }
    }

    /** decisions D9: whether it was silent is unknown. */
    @Test
    void afterAStepOfTheClockNobodyWasSilent() {
        TestDevice device = bound(9);
        String token = SessionClient.token(device);
        server.main.housekeep();
        for (Duration step : List.of(Duration.ofDays(400), Duration.ofDays(-800))) {
            server.setClock(step);
            greeted(device, token);
        }
        // Seen in the future, it counts as seen now, and from its next check-in on as then.
        server.setClock(Duration.ofDays(400));
        greeted(device, token);
        server.main.housekeep();
        server.clock.advance(Duration.ofHours(2));
        greeted(device, token);
        server.main.housekeep();
        assertThat(owner.device(device).path("lastConnectedAt").asText())
                .isEqualTo(Instant.ofEpochMilli(server.clock.millis()).toString());
    }

    private static void greeted(TestDevice device, String token) {
        try (SessionClient client = SessionClient.dial(device, token)) {
            client.say(SessionClient.HELLO);
            assertThat(client.next().type()).isEqualTo("hello");
        }
    }

    @Test
    @Waits
    void aDeviceNotSeenForAMonthRestartsFirst() {
        TestDevice device = bound(8);
        String token = SessionClient.token(device);
        server.main.housekeep();
        server.clock.advance(Duration.ofDays(31));
        try (SessionClient client = SessionClient.dial(device, token)) {
            client.say(SessionClient.HELLO);
            client.next("alert");
            client.next("system");
        }
        device.checkIn();
        try (SessionClient client = SessionClient.dial(device, token)) {
            client.say(SessionClient.HELLO);
            assertThat(client.next().type()).isEqualTo("hello");
            assertThat(client.next().type()).isEqualTo("mcp");
        }
    }
}
