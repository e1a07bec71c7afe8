package io.slipway.proxy;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A program of a Debian package of the same name: the machine's own, or one downloaded now. It is
 * only unpacked below {@code target}: installing it would start it as a service.
 */
record DebianProgram(Path program, Path libraries) {

    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final Path ROOT = Path.of("target", "debian").toAbsolutePath();

    /**
     * @throws IllegalStateException with what to install, if there is none and it can't be
     *     downloaded
     */
    static DebianProgram of(String name) throws IOException, InterruptedException {
        Path unpacked = ROOT.resolve(name);
        Optional<DebianProgram> found = find(name, unpacked);
        if (found.isEmpty()) {
            download(name, unpacked);
            found = find(name, unpacked);
        }
        return found.orElseThrow(() -> missing(name, "there is no such program in the package"));
    }

    private static IllegalStateException missing(String name, String why) {
        return new IllegalStateException(
                "the tests with proxies need "
                        + name
                        + ": install it (Debian: apt-get install nginx haproxy caddy, macOS: brew"
                        + " install nginx haproxy caddy); "
                        + why);
    }

    private static Optional<DebianProgram> find(String name, Path unpacked) throws IOException {
        String path = System.getenv().getOrDefault("PATH", "");
        Stream<Path> own =
                Stream.concat(
                        Arrays.stream(path.split(File.pathSeparator)).map(Path::of),
                        Stream.of(Path.of("/usr/sbin")));
        Stream<Path> downloaded =
                Stream.of(unpacked.resolve("usr/sbin"), unpacked.resolve("usr/bin"));
        return Stream.concat(own, downloaded)
                .map(folder -> folder.resolve(name))
                .filter(Files::isExecutable)
                .findFirst()
                .map(program -> new DebianProgram(program, unpacked.resolve("usr/lib")));
    }

    // Without root, and without changing the machine: the lists of packages are fetched to our own
    // folder, too.
    private static void download(String name, Path unpacked)
            throws IOException, InterruptedException {
        Path state = ROOT.resolve("apt-" + name);
        Files.createDirectories(state.resolve("lists/partial"));
        Path packages = Files.createDirectories(state.resolve("archives"));
        Files.createDirectories(packages.resolve("partial"));
        var apt =
                List.of(
                        "apt-get",
                        "-q",
                        "-y",
                        "-o",
                        "Debug::NoLocking=1",
                        "-o",
                        "APT::Sandbox::User=",
                        "-o",
                        "Dir::State::lists=" + state.resolve("lists"),
                        "-o",
                        "Dir::Cache::pkgcache=",
                        "-o",
                        "Dir::Cache::srcpkgcache=",
                        "-o",
                        "Dir::Cache::archives=" + packages);
        run(name, apt, "update");
        run(name, apt, "install", "--no-install-recommends", "--download-only", name);
        try (Stream<Path> files = Files.list(packages)) {
            for (Path each : files.filter(file -> file.toString().endsWith(".deb")).toList()) {
                run(name, List.of("dpkg-deb", "-x", each.toString(), unpacked.toString()));
            }
        }
    }

    private static void run(String name, List<String> program, String... arguments)
            throws IOException, InterruptedException {
        var command = new ArrayList<>(program);
        command.addAll(List.of(arguments));
        Path log = ROOT.resolve(name + ".log");
        Process process;
        try {
            process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                            .start();
        } catch (IOException e) {
            throw missing(name, e.getMessage());
        }
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw missing(name, String.join(" ", command) + " takes over " + LIMIT);
        }
        if (process.exitValue() != 0) {
            throw missing(name, String.join(" ", command) + " failed: " + Files.readString(log));
        }
    }

    /** A process that runs it, with the libraries that came along. */
    ProcessBuilder with(List<String> arguments) throws IOException {
        var command = new ArrayList<>(List.of(program.toString()));
        command.addAll(arguments);
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        if (Files.isDirectory(libraries)) {
            try (Stream<Path> folders = Files.walk(libraries, 1)) {
                List<String> all = folders.filter(Files::isDirectory).map(Path::toString).toList();
                builder.environment().put("LD_LIBRARY_PATH", String.join(":", all));
            }
        }
        return builder;
    }
}
