package io.slipway.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.protocol.firmware.Chip;
import io.slipway.protocol.firmware.ImageReader;
import io.slipway.protocol.firmware.Inspection;
import io.slipway.simulator.board.Pace;
import io.slipway.simulator.board.PartitionTable;
import io.slipway.simulator.device.OtaUrl;
import io.slipway.simulator.update.Behaviour;
import io.slipway.simulator.update.CannedUpdates;
import io.slipway.simulator.update.FirmwareFile;
import io.slipway.simulator.update.Marker;
import io.slipway.simulator.update.UpdateFault;
import io.slipway.simulator.update.UpdateFaults;
import io.slipway.simulator.update.UpdateOptions;
import io.slipway.simulator.update.Wreck;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpdateCommandTest {

    @TempDir Path folder;

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
    void helpTellsOfBoth() throws Exception {
        assertThat(run("--help")).isZero();
        String help = out.toString(UTF_8);
        assertThat(help).contains("simulate --update").contains("simulate --make-image FILE");
        for (UpdateFault fault : UpdateFault.values()) {
            assertThat(help).contains(fault.label());
        }
        for (PartitionTable table : PartitionTable.values()) {
            assertThat(help).contains(table.label());
        }
        assertThat(help.lines()).allMatch(line -> line.length() <= 120);
    }

    @Test
    void allProblemsInOneLine() throws Exception {
        int code =
                run(
                        "--update",
                        "--devices=0",
                        "--server",
                        "h:8080",
                        "--boards",
                        "a:esp99",
                        "--versions",
                        "v2",
                        "--reboot-every=soon",
                        "--fault",
                        "earthquake",
                        "--crash",
                        "boom",
                        "--duration=0x",
                        "--talk");
        assertThat(code).isEqualTo(2);
        assertThat(err.toString(UTF_8))
                .hasLineCount(1)
                .contains("--devices is 0 instead of a whole number")
                .contains("not an http(s) address: h:8080/v1/ota/")
                .contains("no chip called esp99")
                .contains("not a version of digits and dots: v2")
                .contains("--reboot-every is soon instead of a time such as 90s, 15m, 8h or 1d")
                .contains("no fault called earthquake")
                .contains("no behaviour called boom")
                .contains("need --crash-version")
                .contains("--duration is 0x")
                .contains("unknown option --talk");
    }

    @Test
    void options() {
        UpdateOptions options =
                UpdateCommand.arguments()
                        .read(
                                "--update",
                                "--server=http://h:8080/",
                                "--devices=7",
                                "--fault=hang=0.5",
                                "--crash-version=2.5.0",
                                "--crash-board=b",
                                "--reboot-every=15m",
                                "--duration=1h",
                                "--fast")
                        .options();
        assertThat(options.url).isEqualTo(OtaUrl.parse("http://h:8080/v1/ota/"));
        assertThat(options.devices).isEqualTo(7);
        assertThat(options.faults).isEqualTo(UpdateFaults.NONE.with(UpdateFault.HANG, 0.5));
        assertThat(options.wreck).isEqualTo(new Wreck("2.5.0", Behaviour.CRASH_BEFORE_VALID, "b"));
        assertThat(options.rebootEvery).isEqualTo(Duration.ofMinutes(15));
        assertThat(options.limit).isEqualTo(Duration.ofHours(1));
        assertThat(options.pace).isEqualTo(new Pace(1000));
    }

    @Test
    void theDefaultsAreThoseOfTheHelp() throws Exception {
        UpdateOptions options = UpdateCommand.arguments().read("--update").options();
        assertThat(options.url).isEqualTo(OtaUrl.parse("http://127.0.0.1:8080/v1/ota/"));
        assertThat(options.devices).isEqualTo(10);
        assertThat(options.pace).isEqualTo(Pace.REAL);
        assertThat(options.limit).isEqualTo(Duration.ofMinutes(2));
        assertThat(options.rebootEvery).isEqualTo(Duration.ofHours(8));
        assertThat(options.faults).isEqualTo(UpdateFaults.NONE);
        assertThat(options.wreck).isEqualTo(new Wreck("", Behaviour.CRASH_BEFORE_VALID, ""));
        assertThat(run("-h")).isZero();
        assertThat(out.toString(UTF_8))
                .contains("real length of the run (2m)")
                .contains("between power cycles, in their time (8h)")
                .contains("number of devices, 1 to 100000 (10)")
                .contains("(http://127.0.0.1:8080/v1/ota/)");
    }

    @Test
    void twoWaysToSayTheSameAreOneTooMany() throws Exception {
        assertThat(run("--update", "--server=http://h", "--url=http://h/", "--fast", "--speed=2"))
                .isEqualTo(2);
        assertThat(err.toString(UTF_8))
                .isEqualTo(
                        "simulate: --fast and --speed exclude each other; --server and --url exclude"
                                + " each other (see --help)\n");
    }

    /** The run ends when no device is left. */
    @Test
    void aGoodServer() throws Exception {
        Path report = folder.resolve("report.txt");
        try (var server = new CannedUpdates()) {
            server.offer(CannedUpdates.image("2.5.0"));
            int code =
                    run(
                            "--update",
                            "--url",
                            server.url(),
                            "--devices=3",
                            "--speed=100000",
                            "--fault=no-return",
                            "--report",
                            report.toString());
            assertThat(code).as(out + "\n" + err).isZero();
        }
        assertThat(out.toString(UTF_8))
                .contains("2.4.2×3")
                .contains("complete 3")
                .contains("lost 3")
                .contains("OK: no rule broken");
        assertThat(report).content(UTF_8).isEqualToNormalizingNewlines(out.toString(UTF_8));
    }

    @Test
    void aBadServer() throws Exception {
        try (var server = new CannedUpdates()) {
            server.insist("2.5.0", "/fw/nothing", false);
            int code = run("--update", "--url", server.url(), "--speed=100000", "--duration=2s");
            assertThat(code).isEqualTo(1);
        }
        assertThat(out.toString(UTF_8))
                .contains("BROKEN F4")
                .contains("status 404 for a file that was offered")
                .contains("FAILED: real devices would break");
    }

    // ------------------------------------------------------------ --make-image

    @Test
    void anImageToUpload() throws Exception {
        Path file = folder.resolve("wreck.bin");
        int code =
                run(
                        "--make-image",
                        file.toString(),
                        "--version=2.5.0",
                        "--chip=esp32c3",
                        "--project=parrot",
                        "--size=1500000",
                        "--elf-seed=7",
                        "--break=crash-after-valid",
                        "--board=b");
        assertThat(code).as("%s", err).isZero();
        FirmwareFile same =
                FirmwareFile.of(Chip.ESP32C3, "2.5.0")
                        .withProject("parrot")
                        .withSize(1_500_000)
                        .withElfSeed(7)
                        .thatDoes(Behaviour.CRASH_AFTER_VALID)
                        .onlyOn("b");
        assertThat(out.toString(UTF_8)).contains(same.elfSha256());
        assertThat(Files.readAllBytes(file)).isEqualTo(same.bytes());
        assertThat(same.flashed().marker()).isEqualTo(new Marker(Behaviour.CRASH_AFTER_VALID, "b"));
        try (InputStream in = Files.newInputStream(file)) {
            var image = ((Inspection.AcceptedImage) ImageReader.read(in, 1 << 21)).image();
            assertThat(image.description().version()).hasToString("2.5.0");
            assertThat(image.chip()).isEqualTo(Chip.ESP32C3);
            assertThat(image.description().project()).isEqualTo("parrot");
            assertThat(image.description().elfSha256()).isEqualTo(same.elfSha256());
            assertThat(image.file().size()).isEqualTo(1_500_000);
        }
    }

    @Test
    void twoSeedsAreTwoBuilds() {
        FirmwareFile one = FirmwareFile.of(Chip.ESP32S3, "2.5.0");
        assertThat(one.withElfSeed(1).elfSha256()).isNotEqualTo(one.elfSha256());
        assertThat(one.withSize(100_000).elfSha256()).isEqualTo(one.elfSha256());
        assertThat(one.flashed().marker()).isEqualTo(Marker.NONE);
        assertThat(one.flashed().image().description().elfSha256()).isEqualTo(one.elfSha256());
    }

    @Test
    void imagesThatNobodyCanMake() throws Exception {
        assertThat(run("--make-image=x.bin")).isEqualTo(2);
        assertThat(err.toString(UTF_8)).contains("--version is \"\" instead of digits and dots");
        assertThat(run("--make-image=x.bin", "--version=1.0", "--size=5")).isEqualTo(2);
        assertThat(run("--make-image=x.bin", "--version=1.0", "--chip=esp99")).isEqualTo(2);
        assertThat(run("--make-image=x.bin", "--version=1.0", "--fast")).isEqualTo(2);
        Path nowhere = folder.resolve("no/such/folder.bin");
        assertThat(run("--make-image", nowhere.toString(), "--version=1.0")).isEqualTo(1);
    }

    @Test
    void othersImagesBearNoMarker() throws IOException {
        byte[] bytes = FirmwareFile.of(Chip.ESP32S3, "1.0").bytes();
        assertThat(Marker.read(bytes, bytes.length)).isEqualTo(Marker.NONE);
        assertThat(Marker.read(bytes, 288)).isEqualTo(Marker.NONE);
        byte[] text = "slipway-simulator no-such-thing \0".getBytes(UTF_8);
        System.arraycopy(text, 0, bytes, 288, text.length);
        assertThat(Marker.read(bytes, bytes.length)).isEqualTo(Marker.NONE);
    }
}
