package io.slipway.protocol.firmware;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.protocol.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Espressif's esptool-js in a Node process, installed below {@code target} if missing. */
final class Esptool {

    private static final Path SOURCES = Path.of("src/test/esptool");
    private static final List<String> FILES =
            List.of("package.json", "package-lock.json", ".npmrc", "images.mjs");

    private final Path home;

    private Esptool(Path home) {
        this.home = home;
    }

    static Esptool install() throws IOException, InterruptedException {
        Path home = Files.createDirectories(Path.of("target/esptool").toAbsolutePath());
        Path installed = home.resolve("node_modules/.package-lock.json");
        Path lock = home.resolve("package-lock.json");
        boolean same =
                Files.exists(installed)
                        && Files.exists(lock)
                        && Files.mismatch(lock, SOURCES.resolve("package-lock.json")) == -1;
        for (String file : FILES) {
            Files.copy(
                    SOURCES.resolve(file), home.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        Esptool esptool = new Esptool(home);
        if (!same) {
            esptool.run("[]", 300, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
        }
        return esptool;
    }

    /** One answer for each job, in order. */
    List<Map<String, Object>> answers(List<String> jobs) throws IOException, InterruptedException {
        byte[] out = run("[" + String.join(",", jobs) + "]", 120, "node", "images.mjs");
        List<Object> answers = Json.array(Json.parse(out));
        assertThat(answers).hasSameSizeAs(jobs);
        return answers.stream().map(Json::object).toList();
    }

    static String read(Chip chip, Path file) {
        return "{\"do\":\"read\",\"chip\":\"%s\",\"file\":\"%s\"}".formatted(chip.model(), file);
    }

    static long number(Object value) {
        return ((BigDecimal) value).longValueExact();
    }

    private byte[] run(String input, int seconds, String... command)
            throws IOException, InterruptedException {
        Path in = home.resolve("in.json");
        Path out = home.resolve("out.json");
        Path errors = home.resolve("errors.txt");
        Files.writeString(in, input);
        Process process;
        try {
            process =
                    new ProcessBuilder(command)
                            .directory(home.toFile())
                            .redirectInput(in.toFile())
                            .redirectOutput(out.toFile())
                            .redirectError(errors.toFile())
                            .start();
        } catch (IOException e) {
            throw new AssertionError(
                    "This test needs Node.js 20 or newer with npm, and found no '"
                            + command[0]
                            + "': install it (Debian: apt-get install nodejs npm, macOS: brew"
                            + " install node).",
                    e);
        }
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(String.join(" ", command) + " took over " + seconds + " s");
        }
        assertThat(process.exitValue())
                .as(
                        "%s in %s said: %s",
                        String.join(" ", command),
                        home,
                        Files.readString(errors, StandardCharsets.UTF_8))
                .isZero();
        return Files.readAllBytes(out);
    }
}
