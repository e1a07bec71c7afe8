package io.slipway.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** A child process, which ends with this one in any case. */
public final class Child implements AutoCloseable {

    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    /**
     * Linux reports CPU time to user space in hundredths of a second, independent of the kernel's
     * tick.
     */
    private static final double TICKS = 100;

    static {
        // Not even Ctrl-C may leave a server behind.
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(() -> RUNNING.forEach(Process::destroyForcibly), "children"));
    }

    private final Process process;

    private Child(Process process) {
        this.process = process;
    }

    /**
     * @param environment added to this process's own, without any Slipway settings
     * @param log both outputs are appended to it
     */
    public static Child start(
            List<String> command, Map<String, String> environment, Path folder, Path log) {
        var builder = new ProcessBuilder(command).directory(folder.toFile());
        Map<String, String> inherited = builder.environment();
        // JVM options are passed on, for example for a profiler.
        inherited
                .keySet()
                .removeIf(n -> n.startsWith("SLIPWAY_") && !n.equals("SLIPWAY_JAVA_OPTS"));
        inherited.putAll(environment);
        builder.redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        try {
            Process process = builder.start();
            RUNNING.add(process);
            return new Child(process);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public boolean running() {
        return process.isAlive();
    }

    /** User and system time so far, in seconds. */
    public double cpu() {
        return cpu(process.pid());
    }

    /** The same, including its child processes. */
    public double familyCpu() {
        return cpu() + process.descendants().mapToDouble(one -> cpu(one.pid())).sum();
    }

    public static double cpu(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            // The name may contain spaces; fields 14 and 15 follow it.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public long pid() {
        return process.pid();
    }

    /** Its peak memory, in MB of 10^6 bytes. */
    public double peakMegabytes() {
        return status("VmHWM:") / 1e6;
    }

    /** Its current memory, in bytes. */
    public long residentBytes() {
        return status("VmRSS:");
    }

    private long status(String name) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
                if (line.startsWith(name)) {
                    return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
                }
            }
            throw new IllegalStateException("no " + name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends it abruptly, like a power failure. */
    public void kill() {
        process.destroyForcibly();
        await(10);
    }

    /** Asks it to end; after a while forces it. */
    @Override
    public void close() {
        process.destroy();
        if (!await(30)) {
            kill();
        }
    }

    /** Waits until it ends by itself; false on timeout. */
    public boolean await(long seconds) {
        try {
            boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
            if (ended) {
                RUNNING.remove(process);
            }
            return ended;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    int exitCode() {
        return process.exitValue();
    }
}
