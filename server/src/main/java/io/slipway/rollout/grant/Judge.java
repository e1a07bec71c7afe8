package io.slipway.rollout.grant;

import io.slipway.rollout.rules.attempt.Policy;
import io.slipway.rollout.rules.attempt.Stratum;
import io.slipway.rollout.rules.attempt.Tally;
import io.slipway.rollout.rules.gate.Gate;
import io.slipway.rollout.rules.gate.Gates;
import io.slipway.rollout.rules.gate.StageVerdict;
import io.slipway.rollout.rules.gate.StratumReport;
import io.slipway.rollout.rules.plan.Rollout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/** Looks at a rollout's gates, and does what they say. Works on what it is given. */
final class Judge {

    /** What came of it. */
    enum Outcome {
        NOTHING,
        HALTED,
        PAUSED,
        PROMOTED,
        PASSED
    }

    private final Live live;
    private final Map<Integer, Map<Stratum, Tally>> tallies = new LinkedHashMap<>();
    private final Map<String, Double> noReturn;

    /**
     * @param rows the rollout's tallies, without what the transaction at hand has added
     * @param noReturn by board, the share of devices that don't come back anyway
     */
    Judge(Live live, List<RolloutDetail.Row> rows, Map<String, Double> noReturn) {
        this.live = live;
        this.noReturn = noReturn;
        rows.forEach(row -> add(row.stage(), row.stratum(), row.tally()));
        live.deltas().forEach((key, delta) -> add(key.stage(), key.stratum(), delta));
    }

    private void add(int stage, Stratum stratum, Tally tally) {
        tallies.computeIfAbsent(stage, s -> new HashMap<>()).merge(stratum, tally, Tally::plus);
    }

    /**
     * @param measured whether the time that something took can be told; if not, soaks begin anew
     */
    Outcome judge(Policy policy, boolean measured, long now) {
        Rollout rollout = live.at(now);
        Gate gate = rollout.running().gate();
        var enough = new HashMap<Stratum, Long>();
        var reports = new ArrayList<StratumReport>();
        for (Stratum stratum : strata()) {
            StratumReport report = report(stratum, 0);
            if (Gates.enough(report, gate, policy)) {
                Long before = live.gating().enoughSince().get(stratum);
                enough.put(stratum, before == null || !measured ? now : Math.min(before, now));
            }
            reports.add(report(stratum, enough.getOrDefault(stratum, 0L)));
        }
        StageVerdict verdict =
                Gates.judge(
                        reports,
                        live.stage(),
                        gate,
                        live.gating().halts(),
                        live.missStreak(),
                        policy,
                        now);
        live.judged(live.gating().said(verdict, enough));
        return switch (verdict.whole().move()) {
            case HALT -> {
                live.become(Rollout.Status.HALTED, now);
                yield Outcome.HALTED;
            }
            case PAUSE -> {
                live.become(Rollout.Status.PAUSED, now);
                yield Outcome.PAUSED;
            }
            case PROMOTE -> promote();
            case HOLD -> Outcome.NOTHING;
        };
    }

    // Nobody knows how many belong to a stage before they are counted.
    private Outcome promote() {
        if (live.gating().countedAt() == 0 || live.passed()) {
            return Outcome.NOTHING;
        }
        if (live.lastStage()) {
            live.passedAll();
            return Outcome.PASSED;
        }
        live.nextStage();
        return Outcome.PROMOTED;
    }

    /** All that a person would acknowledge now. */
    Map<Stratum, Gating.Known> known() {
        var known = new HashMap<Stratum, Gating.Known>();
        for (Stratum stratum : strata()) {
            known.put(stratum, new Gating.Known(live.stage(), stage(stratum), total(stratum)));
        }
        return known;
    }

    private Iterable<Stratum> strata() {
        var strata = new LinkedHashSet<>(live.gating().members().keySet());
        tallies.values().forEach(each -> strata.addAll(each.keySet()));
        return strata;
    }

    private Tally stage(Stratum stratum) {
        return tallies.getOrDefault(live.stage(), Map.of()).getOrDefault(stratum, Tally.ZERO);
    }

    private Tally total(Stratum stratum) {
        return tallies.values().stream()
                .map(each -> each.getOrDefault(stratum, Tally.ZERO))
                .reduce(Tally.ZERO, Tally::plus);
    }

    private StratumReport report(Stratum stratum, long enoughSince) {
        Tally stage = stage(stratum);
        Tally total = total(stratum);
        Gating.Known known = live.gating().acknowledged().get(stratum);
        if (known != null) {
            stage = known.since(live.stage(), stage);
            total = Gating.Known.without(total, known.total());
        }
        return new StratumReport(
                stratum,
                live.gating().members().getOrDefault(stratum, 0L),
                stage,
                total,
                noReturn.getOrDefault(stratum.board(), 0.0),
                enoughSince);
    }
}
