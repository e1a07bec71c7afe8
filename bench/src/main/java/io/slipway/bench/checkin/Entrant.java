package io.slipway.bench.checkin;

import io.slipway.bench.Servers;
import io.slipway.device.seen.SeenLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A server that takes its turns in a phase: a build of Slipway, or the bare handler. */
final class Entrant {

    static final String BARE = "bare";

    // By then, the server has written what it writes after its answers; this is part of the cost.
    private static final Duration SEEN = SeenLog.LONGEST.plusSeconds(2);
    private static final Duration ELSE = Duration.ofSeconds(6);

    private final Contestant contestant;
    private final Servers.Running server;
    private final Supply supply;
    private final List<Measurement> runs = new ArrayList<>();
    private long promises;

    /**
     * @param contestant null for the bare handler
     * @param supply of the devices that can be used only once
     */
    Entrant(Contestant contestant, Servers.Running server, Supply supply) {
        this.contestant = contestant;
        this.server = server;
        this.supply = supply;
    }

    boolean bare() {
        return contestant == null;
    }

    String name() {
        return bare() ? BARE : contestant.name();
    }

    Contestant contestant() {
        return contestant;
    }

    Servers.Running server() {
        return server;
    }

    Supply supply() {
        return supply;
    }

    /** The runs that count, since the last call. */
    List<Measurement> takeRuns() {
        var taken = List.copyOf(runs);
        runs.clear();
        return taken;
    }

    /** Answers so far that a crash must not undo. */
    long promises() {
        return promises;
    }

    /** One run that counts, including what the server does after its answers. */
    Measurement count(Wrk wrk, Wrk.Load load) {
        Measurement seen = run(wrk, load, settle(load));
        runs.add(seen);
        return seen;
    }

    /**
     * No longer than the run itself: a short one yields no usable figure, and tests wait for it.
     */
    Duration settle(Wrk.Load load) {
        if (bare()) {
            return Duration.ZERO;
        }
        Duration behind =
                switch (load.phase()) {
                    case BOUND, IMPORT -> SEEN;
                    case NEW, ACTIVATE -> ELSE;
                };
        Duration run = Duration.ofSeconds(load.seconds());
        return behind.compareTo(run) < 0 ? behind : run;
    }

    /**
     * One run.
     *
     * @throws Supply.Dry if its figures are meaningless
     */
    Measurement run(Wrk wrk, Wrk.Load load, Duration settle) {
        double before = server.child().cpu();
        double database = bare() ? 0 : contestant.store().cpu();
        Measurement seen = wrk.run(server.port(), from(load));
        Servers.pause(settle);
        promises += seen.answers().promises();
        if (!bare() && load.phase() == Phase.IMPORT) {
            supply.used(seen);
        }
        return seen.withCpu(
                server.child().cpu() - before, bare() ? 0 : contestant.store().cpu() - database);
    }

    // All devices are the same to the bare handler.
    private Wrk.Load from(Wrk.Load load) {
        if (load.phase() != Phase.IMPORT) {
            return load;
        }
        return new Wrk.Load(
                load.phase(),
                load.first() + (bare() ? 0 : supply.next()),
                bare() ? Integer.MAX_VALUE : supply.rest(),
                load.seed(),
                load.close(),
                load.sweep(),
                load.seconds());
    }
}
