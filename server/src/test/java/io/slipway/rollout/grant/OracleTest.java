package io.slipway.rollout.grant;

import static io.slipway.rollout.rules.Given.HOUR;
import static io.slipway.rollout.rules.Given.MINUTE;
import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.Effort;
import io.slipway.firmware.Scheme;
import io.slipway.rollout.grant.SimImage.Behaviour;
import io.slipway.rollout.rules.Given;
import io.slipway.rollout.rules.attempt.Attempt;
import io.slipway.rollout.rules.attempt.Cause;
import io.slipway.rollout.rules.attempt.Inference;
import io.slipway.rollout.rules.attempt.Stratum;
import io.slipway.rollout.rules.attempt.Vote;
import io.slipway.rollout.rules.gate.Gate;
import io.slipway.rollout.rules.gate.Halts;
import io.slipway.rollout.rules.gate.Verdict;
import io.slipway.rollout.rules.plan.Limits;
import io.slipway.rollout.rules.plan.Plan;
import io.slipway.rollout.rules.plan.Refusal;
import io.slipway.rollout.rules.plan.Rollout;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Required outcomes of rollouts, with fleets simulated from seeds. {@code ./slipway test --all}
 * runs more seeds; {@code -Doracle.times=N} runs N times as many.
 */
class OracleTest {

    private static final String OLD = "2.0.0";
    private static final long TIMES = Integer.getInteger("oracle.times", 1);

    private static LongStream seeds(int usual, int all) {
        return LongStream.rangeClosed(1, Effort.of(usual, all) * TIMES);
    }

