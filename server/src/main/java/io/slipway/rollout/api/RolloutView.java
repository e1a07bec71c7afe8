package io.slipway.rollout.api;

import io.slipway.protocol.Mac;
import io.slipway.rollout.grant.CheckInPace;
import io.slipway.rollout.grant.RolloutDetail;
import io.slipway.rollout.grant.Rollouts;
import io.slipway.rollout.json.PlanJson;
import io.slipway.rollout.rules.attempt.BuildRef;
import io.slipway.rollout.rules.attempt.Policy;
import io.slipway.rollout.rules.attempt.Stratum;
import io.slipway.rollout.rules.attempt.Tally;
import io.slipway.rollout.rules.gate.Gate;
import io.slipway.rollout.rules.gate.Gates;
import io.slipway.rollout.rules.plan.Preview;
import io.slipway.rollout.rules.plan.Rollout;
import io.slipway.rollout.rules.plan.RolloutPlan;
import io.slipway.text.Sentence;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Rollouts and previews as the console API shows them. */
public final class RolloutView {

    static final String DRAFT = "DRAFT";

    private static final Comparator<Stratum> ORDER =
            Comparator.comparing(Stratum::board)
                    .thenComparing(Stratum::chip)
                    .thenComparing(Stratum::scheme)
                    .thenComparing(Stratum::from);

    private final Policy policy;
    private final InstantSource clock;

    public RolloutView(Policy policy, InstantSource clock) {
        this.policy = policy;
        this.clock = clock;
    }

    static String status(RolloutDetail detail) {
        return detail.draft() ? DRAFT : detail.now().status().name();
    }

    /** In a list. */
    Map<String, @Nullable Object> listed(RolloutDetail detail) {
        Rollout now = detail.now();
        var view = new LinkedHashMap<String, @Nullable Object>();
        view.put("id", now.id());
        view.put("name", detail.plan().name());
        view.put("status", status(detail));
        view.put("accountId", detail.accountId());
        view.put("everyone", detail.plan().everyone());
        view.put("build", Words.build(now.target().build()));
        BuildRef bad = now.bad();
        view.put("badBuild", bad == null ? null : Words.build(bad));
        view.put("stage", now.stage());
        view.put("stages", now.stages().size());
        view.put("percent", PlanJson.percent(now.running().share()));
        view.put("passed", detail.passed());
        view.put("leadsAway", detail.leadsAway());
        view.put("createdAt", Words.time(now.createdAt()));
        view.put("createdBy", detail.createdBy());
        view.put("startedBy", detail.startedBy());
        view.put("approvedBy", detail.approvedBy());
        view.put("startsAt", Words.time(now.startsAt()));
        view.put("begunAt", Words.time(detail.begunAt()));
        view.put("endedAt", Words.time(detail.endedAt()));
        view.put("verdict", Words.verdict(detail.verdict()));
        view.put("tally", Words.tally(total(detail)));
        return view;
    }

    /**
     * With its plan, and what is known of each stage.
     *
     * @param pace of its devices
     * @param median time between two check-ins of theirs, empty when not known
     */
    Map<String, @Nullable Object> whole(
            RolloutDetail detail, CheckInPace pace, Optional<Duration> median) {
        var view = listed(detail);
        view.put("plan", PlanJson.write(detail.plan()));
        view.put(
                "canaries",
                Map.of(
                        "count",
                        detail.canaries().count(),
                        "macs",
                        detail.canaries().macs().stream().map(Mac::toString).toList()));
        view.put("inFlight", detail.now().load().inFlight());
        view.put("offersInLastMinute", detail.now().load().perMinute());
        view.put("countedAt", Words.time(detail.countedAt()));
        view.put("medianCheckInSeconds", median.map(Duration::toSeconds).orElse(null));
        view.put("haltedBoards", List.copyOf(detail.now().halts().boards()));
        view.put("halted", stopped(detail, detail.now().halts().strata()));
        view.put("paused", stopped(detail, detail.now().halts().paused()));
        var stages = new ArrayList<Map<String, @Nullable Object>>();
        for (int i = 0; i < detail.now().stages().size(); i++) {
            stages.add(stage(detail, i, pace, median));
        }
        view.put("stageDetails", stages);
        return view;
    }

    private static Tally total(RolloutDetail detail) {
        return detail.tallies().stream()
                .map(RolloutDetail.StratumTally::tally)
                .reduce(Tally.ZERO, Tally::plus);
    }

    private static List<Map<String, @Nullable Object>> stopped(
            RolloutDetail detail, Set<Stratum> strata) {
        return strata.stream()
                .sorted(ORDER)
                .map(stratum -> {
                    var view = Words.stratum(stratum);
                    view.put("verdict", Words.verdict(detail.strata().get(stratum)));
                    return view;
                })
                .toList();
    }

