package io.slipway.simulator.talk;

import io.slipway.simulator.count.Findings;
import io.slipway.simulator.count.Latencies;
import io.slipway.simulator.count.Percentiles;
import io.slipway.simulator.count.Tally;
import io.slipway.simulator.strict.RuleBroken;
import java.util.concurrent.atomic.LongAdder;

/** The conversations of one device or of a fleet. Thread-safe. */
public final class TalkLog {

    private final Tally broken = new Tally();
    private final Tally warnings = new Tally();
    private final Tally troubles = new Tally();
    private final LongAdder sessions = new LongAdder();
    private final LongAdder turns = new LongAdder();
    private final LongAdder interruptions = new LongAdder();
    private final LongAdder losses = new LongAdder();
    private final LongAdder reboots = new LongAdder();
    private final LongAdder refusals = new LongAdder();
    private final LongAdder framesUp = new LongAdder();
    private final LongAdder framesDown = new LongAdder();
    private final Latencies answers = new Latencies();
    private volatile boolean closed;

    public void broken(RuleBroken rule, String mac) {
        broken.add(rule.rule(), rule.what(), mac);
    }

    /**
     * @param what the rule or the kind, a colon, and what happened
     */
    public void warning(String what, String mac) {
        add(warnings, what, mac);
    }

    public void trouble(String what, String mac) {
        add(troubles, what, mac);
    }

    // Excludes what is caused by the end of the run.
    private void add(Tally tally, String what, String mac) {
        if (!closed) {
            int colon = what.indexOf(':');
            String rule = colon < 0 ? what : what.substring(0, colon);
            tally.add(rule, colon < 0 ? what : what.substring(colon + 1).strip(), mac);
        }
    }

    void session() {
        sessions.increment();
    }

    public void turn() {
        turns.increment();
    }

    public void answered(long nanos) {
        answers.add(nanos);
    }

    public void interrupted() {
        interruptions.increment();
    }

    public void lost() {
        losses.increment();
    }

    public void rebooted() {
        reboots.increment();
    }

    void refused() {
        refusals.increment();
    }

    void up() {
        framesUp.increment();
    }

    void down() {
        framesDown.increment();
    }

    public void close() {
        closed = true;
    }

    /** The current report. */
    public TalkReport report() {
        return new TalkReport(
                sessions.sum(),
                turns.sum(),
                new TalkReport.Incidents(
                        interruptions.sum(), losses.sum(), refusals.sum(), reboots.sum()),
                framesUp.sum(),
                framesDown.sum(),
                Percentiles.of(answers),
                new Findings(broken.list(), warnings.list(), troubles.list()));
    }
}
