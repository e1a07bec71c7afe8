package io.slipway.bench.speech;

import io.slipway.bench.RunOptions;
import io.slipway.simulator.arguments.Arguments;
import io.slipway.simulator.arguments.OptionTable;

/** What {@code bench speech} measures. */
record SpeechOptions(Run run) implements RunOptions {

    private static final String HEADER =
            """
            slipway bench speech: processor time for each second of sound, of one thread
            语音编解码的基准测试：每秒声音所用的处理器时间（单线程）
            """;
    private static final String FOOTER =
            """
            Exit code 0: measured. 1: something failed. 2: bad options.
            """;

    static Arguments<SpeechOptions> arguments() {
        var table = new OptionTable(HEADER, FOOTER);
        var run = Run.in(table, 5, 5);
        return new Arguments<>(table, wrong -> {}, () -> new SpeechOptions(run.get()));
    }
}
