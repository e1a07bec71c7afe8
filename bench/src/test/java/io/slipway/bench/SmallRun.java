package io.slipway.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A small run of a benchmark from beginning to end.
 *
 * @param text what it said
 */
public record SmallRun(String text, JsonNode figures) {

    /** A benchmark with its options, ready to run. */
    @FunctionalInterface
    public interface Bench {
        public boolean run(Path home, Servers.How how, PrintStream out) throws IOException;
    }

    /**
     * Runs it; it must find everything right.
     *
     * @param json where its options say that the figures go
     */
    public static SmallRun run(Path json, Bench bench) throws IOException {
        return run(json, true, bench);
    }

    /** As {@link #run(Path, Bench)}; where answers are late on a slow machine, all may not be. */
    public static SmallRun whatever(Path json, Bench bench) throws IOException {
        return run(json, false, bench);
    }

    private static SmallRun run(Path json, boolean strict, Bench bench) throws IOException {
        var said = new ByteArrayOutputStream();
        boolean right =
                bench.run(
                        Path.of("").toAbsolutePath().getParent(),
                        Servers.How.here(),
                        new PrintStream(said, true, StandardCharsets.UTF_8));
        String text = said.toString(StandardCharsets.UTF_8);
        assertThat(right || !strict).as(text).isTrue();
        return new SmallRun(text, new ObjectMapper().readTree(json.toFile()));
    }
}
