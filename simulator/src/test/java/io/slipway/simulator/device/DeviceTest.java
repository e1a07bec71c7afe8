package io.slipway.simulator.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.slipway.simulator.CannedServer;
import io.slipway.simulator.board.DeviceProfile;
import io.slipway.simulator.board.Variant;
import io.slipway.simulator.strict.RuleBroken;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceTest {

    private static final String SOCKET =
            "\"websocket\":{\"url\":\"ws://h/\",\"token\":\"t\",\"version\":1}";

    private static String pending(String code, String challenge) {
        return CannedServer.http(
                200,
                "{"
                        + SOCKET
                        + ",\"activation\":{\"code\":\""
                        + code
                        + "\",\"message\":\"m "
                        + code
                        + "\",\"challenge\":\""
                        + challenge
                        + "\"}}");
    }

    private static final String READY = CannedServer.http(200, "{" + SOCKET + "}");
    private static final String ACTIVATED = CannedServer.http(200, "{\"message\":\"activated\"}");
    private static final String WAIT = CannedServer.http(202, "{\"message\":\"pending\"}");

    private static CannedServer script(String... answers) throws IOException {
        Deque<String> left = new ArrayDeque<>(List.of(answers));
        return new CannedServer(request -> left.remove());
    }

    private static Device device(CannedServer server) {
        return new Device(DeviceProfile.of(Variant.WIFI, 1, 0), new Wire(server.url()));
    }

    @Test
    void theWholeWay() throws IOException {
        try (CannedServer server =
                script(pending("043150", "c"), WAIT, pending("043150", "c"), ACTIVATED, READY)) {
            Device device = device(server);
            assertThat(device.checkIn())
                    .isInstanceOfSatisfying(
                            CheckInResult.Pending.class,
                            p -> assertThat(p.answer().code()).isEqualTo("043150"));
            assertThat(device.activate()).isEqualTo(new ActivateResult.Waiting());
            assertThat(device.checkIn()).isInstanceOf(CheckInResult.Pending.class);
            assertThat(device.activate()).isEqualTo(new ActivateResult.Activated());
            assertThat(device.checkIn()).isInstanceOf(CheckInResult.Ready.class);
            assertThat(device.nvs().writes()).isEqualTo(3);
            assertThat(device.nvs().get("websocket/token")).isEqualTo("t");
            assertThat(server.requests)
                    .extracting(CannedServer.Request::path)
                    .containsExactly(
                            "/v1/ota/",
                            "/v1/ota/activate",
                            "/v1/ota/",
                            "/v1/ota/activate",
                            "/v1/ota/");
            assertThat(server.requests.get(1).body()).isEqualTo("{}");
        }
    }

    @Test
    void activationAfterActivatedIsRuleNine() throws IOException {
        try (CannedServer server =
                script(pending("043150", "c"), ACTIVATED, pending("043150", "c"))) {
            Device device = device(server);
            device.checkIn();
            device.activate();
            assertThat(catchThrowableOfType(RuleBroken.class, device::checkIn).rule())
                    .isEqualTo("R9");
        }
    }

    @Test
    void codeAndChallengeAreStable() throws IOException {
        try (CannedServer server = script(pending("043150", "c"), pending("043151", "c"))) {
            Device device = device(server);
            device.checkIn();
            assertThat(catchThrowableOfType(RuleBroken.class, device::checkIn))
                    .hasMessage("§4: activation.code changed between two checks");
        }
        try (CannedServer server = script(pending("043150", "c"), pending("043150", "d"))) {
            Device device = device(server);
            device.checkIn();
            assertThat(catchThrowableOfType(RuleBroken.class, device::checkIn))
                    .hasMessage("§4: activation.challenge changed between two checks");
        }
    }

    @Test
    void aTokenThatChangesWearsTheFlash() throws IOException {
        String other = READY.replace("\"t\"", "\"u\"");
        try (CannedServer server = script(READY, other, READY)) {
            Device device = device(server);
            device.checkIn();
            assertThat(catchThrowableOfType(RuleBroken.class, device::checkIn).rule())
                    .isEqualTo("§11.7");
            assertThat(device.nvs().writes()).isEqualTo(4);
            // After a reboot there is nothing to compare with, but the flash persists.
            device.reboot();
            assertThat(device.checkIn()).isInstanceOf(CheckInResult.Ready.class);
            assertThat(device.nvs().writes()).isEqualTo(5);
        }
    }

    @Test
    void withoutAChallengeNothingIsAsked() throws IOException {
        try (CannedServer server = script(READY)) {
            Device device = device(server);
            assertThat(device.activate()).isEqualTo(new ActivateResult.Refused("no challenge"));
            device.checkIn();
            assertThat(device.activate()).isInstanceOf(ActivateResult.Refused.class);
            assertThat(server.requests).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "R5|200 OK|content-length: 2|{}",
                "R5|200 OK|Transfer-Encoding: chunked|2~{}~0~~",
                "R5|200 OK|Content-Length: 8192|{}",
                "R5|302 Found|Content-Length: 2|{}",
                "R5|204 No Content|Content-Length: 2|{}",
                "R5|200 OK|Content-Length: 4|<p/>",
                "R6|200 OK|Content-Length: 13|{\"mqtt\":null}",
                "R7|200 OK|Content-Length: 30|{\"activation\":{\"code\":123456}}",
                "R4|200 OK|Content-Length: 34|{\"websocket\":{\"url\":\"ws://h/a:b\"}}",
                "§4|429 Slow Down|Content-Length: 2|{}"
            })
    void whatBreaksDevicesIsNamed(String rule, String status, String header, String body)
            throws IOException {
        String raw =
                "HTTP/1.1 "
                        + status
                        + "\r\nContent-Type: application/json\r\n"
                        + header
                        + "\r\n\r\n"
                        + body.replace("~", "\r\n");
        try (CannedServer server = CannedServer.saying(raw)) {
            assertThat(catchThrowableOfType(RuleBroken.class, device(server)::checkIn).rule())
                    .isEqualTo(rule);
        }
    }

    @Test
    void troubleIsNoBrokenRule() throws IOException {
        String error = CannedServer.http(500, "{\"error\":\"x\"}");
        try (CannedServer server = script("", error, pending("043150", "c"), error)) {
            Device device = device(server);
            assertThat(device.checkIn()).isInstanceOf(CheckInResult.CheckInFailed.class);
            assertThat(device.checkIn()).isEqualTo(new CheckInResult.CheckInFailed("HTTP 500"));
            device.checkIn();
            assertThat(device.activate()).isEqualTo(new ActivateResult.Refused("HTTP 500"));
        }
        var unreachable =
                new Device(DeviceProfile.of(Variant.WIFI, 1, 0), new Wire("http://127.0.0.1:1/x"));
        assertThat(unreachable.checkIn()).isInstanceOf(CheckInResult.CheckInFailed.class);
    }

    @Test
    void anHtmlPageOfEightKilobytesLocksItUpEvenAsAnError() throws IOException {
        String page = CannedServer.http(404, "{\"x\":\"" + "y".repeat(9000) + "\"}");
        try (CannedServer server = script(pending("043150", "c"), page)) {
            Device device = device(server);
            device.checkIn();
            assertThat(catchThrowableOfType(RuleBroken.class, device::activate).rule())
                    .isEqualTo("R5");
        }
    }

    @Test
    void oldFirmwareSeesOnlyWhatItKnows() throws IOException {
        String answer =
                pending("043150", "c")
                        .replace(
                                "{\"websocket\"",
                                "{\"firmware\":{\"version\":\"1.0.1\",\"url\":\"\"},\"websocket\"");
        answer = CannedServer.http(200, answer.substring(answer.indexOf("\r\n\r\n") + 4));
        try (CannedServer server = CannedServer.saying(answer)) {
            var wire = new Wire(server.url());
            assertThat(new Device(DeviceProfile.of(Variant.V1_0, 1, 0), wire).checkIn())
                    .isInstanceOf(CheckInResult.Ready.class);
            assertThat(new Device(DeviceProfile.of(Variant.V1_5, 1, 0), wire).checkIn())
                    .isInstanceOf(CheckInResult.Pending.class);
        }
    }

    private static Device old(CannedServer server) {
        return new Device(DeviceProfile.of(Variant.V1_6, 1, 0), new Wire(server.url()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"error\":\"x\"}", "  []", "7 x", "\"x", "null", "true{"})
    void oldFirmwareTakesAnyJsonForSuccess(String body) throws IOException {
        boolean json = !body.equals("\"x");
        try (CannedServer server = script(CannedServer.http(500, body))) {
            Device device = old(server);
            if (json) {
                assertThat(catchThrowableOfType(RuleBroken.class, device::checkIn).rule())
                        .isEqualTo("R16");
            } else {
                assertThat(device.checkIn()).isEqualTo(new CheckInResult.CheckInFailed("HTTP 500"));
            }
        }
        try (CannedServer server = script(CannedServer.http(500, body))) {
            assertThat(device(server).checkIn())
                    .isEqualTo(new CheckInResult.CheckInFailed("HTTP 500"));
        }
    }

    @Test
    void oldFirmwareAsksAgainAfterAnErrorInText() throws IOException {
        String text = CannedServer.http(503, "error: {}").replace("application/json", "text/plain");
        try (CannedServer server = script(text, pending("043150", "c"), text)) {
            Device device = old(server);
            assertThat(device.checkIn()).isEqualTo(new CheckInResult.CheckInFailed("HTTP 503"));
            assertThat(device.checkIn()).isInstanceOf(CheckInResult.Pending.class);
            assertThat(device.activate()).isEqualTo(new ActivateResult.Refused("HTTP 503"));
        }
    }

    @Test
    void aServerThatClosesFirstBreaksARuleButItsAnswerCounts() throws IOException {
        var hangUp = new HangUp(Duration.ofMillis(300), false);
        var proxied = new HangUp(Duration.ofMillis(300), true);
        try (CannedServer server = script(READY)) {
            var profile = DeviceProfile.of(Variant.WIFI, 1, 0);
            var device = new Device(profile, new Wire(server.url(), hangUp));
            assertThat(device.checkIn()).isInstanceOf(CheckInResult.Ready.class);
            assertThat(device.brokenAfterwards()).isEmpty();
        }
        try (CannedServer server = CannedServer.saying(READY)) {
            server.closeFirst();
            var profile = DeviceProfile.of(Variant.WIFI, 1, 0);
            var device = new Device(profile, new Wire(server.url(), hangUp));
            var behind = new Device(profile, new Wire(server.url(), proxied));
            List<RuleBroken> broken = List.of();
            // It closes a moment after each answer, and the devices only a moment later.
            for (int i = 0; i < 100 && (broken.isEmpty() || behind.warnings().isEmpty()); i++) {
                assertThat(device.checkIn()).isInstanceOf(CheckInResult.Ready.class);
                assertThat(behind.checkIn()).isInstanceOf(CheckInResult.Ready.class);
                List<RuleBroken> more = device.brokenAfterwards();
                broken = more.isEmpty() ? broken : more;
                assertThat(behind.brokenAfterwards()).isEmpty();
            }
            assertThat(broken).extracting(RuleBroken::rule).containsExactly("R15");
            assertThat(behind.warnings()).allMatch(warning -> warning.startsWith("R15: "));
        }
    }
}