    private Map<String, @Nullable Object> stage(
            RolloutDetail detail, int index, CheckInPace pace, Optional<Duration> median) {
        Rollout now = detail.now();
        boolean running = index == now.stage();
        var tallies = new TreeMap<Stratum, Tally>(ORDER);
        if (running) {
            detail.members().keySet().forEach(stratum -> tallies.put(stratum, Tally.ZERO));
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
        Rollout.Stage stage = now.stages().get(index);
        var view = new LinkedHashMap<String, @Nullable Object>();
        view.put("stage", index);
        view.put("running", running);
        view.putAll(PlanJson.write(stage));
        view.put("tally", Words.tally(all));
        var strata = new ArrayList<Map<String, @Nullable Object>>();
        tallies.forEach((stratum, tally) -> {
            var one = Words.stratum(stratum);
            one.put("halted", now.halts().halted(stratum));
            one.put("paused", now.halts().paused().contains(stratum));
            one.put("tally", Words.tally(tally));
            Tally seen = judged.getOrDefault(stratum, Tally.ZERO);
            one.put(
                    "failurePercent",
                    Gates.rate(seen, policy).map(RolloutView::percent).orElse(null));
            one.put("failurePercentAtLeast", percent(Gates.lower(seen, policy)));
            one.put("failurePercentAtMost", percent(Gates.upper(seen, policy)));
            one.put("failurePercentLimit", PlanJson.percent(stage.gate().failureLimit()));
            if (running) {
                one.putAll(waiting(detail, stratum, tally, stage.gate(), pace, median));
            }
            strata.add(one);
        });
        view.put("strata", strata);
        return view;
    }

    /** What the stage still waits for, and until when. */
    private Map<String, @Nullable Object> waiting(
            RolloutDetail detail,
            Stratum stratum,
            Tally tally,
            Gate gate,
            CheckInPace pace,
            Optional<Duration> median) {
        long members = detail.members().getOrDefault(stratum, 0L);
        long leftOut = detail.leftOut().getOrDefault(stratum, 0L);
        long undecided =
                Math.max(
                        0,
                        members + leftOut - tally.decided() - tally.undelivered() - tally.left());
        long wanted = Math.min(members, Gates.needed(gate));
        long missing = Math.clamp(wanted - tally.decided(), 0, undecided);
        Long since = detail.enoughSince().get(stratum);
        var view = new HashMap<String, @Nullable Object>();
        view.put("members", members);
        view.put("leftOut", leftOut);
        view.put("undecided", undecided);
        view.put("needed", wanted);
        view.put(
                "eta",
                missing == 0
                        ? null
                        : median.map(d -> pace.eta(d, missing, undecided).toString()).orElse(null));
        view.put("soakUntil", since == null ? null : Words.time(since + gate.soak().toMillis()));
        view.put("soaking", since != null && clock.millis() < since + gate.soak().toMillis());
        view.put("verdict", Words.verdict(detail.strata().get(stratum)));
        return view;
    }

    private static BigDecimal percent(double rate) {
        return BigDecimal.valueOf(rate * 100).setScale(2, RoundingMode.HALF_UP);
    }

    /** What a plan would do. */
    static Map<String, @Nullable Object> preview(Rollouts.PlanPreview previewed) {
        RolloutPlan plan = previewed.plan();
        Preview preview = previewed.preview();
        var view = new LinkedHashMap<String, @Nullable Object>();
        view.put("selected", preview.selected());
        view.put("reachable", preview.reachable());
        view.put("excluded", Words.refusals(preview.excluded()));
        var strata = new ArrayList<Map<String, @Nullable Object>>();
        var sorted = new TreeMap<Stratum, Long>(ORDER);
        sorted.putAll(preview.strata());
        sorted.forEach((stratum, devices) -> {
            var one = Words.stratum(stratum);
            one.put("devices", devices);
            strata.add(one);
        });
        view.put("strata", strata);
        view.put("seenLastDay", preview.lately());
        view.put("minutes", preview.takes(plan).map(Duration::toMinutes).orElse(null));
        view.put(
                "basis",
                Words.sentence(
                        new Sentence(
                                "按可升级设备最近 24 小时的上线情况估算：设备只有重启上线时才会升级",
                                "Estimated from the reachable devices seen in the last 24 hours: a"
                                        + " device is updated only when it restarts and checks in")));
        Map<String, Object> shown = PlanJson.write(plan);
        String first = previewed.first();
        if (first != null) {
            shown.put("canaries", List.of(first));
        }
        view.put("plan", shown);
        return view;
    }
}
