package io.slipway.rollout.grant;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.slipway.firmware.Build;
import io.slipway.firmware.Builds;
import io.slipway.firmware.Downloads;
import io.slipway.http.Json;
import io.slipway.rollout.json.PlanJson;
import io.slipway.rollout.rules.attempt.BuildRef;
import io.slipway.rollout.rules.plan.RolloutPlan;
import io.slipway.rollout.rules.plan.Target;
import io.slipway.rollout.store.RolloutRow;
import io.slipway.rollout.store.RolloutStore;
import io.slipway.sql.Tx;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a rollout that are expensive to read and hardly ever change: its plan, its build,
 * the devices it names, its gates' verdicts. Thread-safe.
 */
final class PlanCache {

    /** More than ever run at once; finished ones are requested only now and then. */
    private static final int MAX_PLANS = 500;

    private final Builds builds;
    private final Downloads downloads;
    private final Cache<String, CachedPlan> cache =
            Caffeine.newBuilder().maximumSize(MAX_PLANS).build();

    PlanCache(Builds builds, Downloads downloads) {
        this.builds = builds;
        this.downloads = downloads;
    }

    /**
     * A plan with all its references resolved.
     *
     * @param bad null for an update
     */
    record ResolvedPlan(
            RolloutPlan plan,
            Target target,
            @Nullable BuildRef bad,
            NamedMacs canaries,
            NamedMacs listed) {}

    private record CachedPlan(
            long revision, ResolvedPlan resolved, String gates, GateState gateState) {}

    LoadedRollout load(Tx tx, RolloutRow row) {
        CachedPlan cached = cache.getIfPresent(row.id());
        boolean samePlan = cached != null && cached.revision() == row.stored().revision();
        boolean sameGates = cached != null && cached.gates().equals(row.progress().gates());
        if (cached == null || !samePlan || !sameGates) {
            cached =
                    new CachedPlan(
                            row.stored().revision(),
                            cached != null && samePlan ? cached.resolved() : resolve(tx, row),
                            row.progress().gates(),
                            cached != null && sameGates
                                    ? cached.gateState()
                                    : GateState.read(row.progress().gates()));
            cache.put(row.id(), cached);
        }
        return new LoadedRollout(row, cached.resolved(), cached.gateState(), visible());
    }

    private ResolvedPlan resolve(Tx tx, RolloutRow row) {
        RolloutPlan plan = PlanJson.read(Json.read(row.stored().plan()));
        List<RolloutStore.NamedDevice> named = RolloutStore.named(tx, row.id());
        return resolve(
                plan,
                required(tx, row.purpose().build()),
                row.purpose().badBuild().isEmpty() ? null : required(tx, row.purpose().badBuild()),
                macs(named, RolloutStore.CANARY),
                macs(named, RolloutStore.LISTED));
    }

    static ResolvedPlan resolve(
            RolloutPlan plan,
            Build build,
            @Nullable Build bad,
            NamedMacs canaries,
            NamedMacs listed) {
        return new ResolvedPlan(
                plan,
                TargetMapper.build(build),
                bad == null ? null : TargetMapper.build(bad).build(),
                canaries,
                listed);
    }

    static NamedMacs macs(List<RolloutStore.NamedDevice> named, long kind) {
        return NamedMacs.of(named.stream().filter(each -> each.kind() == kind).toList());
    }

    // A build can't be deleted while a rollout uses it.
    private Build required(Tx tx, String id) {
        return builds.find(tx, id)
                .orElseThrow(() -> new IllegalStateException("build " + id + " is missing"));
    }

    /** Whether downloads can be watched. */
    boolean visible() {
        return downloads.visible();
    }

    /** Builds that no device is offered. */
    Set<String> quarantined(Tx tx) {
        return builds.quarantined(tx);
    }
}
