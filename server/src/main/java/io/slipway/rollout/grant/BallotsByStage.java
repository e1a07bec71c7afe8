package io.slipway.rollout.grant;

import io.slipway.rollout.json.AttemptJson;
import io.slipway.rollout.rules.attempt.Stratum;
import io.slipway.rollout.rules.attempt.Tally;
import io.slipway.rollout.rules.gate.Ballot;
import io.slipway.rollout.store.RolloutStore;
import io.slipway.sql.Tx;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is known of a rollout's devices by stage and stratum. Not thread-safe. */
final class BallotsByStage {

    private final Map<Integer, Map<Stratum, Ballot>> byStage = new LinkedHashMap<>();

    /** As stored. */
    static BallotsByStage of(Tx tx, String rollout, boolean everyone) {
        return of(tx, rollout, everyone, RolloutStore.tallies(tx, rollout));
    }

    /** As stored, with tallies that were already read. */
    static BallotsByStage of(
            Tx tx, String rollout, boolean everyone, List<RolloutStore.TallyRow> tallies) {
        var ballots = new BallotsByStage();
        for (RolloutStore.TallyRow row : tallies) {
            ballots.add(row.stage(), AttemptJson.stratum(row.stratum()), Ballot.of(row.tally()));
        }
        if (everyone) {
            for (RolloutStore.VoteRow row : RolloutStore.votes(tx, rollout)) {
                Stratum stratum = AttemptJson.stratum(row.stratum());
                ballots.add(row.stage(), stratum, part(row.accountId(), row.tally()));
            }
        }
        return ballots;
    }

    /** Adds changes of a transaction that are not written yet. */
    void add(LoadedRollout loaded) {
        loaded.deltas().forEach((key, delta) -> add(key.stage(), key.stratum(), Ballot.of(delta)));
        loaded.votes()
                .forEach((key, delta) ->
                        add(key.of().stage(), key.of().stratum(), part(key.accountId(), delta)));
    }

    // Moves the account's part out of what counts in full.
    private static Ballot part(String account, Tally tally) {
        Tally not = Tally.ZERO.minus(tally);
        return account.isEmpty()
                ? new Ballot(not, Map.of(), tally)
                : new Ballot(not, Map.of(account, tally), Tally.ZERO);
    }

    private void add(int stage, Stratum stratum, Ballot ballot) {
        byStage.computeIfAbsent(stage, s -> new HashMap<>()).merge(stratum, ballot, Ballot::plus);
    }

    Set<Stratum> strata() {
        var strata = new LinkedHashSet<Stratum>();
        byStage.values().forEach(each -> strata.addAll(each.keySet()));
        return strata;
    }

    Ballot stage(int stage, Stratum stratum) {
        return byStage.getOrDefault(stage, Map.of()).getOrDefault(stratum, Ballot.ZERO);
    }

    Ballot total(Stratum stratum) {
        return byStage.values().stream()
                .map(each -> each.getOrDefault(stratum, Ballot.ZERO))
                .reduce(Ballot.ZERO, Ballot::plus);
    }
}
