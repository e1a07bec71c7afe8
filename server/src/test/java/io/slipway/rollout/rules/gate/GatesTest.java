package io.slipway.rollout.rules.gate;

import static io.slipway.rollout.rules.Given.DAY;
import static io.slipway.rollout.rules.Given.HOUR;
import static io.slipway.rollout.rules.Given.T0;
import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.firmware.Scheme;
import io.slipway.rollout.rules.Given;
import io.slipway.rollout.rules.attempt.Policy;
import io.slipway.rollout.rules.attempt.Stratum;
import io.slipway.rollout.rules.attempt.Tally;
import io.slipway.rollout.rules.gate.Verdict.GateReason;
import io.slipway.rollout.rules.gate.Verdict.Move;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GatesTest {

    private static final Gate GATE = new Gate(29, 0.10, 0.20, Duration.ofHours(24));
    private static final Stratum A = stratum("board-a", "2.0.0");
    private static final Stratum A2 = stratum("board-a", "2.0.1");
    private static final Stratum B = stratum("board-b", "2.0.0");

    private static Stratum stratum(String board, String from) {
        return new Stratum(board, Given.CHIP, Scheme.V2, from);
    }

    private static final Tally.Outcomes TWO_GOOD = new Tally.Outcomes(2, 0, 0);

    private static Tally tally(long good, long bad) {
        return tally(good, bad, 0, 0, 0);
    }

    private static Tally tally(long good, long bad, long silent, long overdue, long crashed) {
        long n = good + bad + silent + overdue;
        var outcomes = new Tally.Outcomes(good, bad, overdue);
        return new Tally(n, 0, outcomes, silent, 0, 0, new Tally.LastDeliveries(0, n), crashed);
    }

    /** Whose downloads fail. */
    private static Tally missing(long missing, long delivered) {
        long n = missing + delivered;
        var outcomes = new Tally.Outcomes(delivered, 0, 0);
        return new Tally(n, 0, outcomes, 0, 0, 0, new Tally.LastDeliveries(missing, delivered), 0);
    }

    private static StratumReport report(Stratum stratum, long members, Tally tally, long enough) {
        return new StratumReport(stratum, members, tally, tally, 0, enough);
    }

    private static Verdict later(long members, Tally tally) {
        return Gates.judge(report(A, members, tally, T0 - 2 * DAY), 1, GATE, Policy.DEFAULTS, T0);
    }

    private static void says(Verdict verdict, Move move, GateReason reason) {
        assertThat(verdict.move()).as(verdict.why().en()).isEqualTo(move);
        assertThat(verdict.reason()).isEqualTo(reason);
        assertThat(verdict.why().zh()).matches(".*[\\u4e00-\\u9fff].*");
        assertThat(verdict.why().en()).doesNotContainPattern("[\\u4e00-\\u9fff]");
    }

    // ------------------------------------------------------------ builds that may lead away

    private static StratumReport absent(Stratum stratum, long full, int accounts) {
        var well = Ballot.of(tally(900, 0));
        return new StratumReport(
                stratum, 1000, 0, well, well, 0, T0 - 2 * DAY, new AbsentCanaries(full, accounts));
    }

    @Test
    void oneCanaryThatStaysAwayHaltsAll() {
        for (int stage = 0; stage < 3; stage++) {
            var all = whole(stage, Halts.NONE, 0, well(B), absent(A, 1, 0));
            says(all.whole(), Move.HALT, GateReason.CANARY_ABSENT);
            says(all.strata().get(A), Move.HALT, GateReason.CANARY_ABSENT);
        }
        says(
                whole(0, Halts.NONE, 0, well(B), absent(A, 0, 0)).whole(),
                Move.PROMOTE,
                GateReason.PASSED);
    }

    /** decisions D11 */
    @Test
    void strangersCanariesAskAPerson() {
        var one = whole(0, Halts.NONE, 0, well(B), absent(A, 0, 1));
        says(one.whole(), Move.PROMOTE, GateReason.PASSED);
        var two = whole(0, Halts.NONE, 0, well(B), absent(A, 0, 2));
        says(two.strata().get(A), Move.PAUSE, GateReason.OTHERS_FAILED);
        assertThat(two.halts().paused()).containsExactly(A);
    }

    @Test
    void withoutACanaryNobodyFollows() {
        var empty = List.of(report(A, 0, Tally.ZERO, 0));
        var policy = Policy.DEFAULTS;
        var away = Gates.judge(empty, 0, true, GATE, Halts.NONE, 0, policy, T0);
        says(away.whole(), Move.HOLD, GateReason.NEEDS_A_PERSON);
        var later = Gates.judge(empty, 1, true, GATE, Halts.NONE, 0, policy, T0);
        says(later.whole(), Move.PROMOTE, GateReason.EMPTY);
        var home = Gates.judge(empty, 0, false, GATE, Halts.NONE, 0, policy, T0);
        says(home.whole(), Move.PROMOTE, GateReason.EMPTY);
    }

    // ------------------------------------------------------------ promote

    @Test
    void asManyWithoutAFailureAsTheLimitAsks() {
        says(later(1000, tally(29, 0)), Move.PROMOTE, GateReason.PASSED);
        says(later(1000, tally(28, 0)), Move.HOLD, GateReason.UNDECIDED);
        says(later(1000, tally(45, 1)), Move.PROMOTE, GateReason.PASSED);
        says(later(1000, tally(44, 1)), Move.HOLD, GateReason.UNDECIDED);
        var strict = new Gate(0, 0.01, 0.20, Duration.ZERO);
        var report = report(A, 10_000, tally(298, 0), T0);
        says(Gates.judge(report, 1, strict, Policy.DEFAULTS, T0), Move.HOLD, GateReason.UNDECIDED);
        report = report(A, 10_000, tally(299, 0), T0);
        says(Gates.judge(report, 1, strict, Policy.DEFAULTS, T0), Move.PROMOTE, GateReason.PASSED);
    }

    @Test
    void theMinimumHoldsEvenWhenTheBoundWouldDo() {
        var gate = new Gate(100, 0.10, 0.20, Duration.ZERO);
        var report = report(A, 1000, tally(99, 0), T0);
        says(Gates.judge(report, 1, gate, Policy.DEFAULTS, T0), Move.HOLD, GateReason.UNDECIDED);
    }

    @Test
    void notBeforeTheSoakIsOver() {
        var none = report(A, 1000, tally(50, 0), 0);
        says(Gates.judge(none, 1, GATE, Policy.DEFAULTS, T0), Move.HOLD, GateReason.SOAKING);
        var since = report(A, 1000, tally(50, 0), T0 - 23 * HOUR);
        var verdict = Gates.judge(since, 1, GATE, Policy.DEFAULTS, T0);
        says(verdict, Move.HOLD, GateReason.SOAKING);
        assertThat(verdict.why().en()).endsWith("watched for another 61 min");
        since = report(A, 1000, tally(50, 0), T0 - 24 * HOUR);
        says(Gates.judge(since, 1, GATE, Policy.DEFAULTS, T0), Move.PROMOTE, GateReason.PASSED);
    }

    @Test
    void aMakerWithThreeDevicesCanFinish() {
        says(later(3, tally(3, 0)), Move.PROMOTE, GateReason.PASSED);
        says(later(3, tally(2, 0)), Move.HOLD, GateReason.UNDECIDED);
        var left = new Tally(3, 0, TWO_GOOD, 0, 0, 1, new Tally.LastDeliveries(0, 2), 0);
        says(later(3, left), Move.PROMOTE, GateReason.PASSED);
    }

    @Test
    void aStageWithoutMembersEndsAtOnceAndSaysSo() {
        var empty = report(A, 0, Tally.ZERO, 0);
        says(Gates.judge(empty, 1, GATE, Policy.DEFAULTS, T0), Move.PROMOTE, GateReason.EMPTY);
        assertThat(Gates.enough(empty, GATE, Policy.DEFAULTS)).as("nothing is known").isFalse();
        var before = new StratumReport(A, 0, Tally.ZERO, tally(3, 0), 0, 0);
        var all = whole(1, Halts.NONE, 0, before, report(B, 0, Tally.ZERO, 0));
        says(all.whole(), Move.PROMOTE, GateReason.EMPTY);
        assertThat(all.whole().why().en()).contains("without any results");
        var one = whole(1, Halts.NONE, 0, before, well(B));
        says(one.whole(), Move.PROMOTE, GateReason.PASSED);
        assertThat(one.whole().why().en())
                .isEqualTo(
                        "All 1 groups of devices passed (0 have halted, 1 had no devices in this"
                                + " stage)");
        // Devices that came before the count are waited for.
        var offered = new Tally(1, 1, Tally.ZERO.outcomes(), 0, 0, 0, Tally.ZERO.deliveries(), 0);
        var early = report(A, 0, offered, 0);
        says(Gates.judge(early, 1, GATE, Policy.DEFAULTS, T0), Move.HOLD, GateReason.UNDECIDED);
    }

    @Test
    void aFailureAmongFewNeedsAPerson() {
        says(later(3, tally(2, 1)), Move.HOLD, GateReason.NEEDS_A_PERSON);
        var undelivered = new Tally(3, 0, TWO_GOOD, 0, 1, 0, new Tally.LastDeliveries(1, 2), 0);
        says(later(3, undelivered), Move.HOLD, GateReason.NEEDS_A_PERSON);
        says(later(40, tally(39, 1)), Move.HOLD, GateReason.NEEDS_A_PERSON);
    }

    // ------------------------------------------------------------ halt

    @Test
    void aACrashInTheCanaryStage() {
        var report = report(A, 1000, tally(200, 1, 0, 0, 1), T0);
        says(
                Gates.judge(report, 0, GATE, Policy.DEFAULTS, T0),
                Move.HALT,
                GateReason.CANARY_CRASHED);
        says(Gates.judge(report, 1, GATE, Policy.DEFAULTS, T0), Move.HOLD, GateReason.SOAKING);
    }

    @Test
    void aAlsoLaterWhileFewAreDecided() {
        says(later(1000, tally(0, 1, 0, 0, 1)), Move.HALT, GateReason.CANARY_CRASHED);
        says(later(1000, tally(18, 1, 0, 0, 1)), Move.HALT, GateReason.CANARY_CRASHED);
        says(later(1000, tally(19, 1, 0, 0, 1)), Move.HOLD, GateReason.UNDECIDED);
    }

    @Test
    void bFailuresSurelyAboveTheLimit() {
        says(later(1000, tally(0, 1)), Move.HOLD, GateReason.UNDECIDED);
        says(later(1000, tally(1, 2)), Move.HALT, GateReason.TOO_MANY_FAILURES);
        says(later(1000, tally(8, 2)), Move.HOLD, GateReason.UNDECIDED);
        says(later(1000, tally(80, 15)), Move.HALT, GateReason.TOO_MANY_FAILURES);
    }

    @Test
    void bWhatWentWellBeforeDoesNotHideWhatGoesWrongNow() {
        var report = new StratumReport(A, 1000, tally(2, 4), tally(900, 4), 0, 0);
        says(
                Gates.judge(report, 2, GATE, Policy.DEFAULTS, T0),
                Move.HALT,
                GateReason.TOO_MANY_FAILURES);
    }

    @Test
    void bASilentDeviceCountsByItsWeight() {
        says(later(1000, tally(1, 0, 0, 2, 0)), Move.HALT, GateReason.TOO_MANY_FAILURES);
        var report = report(A, 1000, tally(1, 0, 0, 2, 0), T0);
        var p = Policy.DEFAULTS;
        var light =
                new Policy(
                        p.confirmAfter(),
                        p.silence().withWeight(0.25),
                        p.deliveryFailures(),
                        p.installFailures(),
                        p.restarts(),
                        p.readiness());
        says(Gates.judge(report, 1, GATE, light, T0), Move.HOLD, GateReason.UNDECIDED);
    }

    @Test
    void dDevicesThatDontComeBack() {
        says(later(1000, tally(39, 0, 4, 0, 0)), Move.PROMOTE, GateReason.PASSED);
        says(later(1000, tally(39, 0, 5, 0, 0)), Move.HALT, GateReason.TOO_MANY_SILENT);
        says(later(1000, tally(95, 0, 5, 0, 0)), Move.PROMOTE, GateReason.PASSED);
    }

    @Test
    void dMeasuredAgainstWhatTheBoardDoesAnyway() {
        var tally = tally(80, 0, 20, 0, 0);
        var report = new StratumReport(A, 1000, tally, tally, 0.05, T0);
        says(
                Gates.judge(report, 1, GATE, Policy.DEFAULTS, T0),
                Move.HALT,
                GateReason.TOO_MANY_SILENT);
        report = new StratumReport(A, 1000, tally, tally, 0.07, T0 - 2 * DAY);
        says(Gates.judge(report, 1, GATE, Policy.DEFAULTS, T0), Move.PROMOTE, GateReason.PASSED);
    }

    // ------------------------------------------------------------ who is counted

    private static Verdict voted(int stage, long members, Ballot ballot) {
        return Gates.judge(
                new StratumReport(A, members, 0, ballot, ballot, 0, T0 - 2 * DAY),
                stage,
                GATE,
                Policy.DEFAULTS,
                T0);
    }

    private static Tally crashes(long n) {
        return tally(0, n, 0, 0, n);
    }

    @Test
    void oneStrangerHaltsNothingAndTwoPause() {
        for (int stage : new int[] {0, 1}) {
            var one = new Ballot(tally(3, 0), Map.of("x", crashes(50)), Tally.ZERO);
            says(voted(stage, 1000, one), Move.HOLD, GateReason.UNDECIDED);
            var two = new Ballot(tally(3, 0), Map.of("x", crashes(1), "y", crashes(1)), Tally.ZERO);
            Verdict paused = voted(stage, 1000, two);
            says(paused, Move.PAUSE, GateReason.OTHERS_FAILED);
            assertThat(paused.counted()).isEqualTo(new CountedDevices(3, 2, 2, 2, 0));
            // The account's own crash halts, whatever others' devices show.
            var own = new Ballot(crashes(1), Map.of("x", tally(90, 0)), Tally.ZERO);
            says(voted(stage, 1000, own), Move.HALT, GateReason.CANARY_CRASHED);
        }
    }

    @Test
    void whatIsNotProvenIsNotCounted() {
        var ballot = new Ballot(tally(29, 0), Map.of(), crashes(400));
        Verdict verdict = voted(1, 1000, ballot);
        says(verdict, Move.PROMOTE, GateReason.PASSED);
        assertThat(verdict.counted().leftOut()).isEqualTo(400);
        assertThat(verdict.counted().sentence().en())
                .isEqualTo(
                        "Counted: 29 devices in full; 400 left out (binding not proven, or newer"
                                + " than the rollout)");
        says(
                voted(1, 1000, new Ballot(Tally.ZERO, Map.of(), tally(400, 0))),
                Move.HOLD,
                GateReason.UNDECIDED);
        // A stage of only such devices is passed by a person only.
        var only = new StratumReport(A, 0, 3, Ballot.of(Tally.ZERO), Ballot.of(Tally.ZERO), 0, 0);
        says(whole(0, Halts.NONE, 0, only).whole(), Move.HOLD, GateReason.NEEDS_A_PERSON);
    }

    @Test
    void threeAccountsConfirmWithoutDevicesThatAreVouchedFor() {
        var two = Map.of("x", tally(300, 0), "y", tally(300, 0));
        says(
                voted(1, 1000, new Ballot(Tally.ZERO, two, Tally.ZERO)),
                Move.HOLD,
                GateReason.UNDECIDED);
        says(
                voted(1, 1000, new Ballot(tally(1, 0), two, Tally.ZERO)),
                Move.HOLD,
                GateReason.UNDECIDED);
        says(
                voted(1, 1000, new Ballot(tally(20, 0), two, Tally.ZERO)),
                Move.PROMOTE,
                GateReason.PASSED);
        var three = Map.of("x", tally(100, 0), "y", tally(100, 0), "z", tally(100, 0));
        Verdict verdict = voted(1, 1000, new Ballot(Tally.ZERO, three, Tally.ZERO));
        says(verdict, Move.PROMOTE, GateReason.PASSED);
        assertThat(verdict.counted()).isEqualTo(new CountedDevices(0, 3, 300, 90, 0));
        // Or all of them.
        var few = new Ballot(Tally.ZERO, Map.of("x", tally(2, 0)), Tally.ZERO);
        says(voted(1, 2, few), Move.PROMOTE, GateReason.PASSED);
        var one = new Ballot(Tally.ZERO, Map.of("x", tally(1, 1)), Tally.ZERO);
        says(voted(1, 2, one), Move.HOLD, GateReason.NEEDS_A_PERSON);
    }

    @Test
    void aPausedGroupWaitsAloneUntilItsOwnDevicesHaltIt() {
        var two = new Ballot(tally(3, 0), Map.of("x", crashes(1), "y", crashes(1)), Tally.ZERO);
        var report = new StratumReport(A, 1000, 0, two, two, 0, 0);
        var verdict = whole(0, Halts.NONE, 0, report, well(B));
        says(verdict.whole(), Move.PROMOTE, GateReason.PASSED);
        assertThat(verdict.halts()).isEqualTo(new Halts(Set.of(), Set.of(), Set.of(A)));
        assertThat(verdict.halts().cover(A)).isTrue();
        assertThat(verdict.halts().halted(A)).isFalse();
        // It stays so, even if it looks better.
        var better = report(A, 1000, tally(60, 0), T0 - 2 * DAY);
        var later = whole(0, verdict.halts(), 0, better, well(B));
        assertThat(later.halts()).isEqualTo(verdict.halts());
        assertThat(later.strata()).containsOnlyKeys(B);
        var alone = whole(0, verdict.halts(), 0, better);
        says(alone.whole(), Move.PAUSE, GateReason.OTHERS_FAILED);
        var halted = whole(0, verdict.halts(), 0, crashed(A), well(B));
        assertThat(halted.halts()).isEqualTo(new Halts(Set.of(A), Set.of()));
    }

    @Test
    void strangersSteerNothing() {
        var random = new Random(11);
        for (int i = 0; i < 20_000; i++) {
            Tally own = random(random, 70);
            var others = new HashMap<String, Tally>();
            for (int n = random.nextInt(3); n > 0; n--) {
                others.put("account " + n, random(random, 400));
            }
            var with = new Ballot(own, others, random(random, 400));
            int stage = random.nextInt(2);
            Verdict alone = voted(stage, 5000, Ballot.of(own));
            Verdict all = voted(stage, 5000, with);
            String which = with + ": " + alone + all;
            assertThat(all.move() == Move.HALT).as(which).isEqualTo(alone.move() == Move.HALT);
            if (others.size() < 2) {
                assertThat(all.move()).as(which).isNotEqualTo(Move.PAUSE);
            }
            if (all.move() == Move.PROMOTE) {
                assertThat(own.outcomes().good() * 2).as(which).isGreaterThanOrEqualTo(29);
            }
        }
    }

    private static Tally random(Random random, int most) {
        long bad = random.nextInt(4) == 0 ? random.nextInt(most) : 0;
        long silent = random.nextInt(4) == 0 ? random.nextInt(9) : 0;
        long crashed = bad > 0 ? random.nextInt((int) bad + 1) : 0;
        return tally(random.nextInt(most), bad, silent, 0, crashed);
    }

    // ------------------------------------------------------------ the whole

    private static StageVerdict whole(
            int stage, Halts halts, long streak, StratumReport... reports) {
        return Gates.judge(List.of(reports), stage, GATE, halts, streak, Policy.DEFAULTS, T0);
    }

    private static StratumReport well(Stratum stratum) {
        return report(stratum, 1000, tally(60, 0), T0 - 2 * DAY);
    }

    private static StratumReport crashed(Stratum stratum) {
        return report(stratum, 1000, tally(0, 1, 0, 0, 1), 0);
    }

    @Test
    void oneBadBoardHaltsAlone() {
        var verdict = whole(0, Halts.NONE, 0, well(A), crashed(B));
        says(verdict.whole(), Move.PROMOTE, GateReason.PASSED);
        assertThat(verdict.halts().strata()).containsExactly(B);
        assertThat(verdict.strata().get(B).reason()).isEqualTo(GateReason.CANARY_CRASHED);
        assertThat(verdict.whole().why().en())
                .isEqualTo("All 1 groups of devices passed (1 have halted)");
    }

    @Test
    void goesOnWhenAllHavePassed() {
        says(whole(0, Halts.NONE, 0, well(A), well(B)).whole(), Move.PROMOTE, GateReason.PASSED);
        var few = report(B, 1000, tally(3, 0), 0);
        var verdict = whole(0, Halts.NONE, 0, well(A), few);
        says(verdict.whole(), Move.HOLD, GateReason.UNDECIDED);
        assertThat(verdict.whole().why().en())
                .isEqualTo(
                        "board-b / esp32s3 / v2 / 2.0.0: 3 of 29 are decided, 0 more are pending");
        says(whole(0, Halts.NONE, 0).whole(), Move.HOLD, GateReason.UNDECIDED);
    }

    @Test
    void haltsWhenNothingIsLeft() {
        says(whole(0, Halts.NONE, 0, crashed(A)).whole(), Move.HALT, GateReason.FAILS_EVERYWHERE);
        var before = new Halts(Set.of(A), Set.of());
        says(whole(0, before, 0, well(A)).whole(), Move.HALT, GateReason.FAILS_EVERYWHERE);
    }

    @Test
    void aBoardThatFailedFromTwoVersionsNeedsNoThird() {
        var unseen = report(stratum("board-a", "2.0.2"), 100, Tally.ZERO, 0);
        var verdict = whole(0, Halts.NONE, 0, crashed(A), crashed(A2), unseen, well(B));
        assertThat(verdict.halts().boards()).containsExactly("board-a");
        says(verdict.whole(), Move.PROMOTE, GateReason.PASSED);
        var works = report(stratum("board-a", "2.0.2"), 100, tally(1, 0), 0);
        verdict = whole(0, Halts.NONE, 0, crashed(A), crashed(A2), works, well(B));
        assertThat(verdict.halts().boards()).isEmpty();
    }

    @Test
    void aBuildThatFailedOnTwoBoardsNeedsNoThird() {
        var unseen = report(stratum("board-c", "2.0.0"), 100, Tally.ZERO, 0);
        var verdict = whole(0, Halts.NONE, 0, crashed(A), crashed(B), unseen);
        says(verdict.whole(), Move.HALT, GateReason.FAILS_EVERYWHERE);
        var works = report(stratum("board-c", "2.0.0"), 100, tally(1, 0), 0);
        says(
                whole(0, Halts.NONE, 0, crashed(A), crashed(B), works).whole(),
                Move.HOLD,
                GateReason.UNDECIDED);
    }

    @Test
    void cPausesWhenDownloadsFailAndBlamesNobody() {
        var verdict = whole(0, Halts.NONE, 0, report(A, 3, missing(3, 0), 0));
        says(verdict.whole(), Move.PAUSE, GateReason.DELIVERY);
        assertThat(verdict.halts()).isEqualTo(Halts.NONE);
        says(
                whole(0, Halts.NONE, 0, report(A, 3, missing(2, 0), 0)).whole(),
                Move.HOLD,
                GateReason.UNDECIDED);
        // One device each on many boards: the network is the same for all.
        says(
                whole(
                                0,
                                Halts.NONE,
                                0,
                                report(A, 9, missing(1, 0), 0),
                                report(A2, 9, missing(1, 0), 0),
                                report(B, 9, missing(1, 0), 0))
                        .whole(),
                Move.PAUSE,
                GateReason.DELIVERY);
    }

    @Test
    void cPausesWhenDownloadsSuddenlyFailAfterManyThatWorked() {
        var report = report(A, 5000, missing(10, 1000), T0 - 2 * DAY);
        says(whole(1, Halts.NONE, 9, report).whole(), Move.PROMOTE, GateReason.PASSED);
        says(whole(1, Halts.NONE, 10, report).whole(), Move.PAUSE, GateReason.DELIVERY);
    }

    @Test
    void cAFewBadConnectionsDontPause() {
        var report = report(A, 5000, missing(20, 300), T0 - 2 * DAY);
        says(whole(1, Halts.NONE, 1, report).whole(), Move.PROMOTE, GateReason.PASSED);
    }
}
