package io.slipway.bench.sessions;

import io.slipway.bench.RunOptions;
import io.slipway.simulator.arguments.Arguments;
import io.slipway.simulator.arguments.OptionTable;
import java.util.Set;

/**
 * What {@code bench sessions} measures.
 *
 * @param idle sessions that are idle after hello
 * @param talking sessions that talk both ways all the time
 */
record SessionsOptions(int idle, int talking, Set<Part> phases, boolean fresh, Run run)
        implements RunOptions {

    /** What is measured. */
    enum Part {
        /** The memory of a session. */
        IDLE,
        /** The time and CPU of a frame. */
        TALK
    }

    private static final String HEADER =
            """
            slipway bench sessions: voice sessions, compared with a bare echo of the same framework
            语音会话的基准测试，与同框架的空回声服务对照
            """;
    private static final String FOOTER =
            """
            Each session needs an open file, here and in the server: 20,000 sessions need "ulimit -n" above
            20,500. Exit code 0: every frame came back, in order and unchanged, whatever the figures. 1:
            some did not, or something failed. 2: bad options.
            """;

    static Arguments<SessionsOptions> arguments() {
        var table = new OptionTable(HEADER, FOOTER);
        var idle =
                table.whole(
                        "--idle N",
                        1,
                        1_000_000,
                        20_000,
                        "sessions that send a hello and nothing else");
        var talking =
                table.whole(
                        "--talking N",
                        1,
                        20_000,
                        1_000,
                        "sessions that talk both ways through the relay");
        var run = Run.in(table, 20, 10);
        var phases = table.some("--phases A,B", Part.class, "what is measured");
        var fresh = table.flag("--fresh", "fill the store again even if a suitable one exists");
        return new Arguments<>(
                table,
                wrong -> {},
                () ->
                        new SessionsOptions(
                                idle.get(), talking.get(), phases.get(), fresh.get(), run.get()));
    }
}
