package io.slipway.simulator.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.simulator.CannedServer;
import io.slipway.simulator.CannedService;
import io.slipway.simulator.Simulate;
import io.slipway.simulator.board.Variant;
import io.slipway.simulator.count.Finding;
import io.slipway.simulator.talk.CannedTalk;
import io.slipway.simulator.talk.EchoTalk;
import io.slipway.simulator.talk.TalkReport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** Fleets that talk to canned servers. */
class TalkFleetTest {

    private static FleetOptions options(CannedServer server, int devices, int sessions) {
        return FleetOptions.of(server.url(), devices).withSpeed(1000).withSessions(sessions);
    }

    private static TalkReport talk(FleetReport report) {
        return Objects.requireNonNull(report.talk());
    }

    @Test
    void everythingThatPeopleDo() throws Exception {
        var echo = new EchoTalk();
        try (var talk = new CannedTalk(echo)) {
            var service = new CannedService(1, talk.url());
            try (var server = new CannedServer(service::answer)) {
                // Firmware before 1.6.2 talks to a built-in address.
                Mix mix = Mix.parse("wifi=5,ml307,raw-ssid,serial,v1.7=2,v1.0,py=2");
                FleetReport report = Fleet.run(options(server, 60, 4).withMix(mix));
                TalkReport said = talk(report);

                assertThat(report.allFindings().broken()).isEmpty();
                assertThat(report.allFindings().warnings()).isEmpty();
                assertThat(report.allFindings().troubles()).isEmpty();
                assertThat(report.clean()).isTrue();
                long talkers =
                        Set.copyOf(talk.heads.stream().map(TalkFleetTest::device).toList()).size();
                assertThat(talkers).isBetween(40L, 59L);
                assertThat(said.sessions()).isEqualTo(4 * talkers);
                assertThat(said.turns()).isGreaterThan(said.sessions() / 2);
                assertThat(said.incidents().interruptions()).isPositive();
                assertThat(said.incidents().losses()).isPositive();
                assertThat(said.framesUp()).isGreaterThan(said.framesDown());
                assertThat(said.framesDown()).isPositive();
                assertThat(said.answers().p99Ms())
                        .isGreaterThan(said.answers().p50Ms() / 2)
                        .isPositive();
                assertThat(said.incidents().reboots()).isZero();
                assertThat(echo.versions).containsExactlyInAnyOrder(1, 2, 3);
            }
        }
    }

    private static String device(String head) {
        return head.replaceFirst("(?s).*Device-Id: ([^\r]+)\r.*", "$1");
    }

    /** The server tells a device that it is no longer bound: it restarts and checks in again. */
    @Test
    void refusedDevicesFollow() throws Exception {
        Set<String> refused = ConcurrentHashMap.newKeySet();
        var echo = new EchoTalk();
        try (var talk =
                new CannedTalk(device -> {
                    if (refused.add(device.header("Device-Id"))) {
                        refuse(device);
                    } else {
                        echo.with(device);
                    }
                })) {
            var service = new CannedService(1, talk.url());
            try (var server = new CannedServer(service::answer)) {
                FleetReport report =
                        Fleet.run(options(server, 5, 3).withMix(Mix.only(Variant.WIFI)));

                assertThat(report.allFindings().broken()).isEmpty();
                assertThat(report.allFindings().troubles()).isEmpty();
                assertThat(report.allActivated()).isTrue();
                assertThat(talk(report).incidents().refusals()).isEqualTo(5);
                assertThat(talk(report).incidents().reboots()).isEqualTo(5);
                assertThat(talk(report).sessions()).isEqualTo(15);
                // Two for activation, one after the restart.
                assertThat(server.requests.stream().filter(r -> !r.path().contains("activate")))
                        .hasSize(15);
            }
        }
    }

    private static void refuse(CannedTalk.Peer device) throws IOException {
        device.upgrade();
        device.next();
        device.text(CannedTalk.HELLO);
        device.text(
                "{\"type\":\"alert\",\"status\":\"!\",\"message\":\"123456\",\"emotion\":\"sad\"}");
        device.text("{\"type\":\"tts\",\"state\":\"start\"}");
        device.text("{\"type\":\"tts\",\"state\":\"stop\"}");
        device.text("{\"type\":\"system\",\"command\":\"reboot\"}");
        device.close(1000);
        device.drain();
    }

    @Test
    void whatBreaksADeviceMakesItRestartAndTheRunFail() throws Exception {
        try (var talk =
                CannedTalk.greeting(device -> {
                    device.text("{\"type\":\"tts\"}");
                    device.drain();
                })) {
            var service = new CannedService(1, talk.url());
            try (var server = new CannedServer(service::answer)) {
                FleetReport report =
                        Fleet.run(options(server, 2, 2).withMix(Mix.only(Variant.ML307)));

                assertThat(report.clean()).isFalse();
                assertThat(report.rulesBroken()).isEqualTo(4);
                assertThat(report.allFindings().broken())
                        .extracting(Finding::rule)
                        .containsExactly("R13");
                assertThat(talk(report).incidents().reboots()).isEqualTo(4);
            }
        }
    }

    @Test
    void aServerThatNeverAnswers() throws Exception {
        try (var talk = CannedTalk.greeting(CannedTalk.Peer::drain)) {
            var service = new CannedService(1, talk.url());
            try (var server = new CannedServer(service::answer)) {
                FleetOptions silent =
                        options(server, 3, 1)
                                .withMix(Mix.only(Variant.WIFI))
                                .withLimit(Duration.ofSeconds(1));
                TalkReport said = talk(Fleet.run(silent));

                assertThat(said.sessions()).isEqualTo(3);
                assertThat(said.turns()).isZero();
            }
        }
    }

    @Test
    void fromTheCommandLine() throws Exception {
        try (var talk = new CannedTalk(new EchoTalk())) {
            var service = new CannedService(1, talk.url());
            try (var server = new CannedServer(service::answer)) {
                String[] args = {
                    "--url",
                    server.url(),
                    "--devices",
                    "9",
                    "--mix",
                    "wifi",
                    "--fast",
                    "--talk",
                    "--sessions",
                    "2"
                };
                var out = new ByteArrayOutputStream();
                var err = new ByteArrayOutputStream();
                int code = run(out, err, args);

                assertThat(code).as(out + "\n" + err).isZero();
                assertThat(out.toString(UTF_8))
                        .contains("sessions 18, turns ")
                        .contains("OK: no rule broken");
            }
        }
    }

    @Test
    void nobodyToTalkTo() throws Exception {
        var service = new CannedService(1, "ws://127.0.0.1:1/v1/ws/");
        try (var server = new CannedServer(service::answer)) {
            String[] args = {
                "--url",
                server.url(),
                "--devices",
                "2",
                "--mix",
                "wifi",
                "--fast",
                "--talk",
                "--sessions",
                "2"
            };
            var out = new ByteArrayOutputStream();
            assertThat(run(out, new ByteArrayOutputStream(), args)).isEqualTo(1);
            assertThat(out.toString(UTF_8))
                    .contains("FAILED: no question was answered")
                    .contains("trouble talk refused ×4");
        }
    }

    @Test
    void sessionsNeedTalk() throws Exception {
        var err = new ByteArrayOutputStream();
        assertThat(run(new ByteArrayOutputStream(), err, "--sessions", "3")).isEqualTo(2);
        assertThat(err.toString(UTF_8)).contains("--sessions without --talk");
    }

    private static int run(ByteArrayOutputStream out, ByteArrayOutputStream err, String... args)
            throws InterruptedException {
        return Simulate.run(
                new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8),
                Duration.ofMillis(100),
                args);
    }
}
