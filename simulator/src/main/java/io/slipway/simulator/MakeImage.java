package io.slipway.simulator;

import io.slipway.protocol.FirmwareVersion;
import io.slipway.protocol.firmware.Chip;
import io.slipway.simulator.arguments.Arguments;
import io.slipway.simulator.arguments.OptionTable;
import io.slipway.simulator.update.Behaviour;
import io.slipway.simulator.update.FirmwareFile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * {@code simulate --make-image}.
 *
 * @param file where the image is written
 */
record MakeImage(Path file, FirmwareFile image) {

    private static final String HEADER =
            """
            slipway simulate --make-image FILE: writes a well-formed image for simulated devices, to upload
            生成一个格式正确的固件，供模拟设备升级；真芯片运行不了它
            """;
    private static final String FOOTER =
            "Exit code 0: the image was written. 1: it could not be. 2: bad options.\n";
    private static final String BREAK =
            "how a device that installs it misbehaves: crash-before-valid, crash-on-answer,"
                    + " crash-after-valid, hang";

    static Arguments<MakeImage> arguments() {
        var table = new OptionTable(HEADER, FOOTER);
        var file = table.value("--make-image FILE", "", Path::of, "the file to write");
        var version = table.text("--version V", "", "its version, digits and dots; required");
        var chip = table.value("--chip C", "esp32s3", MakeImage::chip, "esp32s3, esp32c3, …");
        var project = table.text("--project P", "xiaozhi", "name of the firmware");
        int least = (int) FirmwareFile.SMALLEST;
        int most = (int) FirmwareFile.LARGEST;
        var size = table.whole("--size BYTES", least, most, 64 * 1024, "its length");
        var elfSeed =
                table.number(
                        "--elf-seed N",
                        0,
                        "another number gives another build of the same version");
        var behaviour = table.value("--break HOW", "good", Behaviour::parse, BREAK);
        var board = table.text("--board B", "", "only on this board");
        var ota = table.text("--ota URL", FirmwareFile.HOME, "the compiled-in OTA address");
        return new Arguments<>(
                table,
                wrong -> {
                    if (!FirmwareVersion.uploadable(version.get())) {
                        wrong.accept(
                                "--version is \""
                                        + version.get()
                                        + "\" instead of digits and dots");
                    }
                },
                () ->
                        new MakeImage(
                                file.get(),
                                new FirmwareFile(
                                        chip.get(),
                                        version.get(),
                                        project.get(),
                                        size.get(),
                                        elfSeed.get(),
                                        behaviour.get(),
                                        board.get(),
                                        ota.get())));
    }

    private static Chip chip(String text) {
        return Chip.byModel(text)
                .orElseThrow(() -> new IllegalArgumentException("no chip called " + text));
    }

    /** Runs and returns the exit code. */
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
