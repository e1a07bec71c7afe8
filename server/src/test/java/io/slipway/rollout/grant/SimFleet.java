package io.slipway.rollout.grant;

import static io.slipway.rollout.rules.Given.DAY;
import static io.slipway.rollout.rules.Given.HOUR;
import static io.slipway.rollout.rules.Given.T0;

import io.slipway.firmware.Scheme;
import io.slipway.protocol.ota.Partition;
import io.slipway.rollout.rules.Given;
import io.slipway.rollout.rules.attempt.Attempt;
import io.slipway.rollout.rules.attempt.AttemptState;
import io.slipway.rollout.rules.attempt.BuildRef;
import io.slipway.rollout.rules.attempt.Outages;
import io.slipway.rollout.rules.attempt.Tally;
import io.slipway.rollout.rules.attempt.Transition;
import io.slipway.rollout.rules.attempt.Vote;
import io.slipway.rollout.rules.gate.Gate;
import io.slipway.rollout.rules.gate.Halts;
import io.slipway.rollout.rules.plan.Limits;
import io.slipway.rollout.rules.plan.Rollout;
import io.slipway.rollout.rules.plan.Schedule;
import io.slipway.rollout.rules.plan.Selection;
import io.slipway.rollout.rules.plan.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;

/** A fleet, its server and its environment, generated from a seed; with its invariants. */
final class SimFleet {

    static final List<String> BOARDS = List.of("board-a", "board-b", "board-c");

    final long seed;
    final SimWorld world;
    final SimServer server;
    final List<SimDevice> devices = new ArrayList<>();
    private final SimFaults faults;
    private long bootsEvery = 8 * HOUR;

    /** How often a quarantine was cleared. */
    int cleared;

    SimFleet(long seed, SimFaults faults) {
        this(seed, new SimWorld(seed), faults);
    }

    SimFleet(long seed, SimWorld world, SimFaults faults) {
        this.seed = seed;
        this.world = world;
        this.faults = faults;
        server = new SimServer(world, faults.skew());
        server.start();
    }

    SimFleet bootsEvery(long mean) {
        bootsEvery = mean;
        return this;
    }

    /** Adds devices of a board that run a version. */
    SimFleet add(int n, String board, String version) {
        return add(n, board, version, Given.V2_16M);
    }

    SimFleet add(int n, String board, String version, List<Partition> table) {
        SimImage image = SimImage.good(version);
        for (int i = 0; i < n; i++) {
            var device =
                    new SimDevice(
                            seed + "-" + devices.size(),
                            board,
                            table,
                            image,
                            world,
                            server,
                            faults,
                            bootsEvery);
            devices.add(device);
            device.plugIn();
        }
        return this;
    }

    /** Adds another account's devices, on which builds behave in the given way. */
    SimFleet strangers(int n, String account, Vote vote, SimImage.Behaviour behaviour) {
        for (int i = 0; i < n; i++) {
            add(1, BOARDS.get(i % 2), "2.0.0");
            SimDevice device = devices.getLast();
            device.account = account;
            device.vote = vote;
            device.madeUp = behaviour;
        }
        return this;
    }

    /** From here on all of them are moved about; one in four reports that it has no PSRAM. */
    SimFleet movingAbout() {
        for (int i = 0; i < devices.size(); i++) {
            devices.get(i).places = new Random(seed * 1_000_003 + i);
            devices.get(i).psram = i % 4 == 3 ? 0 : i % 4 == 2 ? 8 << 20 : -1;
        }
        return this;
    }

    /** {@code n} devices of two boards and two versions. */
    SimFleet mixed(int n) {
        for (int i = 0; i < n; i++) {
            add(1, BOARDS.get(i % 2), i % 4 < 2 ? "2.0.0" : "2.0.1");
        }
        return this;
    }

    static Target target(SimImage image, Scheme scheme) {
        Map<String, String> boards = new HashMap<>();
        BOARDS.forEach(board -> boards.put(board, board));
        return new Target(
                new BuildRef("build-" + image.version(), image.version(), image.elf()),
                Given.version(image.version()),
                Given.ANY_REVISION,
                2_600_000,
                scheme,
                boards,
                List.of(),
                false);
    }

