package io.slipway.rollout.api;

import io.slipway.http.schema.Described;
import io.slipway.http.schema.Shape;
import io.slipway.rollout.api.RefusalView.RefusedView;
import io.slipway.rollout.grant.decision.Explanation;
import io.slipway.rollout.rules.plan.Decision;
import io.slipway.rollout.rules.plan.Refusal;
import io.slipway.text.Sentence;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a device was or was not offered a build.
 *
 * @param last null if there was no rollout to consider
 */
record ExplanationView(
        @Described("上次检查时的决定 · the decision at its last check-in") @Nullable LastAnswerView last,
        @Described("它现在来检查会得到什么 · what it would get if it checked in now") DecisionView now) {

    /**
     * A past decision, as stored.
     *
     * @param offered null if nothing was offered
     */
    record LastAnswerView(
            Instant at,
            @Described("推送了哪个升级 · the rollout that was offered") @Nullable String offered,
            Sentence why,
            List<RefusedView> each) {}

    /** The decision if the device checked in now. */
    sealed interface DecisionView {}

    /** A new offer. */
    record OfferDecisionView(
            @Shape(values = "OFFER") String decision,
            String rollout,
            BuildRefView build,
            boolean force,
            int stage,
            Sentence why)
            implements DecisionView {}

    /** The same offer again. */
    record RepeatDecisionView(
            @Shape(values = "REPEAT") String decision,
            String rollout,
            BuildRefView build,
            boolean force)
            implements DecisionView {}

    /** No offer. */
    record NoDecisionView(
            @Shape(values = "NONE") String decision, RefusalView why, List<RefusedView> each)
            implements DecisionView {}

    /**
     * @param all whether the reader may see other accounts' rollouts
     * @param zone of the reader
     */
    static ExplanationView of(Explanation explanation, boolean all, ZoneId zone) {
        Explanation.LastAnswer last = explanation.last();
        return new ExplanationView(
                last == null ? null : answered(last, all, zone),
                decision(explanation.now(), all, zone));
    }

    private static LastAnswerView answered(Explanation.LastAnswer last, boolean all, ZoneId zone) {
        var each = new ArrayList<RefusedView>();
        for (Explanation.RolloutRefusal reason : last.each()) {
            add(each, reason.rolloutId(), reason.refusal(), reason.detail(), all, zone);
        }
        return new LastAnswerView(
                Instant.ofEpochMilli(last.at()),
                last.offered().isEmpty() ? null : last.offered(),
                last.why(),
                each);
    }

    private static DecisionView decision(Decision decision, boolean all, ZoneId zone) {
        return switch (decision) {
            case Decision.NewOffer offer ->
                    new OfferDecisionView(
                            "OFFER",
                            offer.rolloutId(),
                            BuildRefView.of(offer.build()),
                            offer.force(),
                            offer.stage(),
                            offer.why());
            case Decision.Repeat repeat ->
                    new RepeatDecisionView(
                            "REPEAT",
                            repeat.rolloutId(),
                            BuildRefView.of(repeat.build()),
                            repeat.force());
            case Decision.None none -> {
                var each = new ArrayList<RefusedView>();
                none.each()
                        .forEach((rollout, refused) ->
                                add(each, rollout, refused.refusal(), refused.detail(), all, zone));
                yield new NoDecisionView(
                        "NONE",
                        RefusalView.of(none.why().refusal(), none.why().detail(), zone),
                        each);
            }
        };
    }

    private static void add(
            List<RefusedView> each,
            String rollout,
            Refusal refusal,
            String detail,
            boolean all,
            ZoneId zone) {
        if (all || refusal != Refusal.OTHER_ACCOUNT) {
            each.add(new RefusedView(rollout, RefusalView.of(refusal, detail, zone)));
        }
    }
}
