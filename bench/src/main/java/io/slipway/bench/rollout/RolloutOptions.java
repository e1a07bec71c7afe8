package io.slipway.bench.rollout;

import io.slipway.bench.Fleet;
import io.slipway.bench.RunOptions;
import io.slipway.simulator.arguments.Arguments;
import io.slipway.simulator.arguments.OptionTable;
import java.util.Set;

/**
 * What {@code bench rollout} measures.
 *
 * @param devices that a rollout is created for
 * @param offers devices that each get one, and that check in while rollouts run
 */
record RolloutOptions(int devices, int offers, Set<Part> phases, boolean fresh, Run run)
        implements RunOptions {

    /** What is measured. */
    enum Part {
        OFFERS,
        CHECKINS,
        PLAN
    }

    private static final String HEADER =
            """
            slipway bench rollout: offers per second, check-ins while rollouts run, and starting a rollout
            升级的基准测试：每秒下发数、有升级任务时的设备检查、创建并启动升级任务
            """;
    private static final String FOOTER =
            """
            The stores are filled once, in bench-results/. Exit code 0: all answers were correct and all
            offers durable, whatever the figures. 1: some were not, or something failed. 2: bad options.
            """;

    // Above this, the indices of bound devices would overlap with those of the next kind.
    private static final int MOST = (int) Fleet.PENDING;

    static Arguments<RolloutOptions> arguments() {
        var table = new OptionTable(HEADER, FOOTER);
        var phases = table.some("--phases A,B", Part.class, "what is measured");
        var offers =
                table.whole(
                        "--offers N",
                        100,
                        MOST,
                        200_000,
                        "devices that get an offer, and that check in");
        var devices =
                table.whole(
                        "--devices N", 1, MOST, 1_000_000, "devices that a rollout is created for");
        var run = Run.in(table, 20, 10);
        var fresh = table.flag("--fresh", "fill the stores again even if suitable ones exist");
        return new Arguments<>(
                table,
                wrong -> {},
                () ->
                        new RolloutOptions(
                                devices.get(), offers.get(), phases.get(), fresh.get(), run.get()));
    }
}
