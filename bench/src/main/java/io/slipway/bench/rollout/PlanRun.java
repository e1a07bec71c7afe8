package io.slipway.bench.rollout;

import io.slipway.bench.Servers;
import io.slipway.bench.Store;
import io.slipway.protocol.firmware.Chip;
import io.slipway.protocol.firmware.ImageWriter;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a person waits for with a large fleet: preview, create, start, the count of a stage. */
final class PlanRun {

    private static final Duration COUNTING = Duration.ofMinutes(10);

    private final RolloutOptions options;
    private final Servers servers;
    private final PrintStream out;

    /** Times in seconds for one rollout, from its preview until it runs and has been counted. */
    record PlanTimes(double preview, double create, double start, double counted) {

        /** The time that the target refers to. */
        double made() {
            return create + start;
        }
    }

    /**
     * The results.
     *
     * @param matched how many devices the preview saw
     */
    record PlanFigures(long matched, List<PlanTimes> runs) {
        Map<String, Object> json() {
            var map = new LinkedHashMap<String, Object>();
            map.put("reachable", matched);
            map.put("runs", runs);
            return map;
        }
    }

    PlanRun(RolloutOptions options, Servers servers, PrintStream out) {
        this.options = options;
        this.servers = servers;
        this.out = out;
    }

    /** On a copy that no server has open. */
    PlanFigures run(Store store) {
        String login = Console.login(store, "planner", true);
        var runs = new ArrayList<PlanTimes>();
        long matched = 0;
        try (var server = servers.real(store, OffersRun.NO_LIMIT, List.of());
                var console = new Console(server.port(), login)) {
            for (int i = 0; i < options.runs(); i++) {
                var image = new ImageWriter(Chip.ESP32S3).version("2.5." + i);
                String plan = Console.plan(console.build(image, Console.BOARD), "100", true, "");
                long began = System.nanoTime();
                matched =
                        console.call("POST", "/v1/rollouts/preview", plan)
                                .path("reachable")
                                .asLong();
                double preview = seconds(began);
                began = System.nanoTime();
                String id = console.call("POST", "/v1/rollouts", plan).path("id").asText();
                double create = seconds(began);
                began = System.nanoTime();
                console.call("POST", "/v1/rollouts/" + id + "/start", "{}");
                double start = seconds(began);
                console.awaitCount(id, COUNTING);
                var run = new PlanTimes(preview, create, start, seconds(began));
                runs.add(run);
                console.call("POST", "/v1/rollouts/" + id + "/cancel", "{}");
                out.printf(
                        Locale.ROOT,
                        "  run %d: preview %.1f s, create %.3f s, start %.3f s, counted %.1f s"
                                + " after the start%n",
                        i + 1,
                        run.preview(),
                        run.create(),
                        run.start(),
                        run.counted());
            }
        }
        return new PlanFigures(matched, runs);
    }

    private static double seconds(long began) {
        return (System.nanoTime() - began) / 1e9;
    }
}
