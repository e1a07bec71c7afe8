package io.slipway.rollout.grant;

import io.slipway.account.Caller;
import io.slipway.rollout.rules.attempt.Tally;
import io.slipway.rollout.rules.gate.Verdict;
import io.slipway.rollout.rules.plan.Rollout;
import io.slipway.rollout.store.RolloutStore;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import io.slipway.text.Sentence;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rollouts that have begun and not ended, in brief. Thread-safe; calls block. */
public final class OpenRollouts {

    /**
     * A rollout in brief.
     *
     * @param status {@code AWAITING_APPROVAL}, {@code RUNNING}, {@code PAUSED} or {@code HALTED}
     * @param version of its build
     * @param begunAt epoch ms, 0 for not yet
     */
    public record RolloutSummary(
            String id,
            String name,
            String status,
            String version,
            StageProgress progress,
            Tally tally,
            GateSummary gates,
            long begunAt) {}

    /**
     * The progress of a rollout.
     *
     * @param stage index of the running one, of {@code stages}
     * @param percent of the devices that the current stage reaches
     */
    public record StageProgress(int stage, int stages, double percent) {}

    /**
     * The verdicts of its gates.
     *
     * @param stopped groups of devices for which it has halted while it continues for others
     * @param verdict the last one; null before the first evaluation
     */
    public record GateSummary(int stopped, @Nullable Sentence verdict) {}

    private final Database database;
    private final PlanCache plans;
    private final InstantSource clock;

    OpenRollouts(Database database, PlanCache plans, InstantSource clock) {
        this.database = database;
        this.plans = plans;
        this.clock = clock;
    }

    /** The caller's, or all for an administrator; halted ones first, then the newest. */
    public List<RolloutSummary> of(Caller caller, int most) {
        long now = clock.millis();
        return database.read(
                Plane.CONSOLE,
                tx ->
                        RolloutStore.open(tx, Rollouts.scope(caller), most).stream()
                                .map(row -> brief(RolloutDetail.of(tx, plans, row, now)))
                                .toList());
    }

    private static RolloutSummary brief(RolloutDetail detail) {
        Rollout now = detail.now();
        Verdict verdict = detail.findings().verdict();
        Tally all =
                detail.tallies().stream()
                        .map(RolloutDetail.StratumTally::tally)
                        .reduce(Tally.ZERO, Tally::plus);
        return new RolloutSummary(
                now.id(),
                detail.plan().name(),
                now.course().status().name(),
                now.target().build().version(),
                new StageProgress(
                        now.course().stage(),
                        now.course().stages().size(),
                        now.course().running().share() * 100),
                all,
                new GateSummary(
                        now.course().halts().strata().size() + now.course().halts().paused().size(),
                        verdict == null ? null : verdict.why()),
                detail.acts().begunAt());
    }
}
