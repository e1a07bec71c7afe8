package io.slipway.rollout.grant;

import io.slipway.protocol.Mac;
import io.slipway.rollout.json.AttemptJson;
import io.slipway.rollout.rules.attempt.Stratum;
import io.slipway.rollout.rules.attempt.Tally;
import io.slipway.rollout.rules.gate.Ballot;
import io.slipway.rollout.rules.gate.Verdict;
import io.slipway.rollout.rules.plan.Rollout;
import io.slipway.rollout.rules.plan.RolloutActs;
import io.slipway.rollout.rules.plan.RolloutMaking;
import io.slipway.rollout.rules.plan.RolloutPlan;
import io.slipway.rollout.store.RolloutRow;
import io.slipway.rollout.store.RolloutStore;
import io.slipway.sql.Tx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A rollout with all its stored data. Times are epoch ms, 0 for never.
 *
 * @param draft not started yet: no device gets anything
 * @param now as the planner sees it
 * @param tallies by stage and stratum
 */
public record RolloutDetail(
        boolean draft,
        Rollout now,
        RolloutPlan plan,
        RolloutMaking making,
        RolloutActs acts,
        GateFindings findings,
        List<StratumTally> tallies,
        Canaries canaries) {

    /** How many canaries are shown; a list may have a hundred thousand. */
    private static final int SHOWN = 20;

    /**
     * The state of the gates.
     *
     * @param passed whether the last stage's gate has passed; the rollout continues to make offers
     *     until it is finished
     * @param verdict the last one; null before the first evaluation
     * @param strata the verdict on each group
     * @param members devices that belong to the running stage, by group, counted at {@code
     *     countedAt}
     * @param leftOut like {@code members}, devices that don't count
     * @param enoughSince since when each group of the running stage shows enough
     */
    public record GateFindings(
            boolean passed,
            @Nullable Verdict verdict,
            Map<Stratum, Verdict> strata,
            Map<Stratum, Long> members,
            Map<Stratum, Long> leftOut,
            long countedAt,
            Map<Stratum, Long> enoughSince) {}

    /**
     * The canaries.
     *
     * @param macs some of them
     */
    public record Canaries(int count, List<Mac> macs) {}

    /**
     * One stratum in one stage.
     *
     * @param judged what the gates consider of it: without what was known when a person resumed the
     *     rollout
     */
    public record StratumTally(int stage, Stratum stratum, Tally tally, Tally judged) {

        static StratumTally of(
                RolloutStore.TallyRow row, GateState gateState, BallotsByStage ballots) {
            Stratum stratum = AttemptJson.stratum(row.stratum());
            GateState.Acknowledged known = gateState.acknowledged().get(stratum);
            Ballot now = ballots.stage(row.stage(), stratum);
            Ballot judged = known == null ? now : known.since(row.stage(), now);
            return new StratumTally(row.stage(), stratum, row.tally(), judged.confirming());
        }
    }

    static RolloutDetail of(Tx tx, PlanCache plans, RolloutRow row, long now) {
        LoadedRollout loaded = plans.load(tx, row);
        var tallies = new ArrayList<StratumTally>();
        var rows = RolloutStore.tallies(tx, row.id());
        var ballots = BallotsByStage.of(tx, row.id(), row.purpose().everyone(), rows);
        for (RolloutStore.TallyRow each : rows) {
            tallies.add(StratumTally.of(each, loaded.gateState(), ballots));
        }
        return new RolloutDetail(
                loaded.draft(),
                loaded.at(now),
                loaded.plan(),
                row.making(),
                row.acts(),
                new GateFindings(
                        row.progress().passed(),
                        loaded.gateState().verdict(),
                        loaded.gateState().strata(),
                        loaded.gateState().members(),
                        loaded.gateState().leftOut(),
                        loaded.gateState().countedAt(),
                        loaded.gateState().enoughSince()),
                List.copyOf(tallies),
                new Canaries(
                        loaded.resolved().canaries().count(),
                        loaded.resolved().canaries().some(SHOWN)));
    }
}
