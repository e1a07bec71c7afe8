package io.slipway.rollout.rules.attempt;

import static io.slipway.rollout.rules.Given.DAY;
import static io.slipway.rollout.rules.Given.HOUR;
import static io.slipway.rollout.rules.Given.MINUTE;
import static io.slipway.rollout.rules.Given.SECOND;
import static io.slipway.rollout.rules.Given.T0;
import static io.slipway.rollout.rules.Given.running;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The outcome of an offer, update-rules U2 to U11: each rule of update-rules 2.2 by its name. */
class InferenceTest {

    private static final long BACK = 80 * SECOND;

    private static void is(Story story, AttemptState state, Cause cause) {
        assertThat(story.state()).isEqualTo(state);
        assertThat(story.cause()).isEqualTo(cause);
        assertThat(story.tally).isEqualTo(Tally.of(story.attempt));
        assertThat(story.replayed()).isEqualTo(story.attempt);
    }

    @Test
    void u2BootedWhenItRunsTheBuild() {
        var story = Story.begins().downloads(0).runsNew(BACK);
        is(story, AttemptState.BOOTED, Cause.BOOTED);
        assertThat(story.attempt.conclusion().standing()).isEqualTo(Standing.GOOD);
        assertThat(story.attempt.offer().bootedAt() - story.attempt.offer().download().endedAt())
                .as("the observed latency")
                .isEqualTo(31 * SECOND);
    }

    @Test
    void u2AlsoWhenTheDownloadWasNotSeenOrLookedCut() {
        is(Story.begins().offered(0).runsNew(BACK), AttemptState.BOOTED, Cause.BOOTED);
        is(Story.begins().offered(0).began(4000).runsNew(BACK), AttemptState.BOOTED, Cause.BOOTED);
        var cut = Story.begins().offered(0).began(4000).ended(40_000, Evidence.DownloadEnd.CUT);
        is(cut.runsNew(BACK), AttemptState.BOOTED, Cause.BOOTED);
        is(
                Story.begins().offered(0).nothingUntil(HOUR).runsNew(DAY),
                AttemptState.BOOTED,
                Cause.BOOTED);
    }

    @Test
    void u3ConfirmedByASecondCheckInASessionOrTime() {
        var booted = Story.begins().downloads(0).runsNew(BACK);
        is(booted.runsNew(BACK + HOUR), AttemptState.CONFIRMED, Cause.CHECKED_IN_AGAIN);
        booted = Story.begins().downloads(0).runsNew(BACK);
        is(booted.session(BACK + SECOND), AttemptState.CONFIRMED, Cause.SESSION_OPENED);
        booted = Story.begins().downloads(0).runsNew(BACK).nothingUntil(BACK + DAY - 1);
        is(booted, AttemptState.BOOTED, Cause.BOOTED);
        is(booted.nothingUntil(BACK + DAY), AttemptState.CONFIRMED, Cause.STAYED);
        assertThat(booted.attempt.conclusion().since()).isEqualTo(T0 + BACK + DAY);
    }

    @Test
    void u3ADuplicateOfTheFirstCheckInConfirmsNothing() {
        var story = Story.begins().downloads(0).runsNew(BACK).runsNew(BACK + 2 * SECOND);
        is(story.runsNew(BACK + 59 * SECOND), AttemptState.BOOTED, Cause.BOOTED);
    }

    @Test
    void u5BackOnTheOldBuildWithinMinutes() {
        var story = Story.begins().downloads(0).runsOld(49 * SECOND + 5 * MINUTE);
        is(story, AttemptState.ROLLED_BACK, Cause.CRASHED_EARLY);
        assertThat(story.tally.outcomes().bad()).isEqualTo(1);
        assertThat(story.tally.crashed()).isEqualTo(1);
        assertThat(story.tally.inFlight()).isZero();
    }

    @Test
    void u5HoweverSoon() {
        var story =
                Story.begins().offered(0).began(4000).ended(7000, Evidence.DownloadEnd.COMPLETE);
        is(story.runsOld(25 * SECOND), AttemptState.ROLLED_BACK, Cause.CRASHED_EARLY);
    }

