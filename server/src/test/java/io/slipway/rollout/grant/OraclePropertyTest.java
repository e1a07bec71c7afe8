package io.slipway.rollout.grant;

import static io.slipway.rollout.rules.Given.DAY;
import static io.slipway.rollout.rules.Given.HOUR;
import static io.slipway.rollout.rules.Given.MINUTE;
import static io.slipway.rollout.rules.Given.T0;
import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.Effort;
import io.slipway.rollout.grant.SimImage.Behaviour;
import io.slipway.rollout.rules.Given;
import io.slipway.rollout.rules.attempt.BuildRef;
import io.slipway.rollout.rules.attempt.Cause;
import io.slipway.rollout.rules.attempt.Transition;
import io.slipway.rollout.rules.attempt.Vote;
import io.slipway.rollout.rules.gate.Gate;
import io.slipway.rollout.rules.gate.Halts;
import io.slipway.rollout.rules.plan.Limits;
import io.slipway.rollout.rules.plan.Plan;
import io.slipway.rollout.rules.plan.Rollout;
import io.slipway.rollout.rules.plan.Schedule;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Invariants of any fleet, whatever happens to it (update-rules 2.5). Each fleet, its builds, its
 * faults and the actions of people are generated from a seed; {@code -Doracle.seed=N} runs that one
 * alone, {@code -Doracle.fleets=N} runs this many.
 */
class OraclePropertyTest {

    private static final int ALL = 700;
    private static final int FLEETS = Effort.of(150, ALL);

    @Test
    void thousandsOfFleets() {
        Long one = Long.getLong("oracle.seed");
        long from = one == null ? 1 : one;
        long to = one == null ? Integer.getInteger("oracle.fleets", FLEETS) : one;
        Map<Cause, Integer> seen = new EnumMap<>(Cause.class);
        for (long seed = from; seed <= to; seed++) {
            SimFleet fleet = run(seed);
            for (SimServer.Known known : fleet.server.devices.values()) {
                for (List<Transition.StateChange> changes : known.changes.values()) {
                    changes.forEach(change -> seen.merge(change.cause(), 1, Integer::sum));
                }
            }
        }
        System.out.println("oracle: " + (to - from + 1) + " fleets, " + seen);
        if (one == null && to >= ALL) {
            assertThat(seen.keySet()).as("every cause occurs").contains(Cause.values());
        }
    }

    /**
     * Bad connections, power failures, our own outages and faults: none of it counts against a
     * build.
     */
    @Test
    void aGoodBuildIsNeverBlamed() {
        for (long seed = 1; seed <= 150; seed++) {
            var world = new SimWorld(seed);
            var f = SimFaults.any(world);
            var innocent =
                    new SimFaults(
                            new SimFaults.PostFaults(f.post().duplicate(), 0, 0),
                            f.download().returning(),
                            0,
                            0,
                            f.skew());
            var fleet = new SimFleet(seed, world, innocent);
            fleet.bootsEvery(world.between(20 * MINUTE, DAY)).mixed(1 + world.random.nextInt(30));
            var rollout = fleet.rollout(SimImage.good("2.1.0"), r -> Plan.of(r).share(1));
            outages(fleet, 6);
            fleet.run(6);
            String which = "seed " + seed;
            assertThat(fleet.wrongs()).as(which).isEmpty();
            assertThat(rollout.total().outcomes().bad()).as(which).isZero();
            assertThat(rollout.total().crashed()).as(which).isZero();
            assertThat(rollout.halts).as(which).isEqualTo(Halts.NONE);
        }
    }

    private static SimFleet run(long seed) {
        String which = "failed; run it again with -Doracle.seed=" + seed;
        try {
            SimFleet fleet = fleet(seed);
            fleet.run(3 + fleet.world.random.nextInt(8));
            assertThat(fleet.wrongs()).as(which).isEmpty();
            assertThat(fleet.ends()).as(which).isEmpty();
            assertThat(fleet.wrongs()).as(which).isEmpty();
            return fleet;
        } catch (RuntimeException e) {
            throw new AssertionError(which, e);
        }
    }

    private static SimFleet fleet(long seed) {
        var world = new SimWorld(seed);
        var fleet = new SimFleet(seed, world, SimFaults.any(world));
        fleet.bootsEvery(world.between(20 * MINUTE, DAY));
        devices(fleet);
        rollouts(fleet);
        outages(fleet, 4);
        people(fleet);
        return fleet;
    }

    private static void outages(SimFleet fleet, int most) {
        var world = fleet.world;
        for (int i = world.random.nextInt(most); i > 0; i--) {
            long from = world.between(0, 8 * DAY);
            fleet.outage(from, from + world.between(MINUTE, 6 * HOUR));
        }
    }

