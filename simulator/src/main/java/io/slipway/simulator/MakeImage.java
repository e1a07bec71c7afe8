package io.slipway.simulator;

import io.slipway.protocol.FirmwareVersion;
import io.slipway.protocol.firmware.Chip;
import io.slipway.simulator.update.Behaviour;
import io.slipway.simulator.update.FirmwareFile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** {@code simulate --make-image}. */
record MakeImage(Path file, FirmwareFile image) {

    static final String HELP =
            """

            slipway simulate --make-image FILE: a well-formed image for simulated devices, to be uploaded
            生成一个格式正确的固件，供模拟设备升级；真芯片运行不了它

              --version V        digits and dots; needed
              --chip C           esp32s3, esp32c3, … (esp32s3)
              --project P        (xiaozhi)
              --size BYTES       8192 to 33554432 (65536)
              --elf-seed N       another number makes another build of the same version (0)
              --break HOW        what it does to a device that installs it: crash-before-valid,
                                 crash-on-answer, crash-after-valid, hang
              --board B          only to this board
              --ota URL          the OTA address that is compiled in (http://ota.test/xiaozhi/ota/)

            """;

    private static final Set<String> VALUES =
            Set.of(
                    "--make-image",
                    "--version",
                    "--chip",
                    "--project",
                    "--size",
                    "--elf-seed",
                    "--break",
                    "--board",
                    "--ota");

    /**
     * Reads the command line.
     *
     * @throws IllegalArgumentException naming everything that is wrong, in one line
     */
    static MakeImage parse(String... args) {
        var given = new Arguments(Set.of(), VALUES, args);
        Path file = given.read("--make-image", ".", "", Arguments::path);
        String version = given.text("--version", "");
        if (!FirmwareVersion.uploadable(version)) {
            given.problem("--version is \"" + version + "\" instead of digits and dots");
        }
        Chip chip = given.read("--chip", "esp32s3", "", MakeImage::chip);
        int most = (int) FirmwareFile.LARGEST;
        int size = given.whole("--size", "65536", (int) FirmwareFile.SMALLEST, most);
        long seed = given.read("--elf-seed", "0", "a whole number", Long::parseLong);
        Behaviour behaviour = given.read("--break", "good", "", Behaviour::parse);
        given.check();
        var image =
                new FirmwareFile(
                        chip,
                        version,
                        given.text("--project", "xiaozhi"),
                        size,
                        seed,
                        behaviour,
                        given.text("--board", ""),
                        given.text("--ota", FirmwareFile.HOME));
        return new MakeImage(file, image);
    }

    private static Chip chip(String text) {
        return Chip.byModel(text)
                .orElseThrow(() -> new IllegalArgumentException("no chip called " + text));
    }

    /** Runs and gives the exit code. */
    int run(PrintStream out, PrintStream err) {
        try (var to = new BufferedOutputStream(Files.newOutputStream(file))) {
            image.write(to);
        } catch (IOException | IllegalArgumentException e) {
            err.println("simulate: " + file + ": " + e.getMessage());
            return 1;
        }
        out.println(
                file
                        + ": "
                        + image.version()
                        + " for "
                        + image.chip().model()
                        + ", "
                        + image.behaviour().label()
                        + ", ELF "
                        + image.elfSha256());
        return 0;
    }
}
