package io.slipway.console;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The browser for the end-to-end tests: the machine's own, or Debian's, installed now. */
final class Chromium {

    private static final List<String> NAMES =
            List.of("chromium", "chromium-browser", "google-chrome-stable", "google-chrome");
    private static final List<Path> PLACES =
            List.of(
                    Path.of("/Applications/Chromium.app/Contents/MacOS/Chromium"),
                    Path.of("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"));
    private static final Duration UPDATE = Duration.ofMinutes(3);
    private static final Duration INSTALL = Duration.ofMinutes(8);

    private static final String HELP =
            "the console's tests need a browser: install Chromium (Debian: apt-get install chromium"
                    + " fonts-noto-cjk, macOS: brew install --cask chromium) or name one in the"
                    + " environment variable CHROMIUM";

    private Chromium() {}

    /**
     * Its program.
     *
     * @throws IllegalStateException with what to install, if there is none and this process may not
     *     install it
     */
    static Path program() throws IOException, InterruptedException {
        Optional<Path> found = find();
        if (found.isPresent()) {
            return found.get();
        }
        if (!"root".equals(System.getProperty("user.name")) || onPath("apt-get").isEmpty()) {
            throw new IllegalStateException(HELP);
        }
        apt(UPDATE, "update");
        // The second is for Chinese: without it screenshots show boxes.
        apt(INSTALL, "install", "-y", "--no-install-recommends", "chromium", "fonts-noto-cjk");
        return find().orElseThrow(() -> new IllegalStateException(HELP));
    }

    private static Optional<Path> find() {
        String named = System.getenv("CHROMIUM");
        if (named != null && !named.isEmpty()) {
            return Optional.of(Path.of(named));
        }
        return Stream.concat(NAMES.stream().flatMap(name -> onPath(name).stream()), PLACES.stream())
                .filter(Files::isExecutable)
                .findFirst();
    }

    static Optional<Path> onPath(String name) {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.of(path.split(File.pathSeparator))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static void apt(Duration limit, String... arguments)
            throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("apt-get", "-q"));
        command.addAll(List.of(arguments));
        // Not to this process's own output, which Maven parses.
        Path log = Files.createDirectories(Path.of("target")).resolve("apt.log");
        var builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
        Process process = builder.start();
        if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException(String.join(" ", command) + " takes over " + limit);
        }
        if (process.exitValue() != 0) {
            throw new IllegalStateException(
                    HELP + "; " + String.join(" ", command) + " failed: " + Files.readString(log));
        }
    }
}