    @Test
    void u6LaterItMayBeTheImageOrALateRollback() {
        var story = Story.begins().downloads(0).runsOld(49 * SECOND + 5 * MINUTE + 1);
        is(story, AttemptState.INSTALL_FAILED, Cause.NOT_INSTALLED);
        assertThat(story.tally.crashed()).isZero();
        assertThat(story.tally.outcomes().bad()).isEqualTo(1);
    }

    @Test
    void u6ForOldFirmwareThatRebootsOnEveryFailure() {
        is(
                Story.from(running("1.7.7")).downloads(0).runs(running("1.7.7"), BACK),
                AttemptState.INSTALL_FAILED,
                Cause.NOT_INSTALLED);
        is(
                Story.from(running("1.8.0")).downloads(0).runs(running("1.8.0"), BACK),
                AttemptState.ROLLED_BACK,
                Cause.CRASHED_EARLY);
    }

    @Test
    void u7BackAfterItRan() {
        var story = Story.begins().downloads(0).runsNew(BACK).runsOld(BACK + 20 * SECOND);
        is(story, AttemptState.REGRESSED, Cause.WENT_BACK);
        assertThat(story.tally.outcomes().good()).isZero();
        assertThat(story.tally.outcomes().bad()).isEqualTo(1);
        var late = Story.begins().downloads(0).runsNew(BACK).runsNew(HOUR).runsOld(3 * DAY);
        is(late, AttemptState.ROLLED_BACK, Cause.WENT_BACK_LATE);
        assertThat(late.tally.outcomes().bad()).isEqualTo(1);
    }

    @Test
    void u7NeedsTheFormerSlot() {
        var story = Story.begins().downloads(0).runsNew(BACK);
        is(
                story.runs(running("2.0.0", "ota_1"), DAY / 2),
                AttemptState.EXTERNAL,
                Cause.OTHER_BUILD);
    }

    @Test
    void u8CutShortFiveTimes() {
        var story = Story.begins();
        for (int i = 0; i < 5; i++) {
            assertThat(story.state()).isEqualTo(AttemptState.ELIGIBLE);
            long t = i * DAY;
            story.offered(t).began(t + 4000).ended(t + 20_000, Evidence.DownloadEnd.CUT);
            assertThat(story.cause()).isEqualTo(Cause.CUT_SHORT);
        }
        is(story, AttemptState.DELIVERY_FAILED, Cause.CUT_SHORT);
        assertThat(story.attempt.past().deliveryFailures()).isEqualTo(5);
        assertThat(story.tally.undelivered()).isEqualTo(1);
        assertThat(story.tally.decided()).as("the build was never delivered").isZero();
        assertThat(story.attempt.past().quarantined()).isTrue();
    }

    @Test
    void u8TwiceForOldFirmwareThatRebootsOnEveryFailure() {
        var story = Story.from(running("1.7.7"));
        story.offered(0).began(4000).ended(20_000, Evidence.DownloadEnd.CUT);
        assertThat(story.state()).isEqualTo(AttemptState.ELIGIBLE);
        story.offered(DAY).began(DAY + 4000).ended(DAY + 20_000, Evidence.DownloadEnd.CUT);
        is(story, AttemptState.DELIVERY_FAILED, Cause.CUT_SHORT);
    }

    @Test
    void whatTheServerCutsIsNotCounted() {
        var story =
                Story.begins().offered(0).began(4000).ended(9000, Evidence.DownloadEnd.CUT_BY_US);
        is(story, AttemptState.ELIGIBLE, Cause.OUR_FAULT);
        assertThat(story.attempt.past().deliveryFailures()).isZero();
        assertThat(story.tally.deliveries().missing()).isZero();
        story = Story.begins().outage(5000, 8000).offered(0).began(4000);
        is(story.ended(9000, Evidence.DownloadEnd.CUT), AttemptState.ELIGIBLE, Cause.OUR_FAULT);
    }

