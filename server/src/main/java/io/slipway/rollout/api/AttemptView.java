package io.slipway.rollout.api;

import io.slipway.rollout.grant.Explanation;
import io.slipway.rollout.rules.attempt.Attempt;
import io.slipway.rollout.rules.attempt.AttemptRow;
import io.slipway.rollout.rules.attempt.Vote;
import io.slipway.rollout.rules.plan.Decision;
import io.slipway.rollout.rules.plan.Refusal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of devices, and why they were offered a build or not, as the console API shows it.
 */
final class AttemptView {

    private AttemptView() {}

    static Map<String, @Nullable Object> of(AttemptRow row) {
        Attempt attempt = row.attempt();
        Attempt.LastOffer offer = attempt.offer();
        Attempt.OfferHistory past = attempt.past();
        var view = new LinkedHashMap<String, @Nullable Object>();
        view.put("macAddress", row.mac().toString());
        view.put("deviceId", Long.toString(row.deviceId()));
        view.put("accountId", row.accountId());
        view.put("rollout", attempt.rolloutId());
        view.put("build", Words.build(attempt.build()));
        view.put("stage", attempt.stage());
        view.put("stratum", Words.stratum(attempt.stratum()));
        view.put("state", attempt.state().name());
        view.put("cause", Words.cause(attempt.cause()));
        view.put("since", Words.time(attempt.since()));
        view.put("counts", attempt.standing().name());
        view.put("vote", vote(row.vote()));
        view.put("offers", past.offers());
        view.put("force", offer.force());
        view.put("offeredAt", Words.time(offer.at()));
        view.put("downloadBeganAt", Words.time(offer.beganAt()));
        view.put("downloadEndedAt", Words.time(offer.endedAt()));
        view.put("bootedAt", Words.time(offer.bootedAt()));
        view.put("from", offer.from().version());
        view.put("running", attempt.last().running().version());
        view.put("lastCheckIn", Words.time(attempt.last().at()));
        view.put("installFailures", past.installFailures());
        view.put("deliveryFailures", past.deliveryFailures());
        view.put("quarantined", past.quarantined());
        return view;
    }

    private static Map<String, Object> vote(Vote vote) {
        var view = new LinkedHashMap<String, Object>();
        view.put("code", vote.name());
        view.putAll(Words.sentence(vote.sentence()));
        return view;
    }

    /**
     * @param all whether the reader may know of other accounts' rollouts
     */
    static Map<String, @Nullable Object> of(Explanation explanation, boolean all) {
        var view = new LinkedHashMap<String, @Nullable Object>();
        Explanation.LastAnswer last = explanation.last();
        view.put("last", last == null ? null : answered(last, all));
        view.put("now", decision(explanation.now(), all));
        return view;
    }

    private static Map<String, @Nullable Object> answered(
            Explanation.LastAnswer last, boolean all) {
        var view = new LinkedHashMap<String, @Nullable Object>();
        view.put("at", Words.time(last.at()));
        view.put("offered", last.offered().isEmpty() ? null : last.offered());
        view.put("why", Words.sentence(last.why()));
        var each = new ArrayList<Map<String, @Nullable Object>>();
        for (Explanation.RolloutRefusal reason : last.each()) {
            add(each, reason.rolloutId(), reason.refusal(), reason.detail(), all);
        }
        view.put("each", each);
        return view;
    }

    private static Map<String, @Nullable Object> decision(Decision decision, boolean all) {
        var view = new LinkedHashMap<String, @Nullable Object>();
        switch (decision) {
            case Decision.NewOffer offer -> {
                view.put("decision", "OFFER");
                view.put("rollout", offer.rolloutId());
                view.put("build", Words.build(offer.build()));
                view.put("force", offer.force());
                view.put("stage", offer.stage());
                view.put("why", Words.sentence(offer.why()));
            }
            case Decision.Repeat repeat -> {
                view.put("decision", "REPEAT");
                view.put("rollout", repeat.rolloutId());
                view.put("build", Words.build(repeat.build()));
                view.put("force", repeat.force());
            }
            case Decision.None none -> {
                view.put("decision", "NONE");
                view.put("why", Words.refusal(none.why().refusal(), none.why().detail()));
                var each = new ArrayList<Map<String, @Nullable Object>>();
                none.each()
                        .forEach((rollout, refused) ->
                                add(each, rollout, refused.refusal(), refused.detail(), all));
                view.put("each", each);
            }
        }
        return view;
    }

    private static void add(
            List<Map<String, @Nullable Object>> each,
            String rollout,
            Refusal refusal,
            String detail,
            boolean all) {
        if (all || refusal != Refusal.OTHER_ACCOUNT) {
            var view = new LinkedHashMap<String, @Nullable Object>();
            view.put("rollout", rollout);
            view.putAll(Words.refusal(refusal, detail));
            each.add(view);
        }
    }
}
