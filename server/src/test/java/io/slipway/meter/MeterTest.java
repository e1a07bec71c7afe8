package io.slipway.meter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The meter: the cost of a device's calls, compared with {@code figures.txt} next to this class, in
 * both directions. If a change makes a call more expensive, give the reason in that file and in the
 * same commit; if it makes one cheaper, record the new number, so that the gain can't be lost
 * unnoticed.
 *
 * <p>Independent of time: the server's clock stands still and its housekeeping runs on request. Its
 * JVM compiles with C1 only, which allocates what the source says (C2 removes allocations that it
 * can prove unnecessary, and proves more on some days than on others), and has the heap layout of
 * the launcher's. Twelve runs, three at a time on two processors, differed by 0.3 % in bytes, but
 * for what {@link #LEAST_BYTES_TOLERANCE} names.
 */
class MeterTest {

    private static final String FIGURES = "figures.txt";
    private static final String WHERE = "server/src/test/resources/io/slipway/meter/" + FIGURES;
    private static final double BYTES_TOLERANCE = 0.03;

    /** In one run of twenty each batch of 250 rows takes a buffer of 8 kB more: 33 bytes a row. */
    private static final double LEAST_BYTES_TOLERANCE = 40;

    /** A mean of hundreds of calls: a smaller difference is a rounding error. */
    private static final double STATEMENTS_TOLERANCE = 0.015;

    private static final List<String> OPTIONS =
            List.of(
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-XX:+UseCompactObjectHeaders",
                    // Determines the number of event loops and compilers.
                    "-XX:ActiveProcessorCount=2",
                    "-Xms128m",
                    "-Xmx384m",
                    "-Xmn64m",
                    "-XX:MaxDirectMemorySize=96m",
                    "-Djava.awt.headless=true",
                    "-Dfile.encoding=UTF-8",
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow");

    /** A recorded number, and the reason for it. */
    private record Figure(double number, String reason) {}

    @TempDir private Path folder;

    @Test
    void aCallCostsWhatIsWrittenDown() throws Exception {
        Map<String, Figure> written = written();
        Map<String, Double> measured = measured();
        assertThat(measured.keySet()).as(WHERE).isEqualTo(written.keySet());
        var softly = new SoftAssertions();
        measured.forEach((name, number) -> {
            Figure figure = written.get(name);
            softly.assertThat(near(name, number, figure.number()))
                    .withFailMessage(() -> advice(name, number, figure))
                    .isTrue();
        });
        if (!softly.assertionErrorsCollected().isEmpty()) {
            var table = new StringBuilder("All of " + WHERE + " as it would be now:\n");
            measured.forEach(
                    (name, number) -> table.append(line(name, number, written.get(name).reason())));
            softly.fail(table.toString());
        }
        softly.assertAll();
    }

    private static boolean bytes(String name) {
        return name.endsWith("bytes");
    }

    private static boolean near(String name, double measured, double written) {
        return Math.abs(measured - written) <= tolerance(name, written);
    }

    private static double tolerance(String name, double written) {
        return bytes(name)
                ? Math.max(BYTES_TOLERANCE * written, LEAST_BYTES_TOLERANCE)
                : STATEMENTS_TOLERANCE;
    }

    private static String advice(String name, double measured, Figure figure) {
        boolean dearer = measured > figure.number();
        return String.format(
                Locale.ROOT,
                "%s: %s, and %s is written (%s). %s%n%s",
                name,
                number(name, measured),
                number(name, figure.number()),
                bytes(name)
                        ? String.format(
                                Locale.ROOT,
                                "%+.1f %%, of which ±%.1f %% is let pass",
                                100 * (measured / figure.number() - 1),
                                100 * tolerance(name, figure.number()) / figure.number())
                        : "no difference is let pass",
                dearer
                        ? "It became dearer: take out what is needless. If nothing is, write the new"
                                + " number into "
                                + WHERE
                                + " and say why, there and in the commit's message:"
                        : "It became cheaper, thank you: write the new number into "
                                + WHERE
                                + " in the same commit, so that the gain can't be lost unnoticed:",
                line(name, measured, figure.reason()));
    }

    private static String line(String name, double number, String reason) {
        return name + " = " + number(name, number) + " | " + reason + "\n";
    }

    private static String number(String name, double number) {
        return String.format(Locale.ROOT, bytes(name) ? "%.0f" : "%.2f", number);
    }

    // NAME = NUMBER | REASON
    private static Map<String, Figure> written() throws IOException {
        var figures = new LinkedHashMap<String, Figure>();
        try (var in = MeterTest.class.getResourceAsStream(FIGURES)) {
            assertThat(in).as(WHERE).isNotNull();
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            text.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .forEach(line -> {
                        int equals = line.indexOf(" = ");
                        int bar = line.indexOf(" | ");
                        assertThat(equals > 0 && bar > equals && bar + 3 < line.length())
                                .as("a name, a number and a reason in " + WHERE + ": " + line)
                                .isTrue();
                        figures.put(
                                line.substring(0, equals),
                                new Figure(
                                        Double.parseDouble(line.substring(equals + 3, bar)),
                                        line.substring(bar + 3)));
                    });
        }
        return figures;
    }

    private Map<String, Double> measured() throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(OPTIONS);
        command.addAll(
                List.of(
                        "-cp",
                        System.getProperty("java.class.path"),
                        Meter.class.getName(),
                        folder.toString()));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        // External options would be measured, too.
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
        Process process = builder.start();
        try {
            var output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("it ends").isTrue();
            assertThat(process.exitValue()).as(output).isZero();
            var figures = new LinkedHashMap<String, Double>();
            output.lines()
                    .filter(line -> line.startsWith(Meter.SIGN))
                    .map(line -> line.substring(Meter.SIGN.length()).split(" = ", 2))
                    .forEach(line -> figures.put(line[0], Double.valueOf(line[1])));
            return figures;
        } finally {
            process.destroyForcibly();
        }
    }
}