    @Test
    void u8BackBeforeTheEndOfTheDownloadWasSeen() {
        var story = Story.begins().offered(0).began(4000);
        is(story.runsOld(59 * SECOND), AttemptState.DOWNLOADING, Cause.DOWNLOADING);
        is(story.runsOld(61 * SECOND), AttemptState.ELIGIBLE, Cause.CAME_BACK_EARLY);
        assertThat(story.attempt.past().deliveryFailures()).isEqualTo(1);
        story.ended(62 * SECOND, Evidence.DownloadEnd.CUT);
        assertThat(story.attempt.past().deliveryFailures()).as("counted once").isEqualTo(1);
    }

    @Test
    void u9NoDownloadAndTheOldBuildAgain() {
        var story = Story.begins().offered(0).nothingUntil(2 * MINUTE);
        is(story, AttemptState.LAPSED, Cause.LAPSED);
        assertThat(story.tally.inFlight()).as("its place is free again").isZero();
        assertThat(story.attempt.past().deliveryFailures()).isZero();
        is(story.runsOld(DAY), AttemptState.ELIGIBLE, Cause.NOT_STARTED);
        assertThat(story.attempt.past().deliveryFailures()).isEqualTo(1);
        assertThat(story.tally.deliveries().missing()).isEqualTo(1);
        assertThat(story.attempt.conclusion().standing()).isEqualTo(Standing.UNDECIDED);
    }

    @Test
    void u9NotWhenWeWereDown() {
        var story = Story.begins().offered(0).outage(3000, 10 * MINUTE).nothingUntil(HOUR);
        is(story.runsOld(DAY), AttemptState.ELIGIBLE, Cause.OUR_FAULT);
        assertThat(story.attempt.past().deliveryFailures()).isZero();
    }

    @Test
    void aLateDownloadIsStillOne() {
        var story = Story.begins().offered(0).nothingUntil(3 * MINUTE).began(4 * MINUTE);
        is(story, AttemptState.DOWNLOADING, Cause.DOWNLOADING);
    }

    @Test
    void u10ThreeUnwatchedOffersThatLeaveTheOldBuild() {
        var story = Story.unwatched();
        for (int i = 0; i < 2; i++) {
            story.offered(i * DAY).runsOld(i * DAY + HOUR);
            is(story, AttemptState.ELIGIBLE, Cause.STAGE_UNKNOWN);
            assertThat(story.tally.outcomes().bad()).isZero();
        }
        story.offered(2 * DAY).runsOld(2 * DAY + HOUR);
        is(story, AttemptState.FAILED, Cause.STAGE_UNKNOWN);
        assertThat(story.tally.outcomes().bad()).isEqualTo(1);
        assertThat(story.attempt.past().installFailures()).isEqualTo(1);
        assertThat(story.attempt.past().quarantined()).isFalse();
        for (int i = 3; i < 6; i++) {
            story.offered(i * DAY).runsOld(i * DAY + HOUR);
        }
        assertThat(story.attempt.past().quarantined()).isTrue();
    }

    @Test
    void u10WhatCantBeWatchedSaysNothing() {
        var story = Story.unwatched().downloads(0);
        is(story, AttemptState.OFFERED, Cause.OFFERED);
        is(story.nothingUntil(15 * MINUTE), AttemptState.LAPSED, Cause.LAPSED);
        is(story.runsNew(HOUR), AttemptState.BOOTED, Cause.BOOTED);
    }