    /** 5 %, 25 %, all; a day of soak. */
    static List<Rollout.Stage> stages() {
        var gate = new Gate(29, 0.10, 0.20, Duration.ofHours(24));
        return List.of(
                new Rollout.Stage(0.05, gate),
                new Rollout.Stage(0.25, gate),
                new Rollout.Stage(1, gate));
    }

    SimRollout rollout(SimImage image) {
        return rollout(image, UnaryOperator.identity());
    }

    SimRollout rollout(SimImage image, UnaryOperator<Rollout> but) {
        String id = "r" + (server.rollouts.size() + 1);
        var plan =
                new Rollout(
                        id,
                        T0 + server.rollouts.size(),
                        new Rollout.Reach(null, Selection.ALL, seed + id),
                        target(image, Scheme.ANY),
                        null,
                        new Rollout.Course(
                                stages(), 0, Rollout.Status.RUNNING, Limits.Load.NONE, Halts.NONE),
                        new Schedule(new Limits(200, 600, 0), null, 0),
                        true);
        var rollout = new SimRollout(but.apply(plan), image);
        server.rollouts.add(rollout);
        return rollout;
    }

    SimFleet outage(long from, long to) {
        var spans = new ArrayList<>(server.outages.spans());
        spans.add(new Outages.Span(T0 + from, T0 + to));
        server.outages = new Outages(spans);
        return this;
    }

    SimFleet run(long days) {
        world.runUntil(world.now + days * DAY);
        return this;
    }

    long running(SimImage image) {
        return devices.stream().filter(d -> d.image().elf().equals(image.elf())).count();
    }

    /** The violated invariants. */
    List<String> wrongs() {
        var wrongs = new ArrayList<>(server.wrongs);
        for (SimDevice device : devices) {
            if (device.repeats > 0) {
                wrongs.add(device.id + " installed a build twice without another check-in between");
            }
            if (device.hopeless > 0 && faults.post().lostAnswer() == 0) {
                wrongs.add(device.id + " was offered an update on its first boot");
            }
            // Two deliveries and an install for each build, unless a person clears it; downloads
            // aborted by the server don't count.
            boolean counted = faults.download().serverCut() + faults.download().unrecorded() == 0;
            if (counted && cleared == 0 && device.failureReboots > 3 * server.rollouts.size()) {
                wrongs.add(device.id + " rebooted " + device.failureReboots + " times for nothing");
            }
        }
        for (SimRollout rollout : server.rollouts) {
            Tally sum = Tally.ZERO;
            for (SimServer.Known known : server.devices.values()) {
                Attempt attempt = known.attempts.get(rollout.plan.id());
                sum = attempt == null ? sum : sum.plus(Tally.of(attempt));
            }
            if (!sum.equals(rollout.total())) {
                wrongs.add("counted " + rollout.total() + " instead of " + sum);
            }
        }
        server.devices.values().forEach(known -> chains(known, wrongs));
        wrongs.addAll(server.replay());
        return wrongs;
    }

    /** Each change starts where the previous one ended: a device is always in exactly one state. */
    private static void chains(SimServer.Known known, List<String> wrongs) {
        for (List<Transition.StateChange> changes : known.changes.values()) {
            AttemptState state = AttemptState.ELIGIBLE;
            long at = 0;
            for (Transition.StateChange change : changes) {
                if (change.from() != state) {
                    wrongs.add(known.device.id + ": from " + state + " to " + change);
                }
                state = change.to();
                at = Math.max(at, change.at());
            }
        }
    }

    /** Unplugs all and waits until nothing is open; returns what still is. */
    List<String> ends() {
        devices.forEach(SimDevice::unplug);
        server.closing = true;
        world.runUntil(world.now + 9 * DAY);
        var open = new ArrayList<String>();
        for (SimServer.Known known : server.devices.values()) {
            for (Attempt attempt : known.attempts.values()) {
                boolean ended =
                        switch (attempt.conclusion().state()) {
                            case OFFERED, DOWNLOADING, DOWNLOADED, BOOTED, SILENT -> false;
                            case ELIGIBLE,
                                    LAPSED,
                                    CONFIRMED,
                                    DELIVERY_FAILED,
                                    INSTALL_FAILED,
                                    ROLLED_BACK,
                                    REGRESSED,
                                    FAILED,
                                    LOST,
                                    EXTERNAL,
                                    SUPERSEDED ->
                                    true;
                        };
                if (!ended) {
                    open.add("still " + attempt);
                }
            }
        }
        return open;
    }
}
