package io.slipway.rollout.rules.attempt;

import static io.slipway.rollout.rules.Given.DAY;
import static io.slipway.rollout.rules.Given.HOUR;
import static io.slipway.rollout.rules.Given.MINUTE;
import static io.slipway.rollout.rules.Given.SECOND;
import static io.slipway.rollout.rules.Given.T0;
import static io.slipway.rollout.rules.Given.running;
import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.rollout.rules.Given;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Special cases, update-rules U12 to U16 and our own outages; and that order and repetition do no
 * harm. update-rules U1, U4 and the other half of update-rules U14, U16 are the planner's.
 */
class InferenceOddTest {

    private static final long BACK = 80 * SECOND;

    private static void is(Story story, AttemptState state, Cause cause) {
        assertThat(story.state()).isEqualTo(state);
        assertThat(story.cause()).isEqualTo(cause);
        assertThat(story.tally).isEqualTo(Tally.of(story.attempt));
        assertThat(story.replayed()).isEqualTo(story.attempt);
    }

    @Test
    void u12NeitherOldNorNew() {
        var story = Story.begins().downloads(0).runs(running("3.0.0"), HOUR);
        is(story, AttemptState.EXTERNAL, Cause.OTHER_BUILD);
        assertThat(story.tally.left()).isEqualTo(1);
        assertThat(story.tally.inFlight()).isZero();
        assertThat(story.tally.waiting()).isZero();
        is(story.runsNew(2 * HOUR), AttemptState.EXTERNAL, Cause.OTHER_BUILD);
    }

    @Test
    void u12TheFlashWasErased() {
        is(
                Story.begins().downloads(0).nothingUntil(HOUR).pinMoved(DAY),
                AttemptState.EXTERNAL,
                Cause.PIN_MOVED);
    }

    @Test
    void u12UnknownHashFromWhereACableWrites() {
        var from = running("2.0.0", "ota_1");
        var story = Story.from(from).downloads(0).nothingUntil(HOUR);
        is(
                story.runs(new RunningBuild("2.0.0", "", "ota_0"), DAY),
                AttemptState.EXTERNAL,
                Cause.OTHER_SLOT);
    }

    @Test
    void u12DoesNotTakeBackWhatWasDecided() {
        var story = Story.begins().downloads(0).runsNew(BACK).runsNew(HOUR);
        is(story.runs(running("3.0.0"), DAY), AttemptState.CONFIRMED, Cause.CHECKED_IN_AGAIN);
        assertThat(story.attempt.closed()).isTrue();
        is(story.runsOld(2 * DAY), AttemptState.CONFIRMED, Cause.CHECKED_IN_AGAIN);
        var failed = Story.begins().downloads(0).runsOld(BACK).runs(running("3.0.0"), DAY);
        is(failed, AttemptState.ROLLED_BACK, Cause.CRASHED_EARLY);
        assertThat(failed.tally.outcomes().bad()).isEqualTo(1);
    }

    @Test
    void u13SameVersionAnotherBuild() {
        var story = Story.begins().downloads(0);
        var imitation = new RunningBuild("2.1.0", Given.elf("somebody else's"), "ota_1");
        is(story.runs(imitation, BACK), AttemptState.EXTERNAL, Cause.IMITATED);
    }

    @Test
    void u13NotWhenTheDeviceReportsNoUsableHash() {
        // The published protocol's own sample has 48 hex digits.
        var shortHash = new RunningBuild("2.1.0", "c8a8ecb6d6fbcda682494d9675cd1ead", "ota_1");
        is(Story.begins().downloads(0).runs(shortHash, BACK), AttemptState.BOOTED, Cause.BOOTED);
    }

    @Test
    void u14TheSameCheckInAgainChangesNothing() {
        var story = Story.begins().offered(0).runsOld(2 * SECOND).runsOld(59 * SECOND);
        is(story, AttemptState.OFFERED, Cause.OFFERED);
        assertThat(story.attempt.past().offers()).isEqualTo(1);
        is(story.runsOld(60 * SECOND), AttemptState.ELIGIBLE, Cause.NOT_STARTED);
    }

    @Test
    void u15TwoFailedInstallsPutItInQuarantine() {
        var story = Story.begins().downloads(0).runsOld(BACK);
        assertThat(story.attempt.past().quarantined()).isFalse();
        story.downloads(DAY).runsOld(DAY + HOUR);
        is(story, AttemptState.INSTALL_FAILED, Cause.NOT_INSTALLED);
        assertThat(story.attempt.past().quarantined()).isTrue();
        assertThat(story.changes.stream().filter(Transition.StateChange::quarantines)).hasSize(1);
        story.cleared(2 * DAY);
        assertThat(story.attempt.past().quarantined()).isFalse();
        assertThat(story.attempt.past().installFailures()).isZero();
        assertThat(story.tally.outcomes().bad()).as("it still failed").isEqualTo(1);
    }

