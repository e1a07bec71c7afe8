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

/** Evaluates a rollout's gates and applies their verdicts. Changes the rollout that it is given. */
final class GateRunner {

    /** The result. */
    enum GateOutcome {
        NOTHING,
        HALTED,
        PAUSED,
        PROMOTED,
        PASSED
    }

    /** Before the count, it may be any number. */
    private static final long UNCOUNTED = Long.MAX_VALUE;

    private final LoadedRollout loaded;
    private final BallotsByStage ballots;
    private final Map<String, Double> noReturn;
    private final Map<Stratum, AbsentCanaries> absent;

    /**
     * @param ballots including what the current transaction has added
     * @param noReturn by board, the share of devices that don't come back after any update
     * @param absent canaries that should have come back
     */
    GateRunner(
            LoadedRollout loaded,
            BallotsByStage ballots,
            Map<String, Double> noReturn,
            Map<Stratum, AbsentCanaries> absent) {
        this.loaded = loaded;
        this.ballots = ballots;
        this.noReturn = noReturn;
        this.absent = absent;
    }

    /**
     * @param measured whether durations can be trusted; if not, soaks start anew
     */
    GateOutcome judge(Policy policy, boolean measured, long now) {
        Rollout rollout = loaded.at(now);
        Gate gate = rollout.course().running().gate();
        var enough = new HashMap<Stratum, Long>();
        var reports = new ArrayList<StratumReport>();
        for (Stratum stratum : strata()) {
            StratumReport report = report(stratum, 0);
            if (Gates.enough(report, gate, policy)) {
                Long before = loaded.gateState().enoughSince().get(stratum);
                enough.put(stratum, before == null || !measured ? now : Math.min(before, now));
            }
            reports.add(report(stratum, enough.getOrDefault(stratum, 0L)));
        }
        StageVerdict verdict =
                Gates.judge(
                        reports,
                        loaded.stage(),
                        loaded.row().making().leadsAway(),
                        gate,
                        loaded.gateState().halts(),
                        loaded.missStreak(),
                        policy,
                        now);
        loaded.judged(loaded.gateState().with(verdict, enough));
        return switch (verdict.whole().move()) {
            case HALT -> {
                loaded.become(Rollout.Status.HALTED, now);
                yield GateOutcome.HALTED;
            }
            case PAUSE -> {
                loaded.become(Rollout.Status.PAUSED, now);
                yield GateOutcome.PAUSED;
            }
            case PROMOTE -> promote();
            case HOLD -> GateOutcome.NOTHING;
        };
    }

    // The number of a stage's devices is unknown before they are counted.
    private GateOutcome promote() {
        if (loaded.gateState().countedAt() == 0 || loaded.passed()) {
            return GateOutcome.NOTHING;
        }
        if (loaded.lastStage()) {
            loaded.passedAll();
            return GateOutcome.PASSED;
        }
        loaded.nextStage();
        return GateOutcome.PROMOTED;
    }

    /** All that a person would acknowledge now. */
    Map<Stratum, GateState.Acknowledged> known(long now) {
        var known = new HashMap<Stratum, GateState.Acknowledged>();
        for (Stratum stratum : strata()) {
            Ballot total = ballots.total(stratum);
            var without = new HashSet<>(total.failing());
            GateState.Acknowledged before = loaded.gateState().acknowledged().get(stratum);
            if (before != null) {
                without.addAll(before.without());
            }
            known.put(
                    stratum,
                    new GateState.Acknowledged(
                            loaded.stage(),
                            ballots.stage(loaded.stage(), stratum).full(),
                            total.full(),
                            without,
                            now));
        }
        return known;
    }

    private Iterable<Stratum> strata() {
        var strata = new LinkedHashSet<>(loaded.gateState().members().keySet());
        strata.addAll(ballots.strata());
        return strata;
    }

    private StratumReport report(Stratum stratum, long enoughSince) {
        GateState.Acknowledged known = loaded.gateState().acknowledged().get(stratum);
        Ballot stage = ballots.stage(loaded.stage(), stratum);
        Ballot total = ballots.total(stratum);
        if (known != null) {
            stage = known.since(loaded.stage(), stage);
            total = known.sinceAll(total);
        }
        boolean counted = loaded.gateState().countedAt() != 0;
        return new StratumReport(
                stratum,
                counted ? loaded.gateState().members().getOrDefault(stratum, 0L) : UNCOUNTED,
                loaded.gateState().leftOut().getOrDefault(stratum, 0L),
                stage,
                total,
                noReturn.getOrDefault(stratum.board(), 0.0),
                enoughSince,
                absent.getOrDefault(stratum, AbsentCanaries.NONE));
    }
}
