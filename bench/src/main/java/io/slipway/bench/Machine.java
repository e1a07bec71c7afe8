package io.slipway.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The machine that the figures were measured on. */
public final class Machine {

    private static final int WRITES = 200;
    private static final int BLOCK = 4096;

    private Machine() {}

    /** By name, in the order of the report. */
    public static Map<String, Object> facts(Path folder) throws IOException {
        var facts = new LinkedHashMap<String, Object>();
        facts.put("cores", Runtime.getRuntime().availableProcessors());
        facts.put("cpu", value("/proc/cpuinfo", "model name"));
        long kib = Long.parseLong(value("/proc/meminfo", "MemTotal").replaceAll("[^0-9]", ""));
        facts.put("memoryMb", Math.round(kib * 1024 / 1e6));
        facts.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        facts.put("jdk", System.getProperty("java.runtime.version"));
        facts.put("loadBefore", Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0]);
        facts.put("fsyncP50Ms", fsyncMillis(folder));
        return facts;
    }

    /** Prints {@link #facts}. */
    public static void print(Map<String, Object> facts, PrintStream out) {
        facts.forEach((name, value) -> out.printf(Locale.ROOT, "%-14s %s%n", name, value));
    }

    /** The commit of a checkout, with "+" if files are modified; empty if none. */
    public static String commit(Path home) {
        try {
            Process git =
                    new ProcessBuilder("git", "describe", "--always", "--abbrev=10", "--dirty=+")
                            .directory(home.toFile())
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            try (var output = git.getInputStream()) {
                return new String(output.readAllBytes(), StandardCharsets.UTF_8).strip();
            }
        } catch (IOException e) {
            return "";
        }
    }

    /** How many files a process may have open. */
    public static long openFiles() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/self/limits"))) {
            return lines.filter(line -> line.startsWith("Max open files"))
                    .map(line -> line.strip().split("\\s+")[4])
                    .mapToLong(hard ->
                            hard.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(hard))
                    .findFirst()
                    .orElse(Long.MAX_VALUE);
        }
    }

    private static String value(String file, String name) throws IOException {
        try (var lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(name))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("0");
        }
    }

    // Each durable commit waits for this: it limits the rate of new devices.
    private static double fsyncMillis(Path folder) throws IOException {
        Path file = folder.resolve("fsync");
        var times = new ArrayList<Double>();
        try (var channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            for (int i = 0; i < WRITES; i++) {
                long before = System.nanoTime();
                channel.write(ByteBuffer.allocate(BLOCK));
                channel.force(true);
                times.add((System.nanoTime() - before) / 1e6);
            }
        }
        Files.delete(file);
        return Math.round(Median.of(times) * 1000) / 1000.0;
    }
}
