package io.slipway.bench.sessions;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** The report of {@code bench sessions} for people. */
final class SessionsReport {

    private static final double KILOBYTES = 25;
    private static final double FRAMES = 33_000;
    private static final double ADDED = 5;
    private static final double CPU = 2.2;
    private static final String ROW = "%-10s %9s %8s %8s %8s %8s %8s %9s %7s%n";

    private final PrintStream out;
    private final StringBuilder table =
            new StringBuilder("| | measured | target |\n| --- | --- | --- |\n");

    SessionsReport(PrintStream out) {
        this.out = out;
    }

    void idle(IdleRun.IdleFigures found) {
        out.printf(
                Locale.ROOT,
                """

                %,d idle sessions, opened in %.1f s: kB of 1000 bytes for each
                  heap      %6.1f  live objects, after a full collection
                  off-heap  %6.1f  committed by the JVM outside the heap (native memory tracking)
                  process   %6.1f  resident memory, without the kernel's socket buffers
                  left      %6.1f  additional live objects after all sessions have closed
                The process used %.0f MB without and %.0f MB with them, at most %.0f MB.
                """,
                found.sessions(),
                found.opening(),
                found.heap(),
                found.offHeap(),
                found.process(),
                found.left(),
                found.before().process() / 1e6,
                found.with().process() / 1e6,
                found.peakMegabytes());
        line(
                whole(found.sessions()) + " 个空闲会话，每个 idle sessions, each",
                one(found.process())
                        + " kB (heap "
                        + one(found.heap())
                        + ", off-heap "
                        + one(found.offHeap())
                        + ")",
                "≤ " + whole(KILOBYTES) + " kB",
                found.process() <= KILOBYTES);
    }

    void talk(TalkFigures figures) {
        int sessions = figures.relay().getFirst().talk().sessions();
        out.printf(
                Locale.ROOT,
                """

                %,d sessions talking, a frame each way every %d ms; the bare echo has twice as many connections.
                A frame that comes in and goes out counts once: the two directions of a relayed session are two frames.
                Times are from a device to the answering side and back. load: delay of the load generator, p99.
                """,
                sessions,
                Speech.PERIOD_MS);
        out.printf(
                ROW,
                "server",
                "frames/s",
                "p50 ms",
                "p90 ms",
                "p99 ms",
                "p99.9 ms",
                "load ms",
                "CPU µs",
                "× bare");
        row("direct", figures.direct(), "", "");
        row("bare echo", figures.bare(), cpu(figures.bare()), "1.00");
        row("slipway", figures.relay(), cpu(figures.relay()), two(figures.cpuRatio()));
        out.printf(
                ROW,
                "added",
                "",
                two(figures.added(0.5)),
                two(figures.added(0.9)),
                two(figures.added(0.99)),
                two(figures.added(0.999)),
                "",
                "",
                "");
        if (figures.bad() > 0) {
            out.printf(Locale.ROOT, "WRONG: %,d frames or sessions%n", figures.bad());
        }
        targets(figures, sessions);
    }

    private void targets(TalkFigures figures, int sessions) {
        double rate = TalkFigures.median(figures.relay(), TalkFigures.Turn::perSecond);
        double wanted = FRAMES * sessions / 1_000;
        line(
                whole(sessions) + " 个通话会话 talking sessions",
                whole(rate) + " frames/s",
                "≥ " + whole(wanted) + "/s",
                rate >= wanted);
        line(
                "中继增加的延迟 latency added by the relay",
                "p50 " + two(figures.added(0.5)) + " ms, p99 " + two(figures.added(0.99)) + " ms",
                "p99 ≤ " + whole(ADDED) + " ms",
                figures.added(0.99) <= ADDED);
        line(
                "每帧 CPU，相对空回声 CPU a frame, × bare echo",
                cpu(figures.relay())
                        + " µs, "
                        + cpu(figures.bare())
                        + " µs bare: "
                        + two(figures.cpuRatio())
                        + " ×",
                "≤ " + one(CPU) + " ×",
                figures.cpuRatio() <= CPU);
    }

    private void row(String server, List<TalkFigures.Turn> turns, String cpu, String ratio) {
        out.printf(
                ROW,
                server,
                whole(TalkFigures.median(turns, TalkFigures.Turn::perSecond)),
                millis(turns, 0.5),
                millis(turns, 0.9),
                millis(turns, 0.99),
                millis(turns, 0.999),
                two(TalkFigures.median(turns, turn -> turn.talk().late().millis(0.99))),
                cpu,
                ratio);
    }

    private static String millis(List<TalkFigures.Turn> turns, double share) {
        return two(TalkFigures.median(turns, turn -> turn.millis(share)));
    }

    private static String cpu(List<TalkFigures.Turn> turns) {
        return one(TalkFigures.median(turns, TalkFigures.Turn::cpuMicros));
    }

    private static String whole(double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }

    private static String one(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private static String two(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    private void line(String what, String measured, String target, boolean reached) {
        String verdict = reached ? "reached" : "**not reached**";
        table.append("| " + what + " | " + measured + " | " + target + ": " + verdict + " |\n");
    }

    /** For the page of figures. */
    void table() {
        out.println();
        out.print(table);
    }
}
