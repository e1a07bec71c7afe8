package io.slipway.rollout.api;

import io.slipway.http.schema.Described;
import io.slipway.http.schema.Inlined;
import io.slipway.http.schema.Moment;
import io.slipway.http.schema.Shape;
import io.slipway.protocol.Mac;
import io.slipway.rollout.rules.attempt.Attempt;
import io.slipway.rollout.rules.attempt.AttemptRow;
import io.slipway.rollout.rules.attempt.AttemptState;
import io.slipway.rollout.rules.attempt.Cause;
import io.slipway.rollout.rules.attempt.Standing;
import io.slipway.rollout.rules.attempt.Vote;
import io.slipway.text.Sentence;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What became of a device in a rollout. */
record AttemptView(
        @Inlined AttemptSubject subject,
        @Inlined AttemptResult result,
        @Inlined OfferTimes offered,
        @Inlined RunningVersions versions,
        @Inlined FailureCounts failures) {

    /** Which device, and what it was offered. */
    record AttemptSubject(
            Mac macAddress,
            @Shape(pattern = "^[0-9]{1,19}$") String deviceId,
            @Shape(pattern = Shape.ID) String accountId,
            @Shape(pattern = Shape.ID) String rollout,
            BuildRefView build,
            int stage,
            StratumView stratum) {}

    /** How it stands, and as what it counts. */
    record AttemptResult(
            AttemptState state,
            CauseView cause,
            @Nullable Instant since,
            @Described("在门槛里怎样计数 · how it counts in the gates") Standing counts,
            @Described("是否计入 · whether it counts") VoteView vote) {}

    /** Why it stands so. */
    record CauseView(Cause code, @Inlined Sentence sentence) {}

    /** Whether it counts. */
    record VoteView(Vote code, @Inlined Sentence sentence) {}

    /** What is known of its offers; null for not yet. */
    record OfferTimes(
            @Described("推送过几次 · how often it was offered") int offers,
            boolean force,
            @Nullable Instant offeredAt,
            @Nullable Instant downloadBeganAt,
            @Nullable Instant downloadEndedAt,
            @Nullable Instant bootedAt) {}

    /** What it ran, and what it runs; a last check-in of null for none. */
    record RunningVersions(
            @Described("原来的版本 · version before") String from,
            @Described("现在的版本 · version now") String running,
            @Nullable Instant lastCheckIn) {}

    /** What adds up over all rollouts of the build. */
    record FailureCounts(
            int installFailures,
            int deliveryFailures,
            @Described("不再给这台设备 · not offered to this device any more") boolean quarantined) {}

    static AttemptView of(AttemptRow row) {
        Attempt attempt = row.attempt();
        Attempt.LastOffer offer = attempt.offer();
        Attempt.OfferHistory past = attempt.past();
        return new AttemptView(
                new AttemptSubject(
                        row.mac(),
                        Long.toString(row.deviceId()),
                        row.accountId(),
                        attempt.subject().rolloutId(),
                        BuildRefView.of(attempt.subject().build()),
                        attempt.subject().stage(),
                        StratumView.of(attempt.subject().stratum())),
                new AttemptResult(
                        attempt.conclusion().state(),
                        new CauseView(
                                attempt.conclusion().cause(),
                                attempt.conclusion().cause().sentence()),
                        Moment.orNull(attempt.conclusion().since()),
                        attempt.conclusion().standing(),
                        new VoteView(row.vote(), row.vote().sentence())),
                new OfferTimes(
                        past.offers(),
                        offer.terms().force(),
                        Moment.orNull(offer.at()),
                        Moment.orNull(offer.download().beganAt()),
                        Moment.orNull(offer.download().endedAt()),
                        Moment.orNull(offer.bootedAt())),
                new RunningVersions(
                        offer.terms().from().version(),
                        attempt.last().running().version(),
                        Moment.orNull(attempt.last().at())),
                new FailureCounts(
                        past.installFailures(), past.deliveryFailures(), past.quarantined()));
    }
}
