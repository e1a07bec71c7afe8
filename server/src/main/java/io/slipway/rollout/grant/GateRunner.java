package io.slipway.rollout.grant;

import io.slipway.rollout.rules.attempt.Policy;
import io.slipway.rollout.rules.attempt.Stratum;
import io.slipway.rollout.rules.gate.AbsentCanaries;
import io.slipway.rollout.rules.gate.Ballot;
import io.slipway.rollout.rules.gate.Gate;
import io.slipway.rollout.rules.gate.Gates;
import io.slipway.rollout.rules.gate.StageVerdict;
import io.slipway.rollout.rules.gate.StratumReport;
import io.slipway.rollout.rules.plan.Rollout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;

/** Looks at a rollout's gates, and does what they say. Works on what it is given. */
final class GateRunner {

    /** What came of it. */
    enum GateOutcome {
        NOTHING,
        HALTED,
        PAUSED,
        PROMOTED,
        PASSED
    }

    /** Before they are counted there may be any number. */
    private static final long UNCOUNTED = Long.MAX_VALUE;

    private final LoadedRollout live;
    private final BallotsByStage ballots;
    private final Map<String, Double> noReturn;
    private final Map<Stratum, AbsentCanaries> absent;

    /**
     * @param ballots with what the transaction at hand has added
     * @param noReturn by board, the share of devices that don't come back anyway
     * @param absent canaries that should have come back
     */
    GateRunner(
            LoadedRollout live,
            BallotsByStage ballots,
            Map<String, Double> noReturn,
            Map<Stratum, AbsentCanaries> absent) {
        this.live = live;
        this.ballots = ballots;
        this.noReturn = noReturn;
        this.absent = absent;
    }

    /**
     * @param measured whether the time that something took can be told; if not, soaks begin anew
     */
    GateOutcome judge(Policy policy, boolean measured, long now) {
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
                        live.row().leadsAway(),
                        gate,
                        live.gating().halts(),
                        live.missStreak(),
                        policy,
                        now);
        live.judged(live.gating().said(verdict, enough));
        return switch (verdict.whole().move()) {
            case HALT -> {
                live.become(Rollout.Status.HALTED, now);
                yield GateOutcome.HALTED;
            }
            case PAUSE -> {
                live.become(Rollout.Status.PAUSED, now);
                yield GateOutcome.PAUSED;
            }
            case PROMOTE -> promote();
            case HOLD -> GateOutcome.NOTHING;
        };
    }

    // Nobody knows how many belong to a stage before they are counted.
    private GateOutcome promote() {
        if (live.gating().countedAt() == 0 || live.passed()) {
            return GateOutcome.NOTHING;
        }
        if (live.lastStage()) {
            live.passedAll();
            return GateOutcome.PASSED;
        }
        live.nextStage();
        return GateOutcome.PROMOTED;
    }

    /** All that a person would acknowledge now. */
    Map<Stratum, GateState.Acknowledged> known(long now) {
        var known = new HashMap<Stratum, GateState.Acknowledged>();
        for (Stratum stratum : strata()) {
            Ballot total = ballots.total(stratum);
            var without = new HashSet<>(total.failing());
            GateState.Acknowledged before = live.gating().acknowledged().get(stratum);
            if (before != null) {
                without.addAll(before.without());
            }
            known.put(
                    stratum,
                    new GateState.Acknowledged(
                            live.stage(),
                            ballots.stage(live.stage(), stratum).full(),
                            total.full(),
                            without,
                            now));
        }
        return known;
    }

    private Iterable<Stratum> strata() {
        var strata = new LinkedHashSet<>(live.gating().members().keySet());
        strata.addAll(ballots.strata());
        return strata;
    }

    private StratumReport report(Stratum stratum, long enoughSince) {
        GateState.Acknowledged known = live.gating().acknowledged().get(stratum);
        Ballot stage = ballots.stage(live.stage(), stratum);
        Ballot total = ballots.total(stratum);
        if (known != null) {
            stage = known.since(live.stage(), stage);
            total = known.sinceAll(total);
        }
        boolean counted = live.gating().countedAt() != 0;
        return new StratumReport(
                stratum,
                counted ? live.gating().members().getOrDefault(stratum, 0L) : UNCOUNTED,
                live.gating().leftOut().getOrDefault(stratum, 0L),
                stage,
                total,
                noReturn.getOrDefault(stratum.board(), 0.0),
                enoughSince,
                absent.getOrDefault(stratum, AbsentCanaries.NONE));
    }
}
