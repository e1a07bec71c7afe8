package io.slipway.simulator.fleet;

import io.slipway.simulator.count.Findings;
import io.slipway.simulator.count.Tally;
import io.slipway.simulator.count.Traffic;
import io.slipway.simulator.strict.RuleBroken;
import io.slipway.simulator.talk.TalkLog;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** The state of a running fleet. Thread-safe. */
public final class FleetLog {

    private final Map<State, AtomicInteger> states = new EnumMap<>(State.class);
    private final Tally broken = new Tally();
    private final Tally warnings = new Tally();
    private final Tally troubles = new Tally();
    private final LongAdder goodAnswers = new LongAdder();
    private final LongAdder nvsWrites = new LongAdder();
    private final LongAdder codesEntered = new LongAdder();
    private final long start = System.nanoTime();
    private final @Nullable TalkLog talk;
    private volatile boolean closed;

    /**
     * @param talk null when they don't talk
     */
    public FleetLog(int devices, @Nullable TalkLog talk) {
        this.talk = talk;
        for (State state : State.values()) {
            states.put(state, new AtomicInteger(state == State.OFF ? devices : 0));
        }
    }

    void moved(State from, State to) {
        // Incremented before the other is decremented, so that the sum never misses a device.
        count(to).incrementAndGet();
        count(from).decrementAndGet();
    }

    private AtomicInteger count(State state) {
        return Objects.requireNonNull(states.get(state));
    }

    public void broken(RuleBroken rule, String mac) {
        broken.add(rule.rule(), rule.what(), mac);
    }

    void warning(String what, String mac) {
        int colon = what.indexOf(':');
        warnings.add(what.substring(0, Math.max(0, colon)), what.substring(colon + 1).strip(), mac);
    }

    /** Trouble that devices survive; what is caused by the end of the run is excluded. */
    public void trouble(String what, String mac) {
        if (!closed) {
            int colon = what.indexOf(':');
            troubles.add(colon < 0 ? what : what.substring(0, colon), what, mac);
        }
    }

    public void goodAnswer(long writes) {
        goodAnswers.increment();
        nvsWrites.add(writes);
    }

    public void codeEntered() {
        codesEntered.increment();
    }

    public void close() {
        closed = true;
        if (talk != null) {
            talk.close();
        }
    }

    public FleetReport report(int devices, Traffic traffic) {
        return new FleetReport(
                devices,
                new FleetReport.DeviceStates(
                        Math.max(0, devices - count(State.OFF).get()),
                        count(State.WAITING_WITH_CODE).get(),
                        count(State.WAITING_WITHOUT_CODE).get(),
                        count(State.ACTIVATED).get(),
                        count(State.FAILED).get()),
                new FleetReport.FleetCounts(
                        codesEntered.sum(), traffic.requests(), goodAnswers.sum(), nvsWrites.sum()),
                traffic.latency(),
                (System.nanoTime() - start) / 1e9,
                new Findings(broken.list(), warnings.list(), troubles.list()),
                talk == null ? null : talk.report());
    }
}
