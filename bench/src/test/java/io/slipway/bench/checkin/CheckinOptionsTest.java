package io.slipway.bench.checkin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CheckinOptionsTest {

    @Test
    void theDefaultsAreThoseOfTheFiguresThatCount() {
        CheckinOptions options = CheckinArguments.arguments().read();
        assertThat(options.sizes().bound()).isEqualTo(1_000_000);
        assertThat(options.sizes().imported()).isEqualTo(200_000);
        assertThat(options.seconds()).isEqualTo(60);
        assertThat(options.warmup()).isEqualTo(30);
        assertThat(options.runs()).isEqualTo(3);
        assertThat(options.phases()).containsExactlyInAnyOrder(Phase.values());
        assertThat(options.stores().postgres()).isFalse();
        assertThat(options.json()).isNull();
    }

    @Test
    void valuesFollowABlankOrAnEqualsSign() {
        CheckinOptions options =
                CheckinArguments.arguments()
                        .read(
                                "--seconds",
                                "5",
                                "--devices=1000",
                                "--imported=2000",
                                "--phases=new,import",
                                "--json",
                                "x.json",
                                "--postgres");
        assertThat(options.seconds()).isEqualTo(5);
        assertThat(options.sizes().bound()).isEqualTo(1_000);
        assertThat(options.sizes().imported()).isEqualTo(2_000);
        assertThat(options.phases()).containsExactlyInAnyOrder(Phase.NEW, Phase.IMPORT);
        assertThat(options.json()).isEqualTo(Path.of("x.json"));
        assertThat(options.stores().postgres()).isTrue();
    }

    @Test
    void allErrorsAreReportedInOneLine() {
        assertThatThrownBy(() ->
                        CheckinArguments.arguments()
                                .read("--nonsense", "--seconds", "no", "--phases", "x", "--runs"))
                .hasMessage(
                        "unknown option --nonsense; --seconds is no instead of a whole number from 1"
                                + " to 3600; --phases has x instead of bound, new, activate or import; --runs"
                                + " without a value");
    }

    @Test
    void onlyABuiltCheckoutIsCompared() {
        assertThatThrownBy(
                        () -> CheckinArguments.arguments().read("--compare=/nowhere", "--postgres"))
                .hasMessage(
                        "--compare is /nowhere, which is not a built checkout of Slipway: run ./slipway"
                                + " settings there first; --compare only works with the embedded"
                                + " store, not with --postgres");
    }

    @Test
    void aServerThatIsThereAlreadyHasItsOwnDefaults() {
        CheckinOptions options =
                CheckinArguments.arguments().read("--against=http://localhost:8002");
        assertThat(options.against().target())
                .isEqualTo(new Wrk.WrkTarget("http://localhost:8002", "/xiaozhi/ota/", true, null));
        assertThat(options.phases()).containsExactlyInAnyOrder(Phase.NEW, Phase.ACTIVATE);
        assertThat(options.sizes().pending()).isEqualTo(1_000);
        assertThat(CheckinArguments.arguments().read("--against", "http://a/b").against().target())
                .isEqualTo(new Wrk.WrkTarget("http://a:80", "/b", true, null));
    }

    @Test
    void anUnusableUrlIsExitCode2() {
        for (String url : new String[] {"localhost:8002", "https://a/", "http://", "http://a/?b"}) {
            var err = new ByteArrayOutputStream();
            int code =
                    CheckinBench.run(
                            System.out,
                            new PrintStream(err, true, StandardCharsets.UTF_8),
                            Path.of("."),
                            "--against",
                            url);
            assertThat(code).isEqualTo(2);
            assertThat(err.toString(StandardCharsets.UTF_8))
                    .isEqualTo(
                            "bench checkin: --against is "
                                    + url
                                    + " instead of http://HOST:PORT/PATH of an OTA check (see"
                                    + " --help)\n");
        }
    }

    @Test
    void whatNeedsTheServersDatabaseIsNotDoneAgainstAnother() {
        assertThatThrownBy(() ->
                        CheckinArguments.arguments()
                                .read(
                                        "--against=http://a:1",
                                        "--phases=bound,import",
                                        "--postgres"))
                .hasMessage(
                        "--against measures a server alone, without --compare or --postgres;"
                                + " --against has no import, which needs the server's own database;"
                                + " --against needs --macs for bound, to know which devices are bound there");
        assertThatThrownBy(() -> CheckinArguments.arguments().read("--macs=/nowhere"))
                .hasMessage(
                        "--macs is /nowhere, which can't be read; --macs and --pid only"
                                + " work with --against");
    }

    @Test
    void theHelpHasBothLanguagesLimitsAndDefaults() {
        var out = new ByteArrayOutputStream();
        int code =
                CheckinBench.run(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        System.err,
                        Path.of("."),
                        "--nonsense",
                        "--help");
        assertThat(code).isZero();
        String help = out.toString(StandardCharsets.UTF_8);
        assertThat(help)
                .contains("设备接口的基准测试")
                .contains("--devices N")
                .contains("bound devices in the store, 1 to 8388608 (1000000)")
                .contains("length of a run in seconds, 1 to 3600 (60)")
                .contains("what is measured (bound,new,activate,import)")
                .contains("Exit code 0: all");
        assertThat(help.lines()).allMatch(line -> line.length() <= 100);
    }

    @Test
    void anUnknownOptionIsShownThoseThatAreLikeIt() {
        assertThatThrownBy(() -> CheckinArguments.arguments().read("--fres"))
                .hasMessage("unknown option --fres (there is --fresh)");
    }

    @Test
    void anUnknownOptionIsExitCode2() {
        var err = new ByteArrayOutputStream();
        int code =
                CheckinBench.run(
                        System.out,
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        Path.of("."),
                        "--nonsense");
        assertThat(code).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8).lines())
                .containsExactly("bench checkin: unknown option --nonsense (see --help)");
    }
}