    private static void devices(SimFleet fleet) {
        var random = fleet.world.random;
        int n = 1 + random.nextInt(25);
        String[] versions = {"1.7.7", "1.8.0", "2.0.0", "2.0.1"};
        for (int i = 0; i < n; i++) {
            var table =
                    switch (random.nextInt(10)) {
                        case 0 -> Given.V2_4M;
                        case 1, 2 -> Given.V1_16M;
                        default -> Given.V2_16M;
                    };
            String board = SimFleet.BOARDS.get(random.nextInt(3));
            fleet.add(1, board, versions[random.nextInt(versions.length)], table);
            SimDevice device = fleet.devices.getLast();
            device.tellsHash = random.nextInt(12) > 0;
            if (random.nextInt(3) == 0) {
                device.places = new Random(random.nextLong());
                device.psram = random.nextInt(3) - 1L;
            }
            if (random.nextInt(3) == 0) {
                device.account = "account " + random.nextInt(4);
                device.vote = List.of(Vote.values()).get(random.nextInt(3));
            }
        }
    }

    private static SimImage image(SimFleet fleet, String version) {
        var random = fleet.world.random;
        var behaviours = Behaviour.values();
        var behaviour = behaviours[random.nextInt(behaviours.length)];
        return switch (random.nextInt(3)) {
            case 0 -> SimImage.good(version);
            case 1 -> SimImage.of(version, behaviour);
            default -> SimImage.badOn("board-b", version, behaviour);
        };
    }

    private static void rollouts(SimFleet fleet) {
        var random = fleet.world.random;
        SimImage first = image(fleet, "2.1.0");
        add(fleet, first, null, 0);
        if (random.nextBoolean()) {
            add(fleet, image(fleet, "2.2.0"), null, random.nextInt(4) * DAY);
        }
        if (random.nextInt(3) == 0) {
            // Another rollout of the same build: failures carry over.
            add(fleet, first, null, random.nextInt(4) * DAY);
        }
        if (random.nextInt(3) == 0) {
            var bad = new BuildRef("build-2.1.0", "2.1.0", first.elf());
            add(fleet, SimImage.good("2.0.5"), bad, (2 + random.nextInt(3)) * DAY);
        }
    }

    private static void add(SimFleet fleet, SimImage image, BuildRef bad, long after) {
        var random = fleet.world.random;
        double share = random.nextBoolean() ? 1 : random.nextDouble();
        var limits =
                new Limits(
                        random.nextInt(5), random.nextInt(4), random.nextInt(4) == 0 ? 100_000 : 0);
        boolean visible = random.nextInt(5) > 0;
        boolean psram = random.nextInt(4) == 0;
        SimRollout rollout =
                fleet.rollout(
                        image,
                        r ->
                                new Rollout(
                                        r.id(),
                                        r.createdAt(),
                                        r.reach(),
                                        psram ? Plan.of(r).needsPsram().target() : r.target(),
                                        bad,
                                        new Rollout.Course(
                                                List.of(
                                                        new Rollout.Stage(share, gate(fleet)),
                                                        new Rollout.Stage(1, gate(fleet))),
                                                0,
                                                Rollout.Status.RUNNING,
                                                Limits.Load.NONE,
                                                Halts.NONE),
                                        new Schedule(limits, null, T0 + after),
                                        visible));
        rollout.leadsAway = fleet.seed % 4 == 0;
    }

    private static Gate gate(SimFleet fleet) {
        var random = fleet.world.random;
        return new Gate(
                random.nextInt(10),
                0.05 + random.nextDouble() * 0.9,
                0.05 + random.nextDouble() * 0.9,
                java.time.Duration.ofMillis(fleet.world.between(0, DAY)));
    }

    /** Resume what has stopped, pause, cancel, promote, clear. */
    private static void people(SimFleet fleet) {
        var world = fleet.world;
        if (world.random.nextInt(3) == 0) {
            return;
        }
        for (int i = world.random.nextInt(20); i > 0; i--) {
            world.after(world.between(0, 9 * DAY), () -> act(fleet));
        }
    }

    private static void act(SimFleet fleet) {
        var random = fleet.world.random;
        var rollouts = fleet.server.rollouts;
        SimRollout rollout = rollouts.get(random.nextInt(rollouts.size()));
        switch (random.nextInt(8)) {
            case 0 -> fleet.server.cancel(rollout);
            case 1 -> rollout.status = Rollout.Status.PAUSED;
            case 2 ->
                    rollout.stage =
                            Math.min(rollout.stage + 1, rollout.plan.course().stages().size() - 1);
            case 3, 4 -> {
                fleet.cleared++;
                new ArrayList<>(fleet.server.devices.values()).forEach(fleet.server::clear);
            }
            default -> {
                rollout.status = Rollout.Status.RUNNING;
                rollout.halts = Halts.NONE;
                rollout.missStreak = 0;
            }
        }
    }
}