    private static void sound(SimFleet fleet) {
        assertThat(fleet.wrongs()).as("seed " + fleet.seed).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"3, 20, 20", "100, 1, 3", "5000, 1, 1"})
    void aGoodBuildReachesEverybody(int most, int usual, int all) {
        int devices = Math.min(most, Effort.of(2_000, 5_000));
        for (long seed : seeds(usual, all).toArray()) {
            var good = SimImage.good("2.1.0");
            var fleet = new SimFleet(seed, SimFaults.MILD).mixed(devices);
            var rollout = fleet.rollout(good);
            fleet.run(12);
            sound(fleet);
            assertThat(rollout.halts).isEqualTo(Halts.NONE);
            assertThat(rollout.pauses).isZero();
            assertThat(rollout.stage).as("seed " + seed + ": " + rollout.last).isEqualTo(2);
            assertThat(fleet.running(good)).as("seed " + seed).isEqualTo(devices);
            assertThat(rollout.total().outcomes().bad()).isZero();
        }
    }

    /** update-rules 2.3, readiness: it waits, and gets the build in the end. */
    @Test
    void devicesThatAreNotReadyWait() {
        for (long seed : seeds(2, 4).toArray()) {
            var good = SimImage.good("2.1.0");
            var fleet = new SimFleet(seed, SimFaults.MILD).mixed(80).movingAbout();
            fleet.rollout(good, r -> Plan.of(Plan.of(r).needsPsram()).share(1));
            fleet.run(14);
            sound(fleet);
            assertThat(fleet.server.refusals)
                    .containsKeys(Refusal.WEAK_SIGNAL, Refusal.LOW_BATTERY, Refusal.NO_PSRAM);
            for (SimDevice device : fleet.devices) {
                assertThat(device.image().equals(good))
                        .as("seed " + seed + ", " + device.id)
                        .isEqualTo(device.psram != 0);
            }
        }
    }

    /** update-rules 2.3: one canary that is missing for an hour is enough. */
    @Test
    void whatLeadsAwayIsHaltedByItsCanaries() {
        var nobodyReturns = new SimFaults.DownloadFaults(0, 0, 0, 0, 0, 1);
        var gone = new SimFaults(SimFaults.PostFaults.USUAL, nobodyReturns, 0, 0, 2000);
        // It requires so little that nothing else prevents it.
        var easy = new Gate(1, 0.9, 0.9, Duration.ZERO);
        var stages = List.of(new Rollout.Stage(0.05, easy), new Rollout.Stage(1, easy));
        int byRule = 0;
        for (long seed : seeds(20, 40).toArray()) {
            var fleet = new SimFleet(seed, gone).mixed(60);
            var rollout = fleet.rollout(SimImage.good("2.1.0"), r -> Plan.of(r).stages(stages));
            rollout.leadsAway = true;
            fleet.run(2);
            sound(fleet);
            long looked = fleet.world.now - 2 * HOUR;
            var known = List.copyOf(fleet.server.devices.values());
            var absent = rollout.absent(known, fleet.server.outages, looked);
            if (!absent.isEmpty()) {
                long first =
                        absent.stream()
                                .mapToLong(each -> Inference.backBy(each, fleet.server.outages))
                                .min()
                                .orElseThrow();
                assertThat(rollout.status).as("seed " + seed).isEqualTo(Rollout.Status.HALTED);
                assertThat(rollout.haltedAt).as("seed " + seed).isLessThan(first + 2 * HOUR);
                byRule += rollout.last.reason() == Verdict.GateReason.CANARY_ABSENT ? 1 : 0;
            }
        }
        assertThat(byRule).isGreaterThan(Effort.of(10, 20));
    }

    @ParameterizedTest
    @EnumSource(value = Behaviour.class, names = "GOOD", mode = EnumSource.Mode.EXCLUDE)
    void aWreckedBuildHaltsInItsCanaryStage(Behaviour behaviour) {
        for (long seed : seeds(2, 4).toArray()) {
            var bad = SimImage.of("2.1.0", behaviour);
            var fleet = new SimFleet(seed, SimFaults.LIFE).mixed(600);
            var rollout = fleet.rollout(bad);
            fleet.run(10);
            sound(fleet);
            String which = "seed " + seed + ": " + rollout.last.why();
            assertThat(rollout.status).as(which).isEqualTo(Rollout.Status.HALTED);
            assertThat(rollout.stage).as(which).isZero();
            assertThat(fleet.server.lastOffer).as(which).isLessThanOrEqualTo(rollout.haltedAt);
            assertThat(rollout.total().offered()).as(which).isLessThanOrEqualTo(60);
            assertThat(fleet.ends()).isEmpty();
            sound(fleet);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Behaviour.class,
            names = {"CRASHES_EARLY", "CRASHES_VALID"})
    void theFirstCrashHaltsASmallFleetInEveryStage(Behaviour behaviour) {
        for (long seed : seeds(4, 6).toArray()) {
            var bad = SimImage.of("2.1.0", behaviour);
            var fleet = new SimFleet(seed, SimFaults.NONE).mixed(15);
            var rollout =
                    fleet.rollout(
                            bad,
                            r ->
                                    Plan.of(r)
                                            .stages(
                                                    List.of(
                                                            new Rollout.Stage(1e-6, Given.GATE),
                                                            new Rollout.Stage(1, Given.GATE))));
            fleet.run(10);
            sound(fleet);
            String which = "seed " + seed + ": " + rollout.last.why();
            assertThat(rollout.stage)
                    .as(which)
                    .as("a stage without devices is no canary")
                    .isEqualTo(1);
            for (Stratum stratum : rollout.halts.strata()) {
                // Those that already had it when the first came back.
                assertThat(rollout.total(stratum).outcomes().good()).as(which).isZero();
            }
            assertThat(rollout.status).as(which).isEqualTo(Rollout.Status.HALTED);
            assertThat(fleet.server.lastOffer).as(which).isLessThanOrEqualTo(rollout.haltedAt);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Behaviour.class,
            names = {"CRASHES_EARLY", "CRASHES_ON_ANSWER", "CRASHES_VALID", "CORRUPT"})
    void oneBadBoardHaltsAlone(Behaviour behaviour) {
        for (long seed : seeds(1, 3).toArray()) {
            var image = SimImage.badOn("board-c", "2.1.0", behaviour);
            var fleet = new SimFleet(seed, SimFaults.MILD).mixed(800).add(200, "board-c", OLD);
            var rollout = fleet.rollout(image);
            fleet.run(14);
            sound(fleet);
            String which = "seed " + seed + ": " + rollout.last.why() + rollout.halts;
            assertThat(rollout.status).as(which).isEqualTo(Rollout.Status.RUNNING);
            assertThat(rollout.stage).as(which).isEqualTo(2);
            assertThat(rollout.halts.strata())
                    .as(which)
                    .containsExactly(new Stratum("board-c", Given.CHIP, Scheme.V2, OLD));
            for (SimDevice device : fleet.devices) {
                if (!device.board.equals("board-c")) {
                    assertThat(device.image().elf()).as(which).isEqualTo(image.elf());
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Behaviour.class,
            names = {"CRASHES_EARLY", "CRASHES_VALID", "HANGS"})
    void devicesThatAStrangerMakesUpStopNothing(Behaviour behaviour) {
        for (long seed : seeds(1, 3).toArray()) {
            var good = SimImage.good("2.1.0");
            // Those that restart all day make nearly all of the work.
            var fleet =
                    new SimFleet(seed, SimFaults.NONE)
                            .mixed(600)
                            .strangers(Effort.of(20, 60), "stranger", Vote.LIMITED, behaviour)
                            .strangers(Effort.of(30, 200), "nobody", Vote.NONE, behaviour);
            var rollout = fleet.rollout(good);
            fleet.run(12);
            sound(fleet);
            String which = "seed " + seed + ": " + rollout.last.why();
            assertThat(rollout.halts).as(which).isEqualTo(Halts.NONE);
            assertThat(rollout.status).as(which).isEqualTo(Rollout.Status.RUNNING);
            assertThat(rollout.stage).as(which).isEqualTo(2);
            assertThat(rollout.total().crashed() + rollout.total().outcomes().overdue())
                    .as(which + ", and they did try")
                    .isPositive();
        }
    }

    @Test
    void twoStrangersPauseAtMost() {
        for (long seed : seeds(3, 3).toArray()) {
            var fleet =
                    new SimFleet(seed, SimFaults.NONE)
                            .mixed(40)
                            .strangers(30, "stranger", Vote.LIMITED, Behaviour.CRASHES_EARLY)
                            .strangers(30, "another", Vote.LIMITED, Behaviour.CRASHES_EARLY);
            var rollout = fleet.rollout(SimImage.good("2.1.0"), r -> Plan.of(r).share(1));
            fleet.run(6);
            sound(fleet);
            String which = "seed " + seed + ": " + rollout.last.why();
            assertThat(rollout.halts.strata()).as(which).isEmpty();
            assertThat(rollout.halts.boards()).as(which).isEmpty();
            assertThat(rollout.halts.paused()).as(which).isNotEmpty();
        }
    }

    @Test
    void aStrangersSuccessesConfirmNothing() {
        for (long seed : seeds(1, 3).toArray()) {
            var bad = SimImage.of("2.1.0", Behaviour.CRASHES_EARLY);
            var fleet =
                    new SimFleet(seed, SimFaults.NONE)
                            .mixed(40)
                            .strangers(800, "stranger", Vote.LIMITED, Behaviour.GOOD)
                            .strangers(800, "another", Vote.LIMITED, Behaviour.GOOD);
            var rollout = fleet.rollout(bad, r -> Plan.of(r).share(1));
            fleet.run(6);
            sound(fleet);
            String which = "seed " + seed + ": " + rollout.last.why();
            assertThat(rollout.halts.strata()).as(which).isNotEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whenNothingCanBeDownloadedItPausesAndPutsNobodyInQuarantine(boolean cut) {
        for (long seed : seeds(2, 5).toArray()) {
            for (int devices : new int[] {60, 300}) {
                var faults = cut ? SimFaults.CUT_DOWNLOADS : SimFaults.NO_DOWNLOADS;
                var fleet = new SimFleet(seed, faults).mixed(devices);
                var rollout = fleet.rollout(SimImage.good("2.1.0"));
                fleet.run(10);
                sound(fleet);
                assertThat(rollout.status).as("seed " + seed).isEqualTo(Rollout.Status.PAUSED);
                assertThat(rollout.last.reason()).isEqualTo(Verdict.GateReason.DELIVERY);
                assertThat(rollout.halts).isEqualTo(Halts.NONE);
                assertThat(rollout.total().outcomes().bad()).isZero();
                assertThat(rollout.total().undelivered()).isZero();
                for (SimServer.Known known : fleet.server.devices.values()) {
                    for (Attempt attempt : known.attempts.values()) {
                        assertThat(attempt.past().quarantined()).isFalse();
                    }
                }
            }
        }
    }

    @Test
    void ourOwnOutageIsNotBlamedOnTheBuild() {
        long gateway = 0;
        for (long seed : seeds(3, 8).toArray()) {
            var good = SimImage.good("2.1.0");
            // Impatient people, who pull the plug while it can't be marked valid.
            var fleet = new SimFleet(seed, SimFaults.MILD).bootsEvery(HOUR).mixed(400);
            var rollout =
                    fleet.rollout(
                            good, r -> Plan.of(r).limits(new Limits(60, 0, 0), Limits.Load.NONE));
            for (int hour = 1; hour < 24 * 7; hour += 3) {
                fleet.outage(hour * HOUR, hour * HOUR + 25 * MINUTE);
            }
            fleet.run(9);
            sound(fleet);
            gateway +=
                    fleet.server.devices.values().stream()
                            .flatMap(known -> known.changes.values().stream())
                            .flatMap(changes -> changes.stream())
                            .filter(change -> change.cause() == Cause.GATEWAY_DOWN)
                            .count();
            String which = "seed " + seed + ": " + rollout.last.why();
            assertThat(rollout.halts).as(which).isEqualTo(Halts.NONE);
            assertThat(rollout.total().outcomes().bad()).as(which).isZero();
            assertThat(fleet.running(good)).as(which).isEqualTo(400);
        }
        assertThat(gateway).as("excused rollbacks").isPositive();
    }

    @Test
    void theSameSeedTellsTheSameStory() {
        var logs =
                LongStream.of(7, 7)
                        .mapToObj(seed -> {
                            var fleet = new SimFleet(seed, SimFaults.LIFE).mixed(50);
                            fleet.rollout(SimImage.good("2.1.0"));
                            return fleet.run(5).server.log;
                        })
                        .toList();
        assertThat(logs.getFirst()).isNotEmpty().isEqualTo(logs.getLast());
    }
}
