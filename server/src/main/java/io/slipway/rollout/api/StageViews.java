package io.slipway.rollout.api;

import io.slipway.http.schema.Moment;
import io.slipway.rollout.api.RolloutView.FailureRate;
import io.slipway.rollout.api.RolloutView.StageDetailView;
import io.slipway.rollout.api.RolloutView.StratumDetailView;
import io.slipway.rollout.api.RolloutView.StratumWait;
import io.slipway.rollout.grant.RolloutDetail;
import io.slipway.rollout.grant.fleet.CheckInPace;
import io.slipway.rollout.json.PlanJson;
import io.slipway.rollout.json.StageView;
import io.slipway.rollout.rules.attempt.Policy;
import io.slipway.rollout.rules.attempt.Stratum;
import io.slipway.rollout.rules.attempt.Tally;
import io.slipway.rollout.rules.gate.Gate;
import io.slipway.rollout.rules.gate.Gates;
import io.slipway.rollout.rules.plan.Rollout;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** The results of each stage of a rollout, for the console API. */
public final class StageViews {

    private final Policy policy;
    private final CheckInPace pace;
    private final InstantSource clock;

    /**
     * @param pace of devices
     */
    public StageViews(Policy policy, CheckInPace pace, InstantSource clock) {
        this.policy = policy;
        this.pace = pace;
        this.clock = clock;
    }

    /**
     * @param median time between two check-ins of its devices, empty if unknown
     */
    List<StageDetailView> of(RolloutDetail detail, Optional<Duration> median) {
        var stages = new ArrayList<StageDetailView>();
        for (int i = 0; i < detail.now().course().stages().size(); i++) {
            stages.add(stage(detail, i, median));
        }
        return stages;
    }

    private StageDetailView stage(RolloutDetail detail, int index, Optional<Duration> median) {
        Rollout now = detail.now();
        boolean running = index == now.course().stage();
        var tallies = new TreeMap<Stratum, Tally>(RolloutView.ORDER);
        if (running) {
            detail.findings()
                    .members()
                    .keySet()
                    .forEach(stratum -> tallies.put(stratum, Tally.ZERO));
        }
        var judged = new HashMap<Stratum, Tally>();
        Tally all = Tally.ZERO;
        for (RolloutDetail.StratumTally row : detail.tallies()) {
            if (row.stage() == index) {
                tallies.put(row.stratum(), row.tally());
                judged.put(row.stratum(), row.judged());
                all = all.plus(row.tally());
            }
        }
        Rollout.Stage stage = now.course().stages().get(index);
        var strata = new ArrayList<StratumDetailView>();
        tallies.forEach((stratum, tally) -> {
            Tally seen = judged.getOrDefault(stratum, Tally.ZERO);
            strata.add(
                    new StratumDetailView(
                            StratumView.of(stratum),
                            now.course().halts().halted(stratum),
                            now.course().halts().paused().contains(stratum),
                            TallyView.of(tally),
                            failures(seen, stage.gate()),
                            running
                                    ? waiting(detail, stratum, tally, stage.gate(), median)
                                    : null));
        });
        return new StageDetailView(index, running, StageView.of(stage), TallyView.of(all), strata);
    }

    private FailureRate failures(Tally seen, Gate gate) {
        return new FailureRate(
                Gates.rate(seen, policy).map(StageViews::percent).orElse(null),
                percent(Gates.lower(seen, policy)),
                percent(Gates.upper(seen, policy)),
                PlanJson.percent(gate.failureLimit()));
    }

    /** What the stage still waits for, and until when. */
    private StratumWait waiting(
            RolloutDetail detail,
            Stratum stratum,
            Tally tally,
            Gate gate,
            Optional<Duration> median) {
        long members = detail.findings().members().getOrDefault(stratum, 0L);
        long leftOut = detail.findings().leftOut().getOrDefault(stratum, 0L);
        long undecided =
                Math.max(
                        0,
                        members + leftOut - tally.decided() - tally.undelivered() - tally.left());
        long wanted = Math.min(members, Gates.needed(gate));
        long missing = Math.clamp(wanted - tally.decided(), 0, undecided);
        Long since = detail.findings().enoughSince().get(stratum);
        long soak = gate.soak().toMillis();
        return new StratumWait(
                missing == 0
                        ? null
                        : median.map(d -> pace.eta(d, missing, undecided).toString()).orElse(null),
                since != null && clock.millis() < since + soak,
                wanted,
                members,
                undecided,
                VerdictView.orNull(detail.findings().strata().get(stratum)),
                leftOut,
                since == null ? null : Moment.orNull(since + soak));
    }

    private static BigDecimal percent(double rate) {
        return BigDecimal.valueOf(rate * 100).setScale(2, RoundingMode.HALF_UP);
    }
}