    @Test
    void u11SilentThenOverdueThenLost() {
        long end = 49 * SECOND;
        var story = Story.begins().downloads(0).nothingUntil(end + 15 * MINUTE - 1);
        is(story, AttemptState.DOWNLOADED, Cause.DOWNLOADED);
        is(story.nothingUntil(end + 15 * MINUTE), AttemptState.SILENT, Cause.SILENT);
        assertThat(story.tally.silent()).isEqualTo(1);
        assertThat(story.tally.decided()).isZero();
        is(story.nothingUntil(end + DAY), AttemptState.SILENT, Cause.OVERDUE);
        assertThat(story.tally.outcomes().overdue()).isEqualTo(1);
        assertThat(story.tally.silent()).isZero();
        is(story.nothingUntil(end + 7 * DAY), AttemptState.LOST, Cause.LOST);
        assertThat(story.tally.outcomes().overdue()).isEqualTo(1);
        is(story.runsNew(30 * DAY), AttemptState.BOOTED, Cause.BOOTED);
        assertThat(story.tally.outcomes().overdue()).isZero();
        assertThat(story.tally.outcomes().good()).isEqualTo(1);
    }

    @Test
    void u11OneLookAfterAMonthSeesAllOfItInOrder() {
        var story = Story.begins().downloads(0).nothingUntil(30 * DAY);
        is(story, AttemptState.LOST, Cause.LOST);
        assertThat(story.changes.stream().map(Transition.StateChange::cause))
                .endsWith(Cause.SILENT, Cause.OVERDUE, Cause.LOST);
        assertThat(story.changes.getLast().at()).isEqualTo(T0 + 49 * SECOND + 7 * DAY);
    }

    private static long backBy(Story story) {
        return Inference.backBy(story.attempt, story.outages);
    }

    /** update-rules 2.3: the build must lead home. */
    @Test
    void aCanaryIsBackAnHourAfterItsDownload() {
        long end = 49 * SECOND;
        assertThat(backBy(Story.begins().offered(0))).isEqualTo(Long.MAX_VALUE);
        assertThat(backBy(Story.begins().began(0))).isEqualTo(Long.MAX_VALUE);
        var story = Story.begins().downloads(0);
        assertThat(backBy(story)).isEqualTo(T0 + end + HOUR);
        assertThat(backBy(story.nothingUntil(30 * MINUTE))).isEqualTo(T0 + end + HOUR);
        assertThat(backBy(story.nothingUntil(30 * DAY))).isEqualTo(T0 + end + HOUR);
        assertThat(backBy(story.runsNew(31 * DAY))).isEqualTo(Long.MAX_VALUE);
        assertThat(backBy(Story.begins().downloads(0).runsOld(DAY))).isEqualTo(Long.MAX_VALUE);
        // Its end was not observed.
        story = Story.begins().offered(0).began(4 * SECOND).nothingUntil(2 * HOUR);
        is(story, AttemptState.LAPSED, Cause.END_UNKNOWN);
        assertThat(backBy(story)).isEqualTo(T0 + 4 * SECOND + HOUR);
        // It never started, or that can't be observed.
        assertThat(backBy(Story.begins().offered(0).nothingUntil(DAY))).isEqualTo(Long.MAX_VALUE);
        assertThat(backBy(Story.unwatched().downloads(0).nothingUntil(DAY))).isEqualTo(T0 + HOUR);
        // What it reported while we were down was lost.
        story = Story.begins().outage(MINUTE, 10 * HOUR).downloads(0);
        assertThat(backBy(story)).isEqualTo(T0 + 10 * HOUR + end + HOUR - MINUTE);
    }

    @Test
    void u11ResolvedByTheOldBuild() {
        var story = Story.begins().downloads(0).nothingUntil(HOUR).runsOld(3 * DAY);
        is(story, AttemptState.INSTALL_FAILED, Cause.NOT_INSTALLED);
        assertThat(story.tally.silent()).isZero();
    }

    @Test
    void u11SilenceWhileWeAreDownMeansNothing() {
        var story = Story.begins().outage(MINUTE, 10 * HOUR).downloads(0);
        assertThat(Inference.due(story.attempt, story.outages, story.policy))
                .isEqualTo(T0 + 10 * HOUR + 49 * SECOND + 15 * MINUTE - MINUTE);
        is(story.nothingUntil(10 * HOUR), AttemptState.DOWNLOADED, Cause.DOWNLOADED);
        is(story.nothingUntil(10 * HOUR + 15 * MINUTE), AttemptState.SILENT, Cause.SILENT);
    }
}
