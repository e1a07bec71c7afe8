package io.slipway.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.simulator.arguments.Arguments;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A small run of a benchmark from beginning to end.
 *
 * @param text its output
 */
public record SmallRun(String text, JsonNode figures) {

    /** A benchmark, ready to run. */
    @FunctionalInterface
    public interface Bench<O> {
        boolean run(O options, Path home, Servers.How how, PrintStream out) throws IOException;
    }

    /**
     * Runs it once for a second; everything must be right.
     *
     * @param folder for the figures
     * @param options besides those that make it short
     */
    public static <O> SmallRun run(
            Path folder, Arguments<O> line, Bench<O> bench, String... options) throws IOException {
        return run(folder, true, line, bench, options);
    }

    /** Like {@link #run}; if answers are late on a slow machine, not everything may be right. */
    public static <O> SmallRun whatever(
            Path folder, Arguments<O> line, Bench<O> bench, String... options) throws IOException {
        return run(folder, false, line, bench, options);
    }

    private static <O> SmallRun run(
            Path folder, boolean strict, Arguments<O> line, Bench<O> bench, String... options)
            throws IOException {
        Path json = folder.resolve("figures.json");
        var all = new ArrayList<>(List.of(options));
        all.addAll(List.of("--seconds=1", "--warmup=0", "--runs=1", "--json=" + json));
        var said = new ByteArrayOutputStream();
        boolean right =
                bench.run(
                        line.read(all.toArray(String[]::new)),
                        Path.of("").toAbsolutePath().getParent(),
                        Servers.How.here(),
                        new PrintStream(said, true, StandardCharsets.UTF_8));
        String text = said.toString(StandardCharsets.UTF_8);
        assertThat(right || !strict).as(text).isTrue();
        return new SmallRun(text, new ObjectMapper().readTree(json.toFile()));
    }
}