    @Test
    void u15FailuresFollowTheBuildIntoAnotherRollout() {
        var story = Story.begins().downloads(0).runsOld(BACK);
        var next = Attempt.first("r2", offered("2.1.0"), List.of(story.attempt));
        assertThat(next.past().installFailures()).isEqualTo(1);
        assertThat(Tally.of(next)).isEqualTo(Tally.ZERO);
        var other = Attempt.first("r3", offered("2.2.0"), List.of(story.attempt));
        assertThat(other.past().installFailures()).isZero();
    }

    private static Evidence.Offered offered(String version) {
        return new Evidence.Offered(
                1,
                T0,
                "o",
                Given.build(version),
                0,
                Given.stratum("2.0.0"),
                new OfferTerms(running("2.0.0"), false, true));
    }

    @Test
    void u16TenMinutesThenTwiceAsLongUpToADay() {
        assertThat(Retries.backOff(0)).isZero();
        assertThat(Retries.backOff(1)).isEqualTo(Duration.ofMinutes(10));
        assertThat(Retries.backOff(2)).isEqualTo(Duration.ofMinutes(20));
        assertThat(Retries.backOff(8)).isEqualTo(Duration.ofMinutes(1280));
        assertThat(Retries.backOff(9)).isEqualTo(Duration.ofHours(24));
        assertThat(Retries.backOff(1_000_000)).isEqualTo(Duration.ofHours(24));
    }

    @Test
    void f7bRollbacksInOurOwnOutageAreNotTheBuildsFault() {
        var early = Story.begins().outage(50 * SECOND, 30 * MINUTE).downloads(0);
        is(early.runsOld(40 * MINUTE), AttemptState.ROLLED_BACK, Cause.GATEWAY_DOWN);
        assertThat(early.tally.outcomes().bad()).isZero();
        assertThat(early.attempt.past().installFailures()).isZero();
        var booted = Story.begins().outage(BACK + SECOND, 30 * MINUTE).downloads(0).runsNew(BACK);
        is(booted.runsOld(2 * DAY), AttemptState.ROLLED_BACK, Cause.GATEWAY_DOWN);
        assertThat(booted.tally.outcomes().good()).isZero();
    }

    @Test
    void f7bACheckInThatGotAnErrorConfirmsNothing() {
        // It asks again and again and was never marked valid.
        var story = Story.begins().outage(BACK - SECOND, 30 * MINUTE).downloads(0).runsNew(BACK);
        story.runsNew(BACK + 10 * SECOND).runsNew(BACK + 70 * SECOND).runsNew(10 * MINUTE);
        is(story, AttemptState.BOOTED, Cause.BOOTED);
        is(story.runsOld(12 * MINUTE), AttemptState.ROLLED_BACK, Cause.GATEWAY_DOWN);
        // The first answer after it counts as the first.
        story = Story.begins().outage(BACK - SECOND, 30 * MINUTE).downloads(0).runsNew(BACK);
        is(story.runsNew(31 * MINUTE), AttemptState.BOOTED, Cause.BOOTED);
        is(story.runsNew(DAY), AttemptState.CONFIRMED, Cause.CHECKED_IN_AGAIN);
    }

    @Test
    void f7bNotWhenTheOutageCameLongAfter() {
        var story = Story.begins().outage(2 * HOUR, 3 * HOUR).downloads(0).runsNew(BACK);
        is(story.runsOld(4 * HOUR), AttemptState.REGRESSED, Cause.WENT_BACK);
        var proven = Story.begins().outage(BACK + MINUTE, HOUR).downloads(0).runsNew(BACK);
        proven.session(BACK + 5 * SECOND);
        is(proven.runsOld(DAY), AttemptState.ROLLED_BACK, Cause.WENT_BACK_LATE);
    }

    @Test
    void x1ABuildThatRestartsAgainAndAgain() {
        var story = Story.begins().downloads(0);
        for (int i = 0; i < 5; i++) {
            story.runsNew(BACK + 40 * SECOND * i);
        }
        is(story, AttemptState.REGRESSED, Cause.RESTARTS);
        assertThat(story.tally.crashed()).isEqualTo(1);
        story.runsNew(BACK + 200 * SECOND);
        assertThat(story.state()).isEqualTo(AttemptState.REGRESSED);
        story.runsNew(2 * DAY);
        assertThat(story.state()).as("it has stopped").isEqualTo(AttemptState.BOOTED);
    }

    @Test
    void x1NotByDuplicatesNorByASlowUser() {
        var duplicates = Story.begins().downloads(0);
        for (int i = 0; i < 20; i++) {
            duplicates.runsNew(BACK + 100L * i);
        }
        is(duplicates, AttemptState.BOOTED, Cause.BOOTED);
        var user = Story.begins().downloads(0);
        for (int i = 0; i < 20; i++) {
            user.runsNew(BACK + 3 * MINUTE * i);
        }
        is(user, AttemptState.CONFIRMED, Cause.CHECKED_IN_AGAIN);
    }

