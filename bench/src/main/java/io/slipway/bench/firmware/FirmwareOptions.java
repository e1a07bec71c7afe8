package io.slipway.bench.firmware;

import io.slipway.bench.RunOptions;
import io.slipway.simulator.arguments.Arguments;
import io.slipway.simulator.arguments.OptionTable;
import java.util.List;
import java.util.stream.Stream;

/**
 * What {@code bench firmware} measures.
 *
 * @param clients how many download at once, one after another
 * @param slow how many slow ones the server's memory is measured with
 */
record FirmwareOptions(List<Integer> clients, int megabytes, int slow, Run run)
        implements RunOptions {

    private static final String HEADER =
            """
            slipway bench firmware: downloads, compared with nginx with sendfile, alternating
            固件下载的基准测试，与启用 sendfile 的 nginx 对照
            """;
    private static final String FOOTER =
            """
            Needs nginx (Debian: apt-get install nginx-light). Exit code 0: every download was correct,
            whatever the figures. 1: some were not, or something failed. 2: bad options, or no nginx.
            """;
    private static final int MOST = 20_000;
    private static final String CLIENTS = "concurrent downloads, 1 to " + MOST + " each";

    static Arguments<FirmwareOptions> arguments() {
        var table = new OptionTable(HEADER, FOOTER);
        var clients = table.value("--clients A,B", "1,100,1000", FirmwareOptions::clients, CLIENTS);
        var megabytes =
                table.whole(
                        "--megabytes N",
                        1,
                        1_000,
                        4,
                        "length of the file in megabytes of 1,000,000 bytes");
        var slow =
                table.whole(
                        "--slow N",
                        0,
                        MOST,
                        1000,
                        "slow clients, to measure the server's memory; 0 for none");
        var run = Run.in(table, 10, 5);
        return new Arguments<>(
                table,
                wrong -> {},
                () -> new FirmwareOptions(clients.get(), megabytes.get(), slow.get(), run.get()));
    }

    private static List<Integer> clients(String text) {
        return Stream.of(text.split(",", -1)).map(one -> OptionTable.whole(one, 1, MOST)).toList();
    }
}
