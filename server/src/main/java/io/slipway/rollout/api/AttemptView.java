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

/** A device's way through a rollout. */
record AttemptView(
        @Inlined AttemptSubject subject,
        @Inlined AttemptResult result,
        @Inlined OfferTimes offered,
        @Inlined RunningVersions versions,
        @Inlined FailureCounts failures) {

    /** The device, and the build it was offered. */
    record AttemptSubject(
            Mac macAddress,
            @Shape(pattern = "^[0-9]{1,19}$") String deviceId,
            @Shape(pattern = Shape.ID) String accountId,
            @Shape(pattern = Shape.ID) String rollout,
            BuildRefView build,
            int stage,
            StratumView stratum) {}

    /** The state, and how it counts. */
    record AttemptResult(
            AttemptState state,
            CauseView cause,
            @Nullable Instant since,
            @Described("在门槛里怎样计数 · how it counts in the gates") Standing counts,
            @Described("是否计入 · whether it counts") VoteView vote) {}

    /** The reason for the state. */
    record CauseView(Cause code, @Inlined Sentence sentence) {}

    /** Whether it counts. */
    record VoteView(Vote code, @Inlined Sentence sentence) {}

    /** When it was offered, downloaded etc.; null if that has not happened yet. */
    record OfferTimes(
            @Described("推送过几次 · number of times it was offered") int offers,
            boolean force,
            @Nullable Instant offeredAt,
            @Nullable Instant downloadBeganAt,
            @Nullable Instant downloadEndedAt,
            @Nullable Instant bootedAt) {}

    /** Previous and current version; the last check-in is null if there was none. */
    record RunningVersions(
            @Described("原来的版本 · previous version") String from,
            @Described("现在的版本 · current version") String running,
            @Nullable Instant lastCheckIn) {}

    /** What is counted over all rollouts of the build. */
    record FailureCounts(
            int installFailures,
            int deliveryFailures,
            @Described("不再给这台设备 · whether it is no longer offered to this device")
                    boolean quarantined) {}

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