    @Test
    void evidenceThatComesTwiceChangesNothing() {
        var story = Story.begins().downloads(0).runsNew(BACK).runsNew(HOUR);
        Attempt before = story.attempt;
        for (Evidence evidence : story.log) {
            Transition transition =
                    Inference.apply(story.attempt, evidence, story.outages, story.policy);
            assertThat(transition.attempt()).isEqualTo(before);
            assertThat(transition.changes()).isEmpty();
            assertThat(transition.delta()).isEqualTo(Tally.ZERO);
        }
    }

    @Test
    void theFirstDownloadIsTheDevicesAndOthersAreNot() {
        var story = Story.begins().offered(0).began(4000);
        story.add(new Evidence.DownloadBegan(90, T0 + 5000, "o1", "somebody's"));
        story.add(
                new Evidence.DownloadEnded(
                        91, T0 + 9000, "o1", "somebody's", 9, Evidence.DownloadEnd.COMPLETE));
        is(story, AttemptState.DOWNLOADING, Cause.DOWNLOADING);
        story.add(new Evidence.DownloadBegan(92, T0 + 9000, "another offer", "d9"));
        is(story, AttemptState.DOWNLOADING, Cause.DOWNLOADING);
    }

    @Test
    void nodesClocksMayDiffer() {
        var story = Story.begins().offered(10 * SECOND).began(9 * SECOND);
        story.ended(48 * SECOND, Evidence.DownloadEnd.COMPLETE).runsNew(47 * SECOND);
        is(story, AttemptState.BOOTED, Cause.BOOTED);
        assertThat(story.attempt.offer().download().beganAt()).isEqualTo(T0 + 10 * SECOND);
    }

    @Test
    void aDownloadWithoutARecordedEndIsNotCounted() {
        var story = Story.begins().offered(0).began(4000).nothingUntil(2 * HOUR);
        is(story, AttemptState.LAPSED, Cause.END_UNKNOWN);
        is(story.runsOld(DAY), AttemptState.ELIGIBLE, Cause.END_UNKNOWN);
        assertThat(story.attempt.past().deliveryFailures()).isZero();
        story.ended(DAY + HOUR, Evidence.DownloadEnd.COMPLETE);
        is(story, AttemptState.ELIGIBLE, Cause.END_UNKNOWN);
    }

    @Test
    void supersededUnlessItIsOnItsWay() {
        var cut = Story.begins().offered(0).began(4000).ended(9000, Evidence.DownloadEnd.CUT);
        is(cut.superseded(HOUR), AttemptState.SUPERSEDED, Cause.SUPERSEDED);
        assertThat(cut.tally.left()).isEqualTo(1);
        is(cut.runs(running("3.0.0"), DAY), AttemptState.SUPERSEDED, Cause.SUPERSEDED);
        var onItsWay = Story.begins().downloads(0).superseded(60 * SECOND).runsNew(BACK);
        is(onItsWay, AttemptState.BOOTED, Cause.BOOTED);
        var confirmed = Story.begins().downloads(0).runsNew(BACK).runsNew(HOUR).superseded(DAY);
        is(confirmed.runsOld(2 * DAY), AttemptState.CONFIRMED, Cause.CHECKED_IN_AGAIN);
    }

    @Test
    void aFailureStaysOneUntilTheBuildWorks() {
        var story = Story.begins().downloads(0).runsOld(BACK).offered(DAY);
        assertThat(story.tally.outcomes().bad()).isEqualTo(1);
        assertThat(story.tally.inFlight()).isEqualTo(1);
        story.began(DAY + 4000)
                .ended(DAY + 40_000, Evidence.DownloadEnd.COMPLETE)
                .nothingUntil(3 * DAY);
        assertThat(story.state()).isEqualTo(AttemptState.SILENT);
        assertThat(story.tally.outcomes().bad()).isEqualTo(1);
        assertThat(story.tally.outcomes().overdue()).isZero();
        story.runsNew(4 * DAY);
        assertThat(story.tally.outcomes().bad()).isZero();
        assertThat(story.tally.outcomes().good()).isEqualTo(1);
        assertThat(story.tally.crashed()).as("past failures still count").isEqualTo(1);
    }

    @Test
    void everyCauseSaysWhyInBothLanguages() {
        for (Cause cause : Cause.values()) {
            assertThat(cause.sentence().zh()).matches(".*[\\u4e00-\\u9fff].*");
            assertThat(cause.sentence().en()).doesNotContainPattern("[\\u4e00-\\u9fff]");
        }
    }
}
