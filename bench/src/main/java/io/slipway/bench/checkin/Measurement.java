package io.slipway.bench.checkin;

import io.slipway.bench.BenchFailure;
import io.slipway.bench.Median;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * One run as seen by wrk, and its cost for the server.
 *
 * @param seconds during which wrk sent requests
 */
record Measurement(long requests, double seconds, Times times, Answers answers, Cpu cpu) {

    /**
     * Response times, in ms.
     *
     * @param p50 the median
     */
    record Times(double p50, double p99, double max) {}

    /**
     * The answers.
     *
     * @param failures connections that could not be opened or broke, and answers that never came
     * @param wrong answers that a device must not get
     * @param promises answers that a crash must not undo: with a code, or that bound the device
     * @param used how many of the devices that can be used only once the run has consumed
     * @param dry how many of wrk's threads ran out of them
     * @param sample the first wrong answer, empty if there is none
     */
    record Answers(long failures, long wrong, long promises, long used, int dry, String sample) {

        /** Wrong and missing answers. */
        long bad() {
            return wrong + failures;
        }
    }

    /**
     * User and system time.
     *
     * @param server of the server process, including what it did after the answers
     * @param database the same of PostgreSQL's processes; 0 without them
     */
    record Cpu(double server, double database) {}

    /** Parses the output of {@code load/checkin.lua} at the end. */
    static Measurement parse(String output) {
        String sample = "";
        Map<String, Long> numbers = null;
        for (String line : output.lines().toList()) {
            if (line.startsWith("WRONG ")) {
                sample = line.substring("WRONG ".length()).strip();
            } else if (line.startsWith("RESULT ")) {
                numbers = numbers(line.substring("RESULT ".length()));
            }
        }
        if (numbers == null) {
            throw new BenchFailure("wrk printed no result: " + output.strip());
        }
        long failures =
                numbers.get("connect")
                        + numbers.get("read")
                        + numbers.get("write")
                        + numbers.get("timeout");
        return new Measurement(
                numbers.get("requests"),
                numbers.get("micros") / 1e6,
                new Times(
                        numbers.get("p50") / 1e3,
                        numbers.get("p99") / 1e3,
                        numbers.get("max") / 1e3),
                new Answers(
                        failures,
                        numbers.get("wrong"),
                        numbers.get("promises"),
                        numbers.get("used"),
                        Math.toIntExact(numbers.get("dry")),
                        sample),
                new Cpu(0, 0));
    }

    private static Map<String, Long> numbers(String line) {
        var numbers = new HashMap<String, Long>();
        for (String part : line.strip().split(" ", -1)) {
            int equals = part.indexOf('=');
            numbers.put(part.substring(0, equals), Long.parseLong(part.substring(equals + 1)));
        }
        return numbers;
    }

    Measurement withCpu(double server, double database) {
        return new Measurement(requests, seconds, times, answers, new Cpu(server, database));
    }

    double perSecond() {
        return seconds == 0 ? 0 : requests / seconds;
    }

    double p50() {
        return times.p50();
    }

    double p99() {
        return times.p99();
    }

    double max() {
        return times.max();
    }

    double cpuMicros() {
        return requests == 0 ? 0 : cpu.server() * 1e6 / requests;
    }

    double databaseCpuMicros() {
        return requests == 0 ? 0 : cpu.database() * 1e6 / requests;
    }

    /** The median of a figure. */
    static double median(List<Measurement> runs, ToDoubleFunction<Measurement> figure) {
        return Median.of(runs.stream().map(figure::applyAsDouble).toList());
    }
}
