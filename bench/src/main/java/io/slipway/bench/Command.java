package io.slipway.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.simulator.arguments.Arguments;
import io.slipway.simulator.arguments.OptionTable;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/** How every benchmark is called: its command line, its exit code, and the file for its figures. */
public record Command<O extends RunOptions>(String name, Supplier<Arguments<O>> line, Job<O> job) {

    private static final Logger QUIET = Logger.getLogger("");

    /** Measures and reports. */
    @FunctionalInterface
    public interface Job<O> {

        /**
         * False if an answer was wrong.
         *
         * @param home of the project
         * @param results for filled stores, logs and figures
         */
        public boolean run(O options, Path home, Path results, PrintStream out) throws IOException;
    }

    public void main(String... arguments) {
        // Only the report matters; migrations log a lot.
        QUIET.setLevel(Level.WARNING);
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.exit(run(out, System.err, Path.of(System.getProperty("slipway.home")), arguments));
    }

    public int run(PrintStream out, PrintStream err, Path home, String... arguments) {
        if (OptionTable.asksForHelp(arguments)) {
            out.print(line.get().help());
            return 0;
        }
        O options;
        try {
            options = line.get().read(arguments);
        } catch (IllegalArgumentException e) {
            err.println("bench " + name + ": " + e.getMessage() + " (see --help)");
            return 2;
        }
        try {
            Path results = Files.createDirectories(home.resolve("bench-results"));
            return job.run(options, home, results, out) ? 0 : 1;
        } catch (BenchFailure e) {
            err.println("bench " + name + ": " + e.getMessage());
            return e.exitCode();
        } catch (IOException e) {
            err.println("bench " + name + ": " + e);
            return 1;
        }
    }

    /** Writes the figures as JSON; returns the file. */
    public static Path write(
            String name, RunOptions options, Path results, Map<String, ? extends Object> figures)
            throws IOException {
        String time =
                DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss")
                        .format(LocalDateTime.now(ZoneId.systemDefault()));
        Path file =
                options.json() != null
                        ? options.json().toAbsolutePath()
                        : results.resolve(name + "-" + time + ".json");
        var all = new LinkedHashMap<String, Object>();
        all.put("time", time);
        all.put("seconds", options.seconds());
        all.put("warmup", options.warmup());
        all.putAll(figures);
        new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(file.toFile(), all);
        return file;
    }
}
