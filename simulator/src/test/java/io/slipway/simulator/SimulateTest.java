package io.slipway.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SimulateTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... args) throws InterruptedException {
        return Simulate.run(
                new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8),
                Duration.ofMillis(100),
                args);
    }

    @Test
    void allProblemsInOneLine() throws Exception {
        int code =
                run(
                        "--devices",
                        "0",
                        "--url",
                        "ftp://x",
                        "--frobnicate",
                        "--mix",
                        "toaster=1",
                        "--speed=fast",
                        "--register",
                        "--seconds");
        assertThat(code).isEqualTo(2);
        assertThat(err.toString(UTF_8))
                .hasLineCount(1)
                .contains("--devices is 0 instead of a whole number from 1 to 100000")
                .contains("ftp://x")
                .contains("unknown option --frobnicate")
                .contains("toaster")
                .contains("--speed is fast instead of a number above 0")
                .contains("--register without --bind")
                .contains("--seconds without a value");
    }

    @Test
    void bindNeedsAnAccount() throws Exception {
        assertThat(run("--bind")).isEqualTo(2);
        assertThat(err.toString(UTF_8)).contains("--bind needs --user and --password");
    }

    @Test
    void anErrorOfOneOptionIsReportedAlone() throws Exception {
        assertThat(run("--device", "5")).isEqualTo(2);
        assertThat(run("--sessions=3")).isEqualTo(2);
        assertThat(run("--ramp", "--fast")).isEqualTo(2);
        assertThat(run("--mix=toaster")).isEqualTo(2);
        assertThat(err.toString(UTF_8).lines())
                .containsExactly(
                        "simulate: unknown option --device (there is --devices); unknown option 5"
                                + " (see --help)",
                        "simulate: --sessions without --talk (see --help)",
                        "simulate: --ramp without a value (see --help)",
                        "simulate: --mix: no kind of device called toaster, known: wifi, ml307,"
                                + " raw-ssid, serial, v1.7, v1.6, v1.5, v1.0, py (see --help)");
    }

    @Test
    void help() throws Exception {
        assertThat(run("--help")).isZero();
        assertThat(out.toString(UTF_8)).contains("--devices N").contains("模拟设备");
    }

    @Test
    void aGoodServer() throws Exception {
        var service = new CannedService(2);
        try (var server = new CannedServer(service::answer)) {
            assertThat(run("--url", server.url(), "--devices=20", "--mix", "wifi,v1.0", "--fast"))
                    .isZero();
        }
        assertThat(out.toString(UTF_8)).contains("activated 20").contains("OK: no rule broken");
    }

    @Test
    void aBadServer() throws Exception {
        try (var server = CannedServer.saying("HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n")) {
            int code = run("--url", server.url(), "--devices", "2", "--mix", "wifi", "--speed=1e6");
            assertThat(code).isEqualTo(1);
        }
        assertThat(out.toString(UTF_8)).contains("BROKEN R5 ×20: status 302 (d6:00:01:00:00:0");
    }

    @Test
    void nobodyAtHome() throws Exception {
        assertThat(run("--url", "http://127.0.0.1:1/", "--speed", "1e7")).isEqualTo(1);
        assertThat(out.toString(UTF_8)).contains("FAILED: no usable answer").contains("trouble");
    }

    @Test
    void bindsThroughTheConsole() throws Exception {
        var console = new CannedConsole();
        try (var server = new CannedServer(console::answer)) {
            String[] args = {
                "--url",
                server.url(),
                "--devices",
                "12",
                "--mix",
                "wifi,py,v1.0",
                "--fast",
                "--bind",
                "--user",
                "alice",
                "--password",
                "s3cret\"",
                "--register",
                "--setup-code",
                "SETUP"
            };
            assertThat(run(args)).as(out + "\n" + err).isZero();
            assertThat(console.registered).isEqualTo("SETUP");
            assertThat(out.toString(UTF_8)).contains("activated 12");
            assertThat(err.toString(UTF_8) + out.toString(UTF_8)).doesNotContain("s3cret");
        }
    }

    @Test
    void aConsoleThatSaysNo() throws Exception {
        try (var server = new CannedServer(new CannedConsole()::answer)) {
            int code =
                    run("--url", server.url(), "--bind", "--user", "alice", "--password", "wrong");
            assertThat(code).isEqualTo(1);
        }
        assertThat(err.toString(UTF_8)).contains("logging in: 401 bad login");
    }
}
