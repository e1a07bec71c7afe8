package io.slipway.rollout.grant;

import io.slipway.http.Json;
import io.slipway.rollout.json.PlanView;
import io.slipway.rollout.rules.attempt.Attempt;
import io.slipway.rollout.rules.attempt.AttemptRow;
import io.slipway.rollout.rules.attempt.Cause;
import io.slipway.rollout.rules.attempt.Tally;
import io.slipway.rollout.rules.attempt.Transition;
import io.slipway.rollout.rules.attempt.Vote;
import io.slipway.rollout.rules.plan.Limits;
import io.slipway.rollout.rules.plan.Rollout;
import io.slipway.rollout.rules.plan.RolloutActs;
import io.slipway.rollout.rules.plan.RolloutPlan;
import io.slipway.rollout.store.RolloutRow;
import io.slipway.rollout.store.RolloutStore;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A rollout within one transaction: read, changed, and written back once. Not thread-safe. */
final class LoadedRollout {

    private final RolloutRow row;
    private final PlanCache.ResolvedPlan resolved;
    private final boolean visible;
    private final boolean draft;
    private RolloutPlan plan;
    private long revision;
    private Rollout.Status status;
    private int stage;
    private boolean passed;
    private final GateState gateStateBefore;
    private GateState gateState;
    private long inFlight;
    private long missStreak;
    private RecentOffers recentOffers;
    private String startedBy;
    private String approvedBy;
    private long begunAt;
    private long endedAt;
    private boolean started;
    private boolean changed;
    private boolean recipientsChanged;
    private boolean suspect;
    private @Nullable Rollout shown;
    private final Map<RolloutStore.TallyKey, Tally> deltas = new HashMap<>();
    private final Map<RolloutStore.VoteKey, Tally> votes = new HashMap<>();

    LoadedRollout(
            RolloutRow row, PlanCache.ResolvedPlan resolved, GateState gateState, boolean visible) {
        this.row = row;
        this.resolved = resolved;
        this.visible = visible;
        draft = row.progress().status().equals(RolloutRow.DRAFT);
        plan = resolved.plan();
        revision = row.stored().revision();
        // To readers, a draft appears to be paused; it is never among those that grant offers.
        status = draft ? Rollout.Status.PAUSED : Rollout.Status.valueOf(row.progress().status());
        stage = row.progress().stage();
        passed = row.progress().passed();
        this.gateState = gateState;
        gateStateBefore = gateState;
        inFlight = row.load().inFlight();
        missStreak = row.load().missStreak();
        recentOffers = RecentOffers.read(row.load().minute());
        startedBy = row.acts().startedBy();
        approvedBy = row.acts().approvedBy();
        begunAt = row.acts().begunAt();
        endedAt = row.acts().endedAt();
    }

    RolloutRow row() {
        return row;
    }

    String id() {
        return row.id();
    }

    boolean draft() {
        return draft && !started;
    }

    RolloutPlan plan() {
        return plan;
    }

    PlanCache.ResolvedPlan resolved() {
        return resolved;
    }

    Rollout.Status status() {
        return status;
    }

    int stage() {
        return stage;
    }

    boolean passed() {
        return passed;
    }

    boolean lastStage() {
        return stage == plan.stages().size() - 1;
    }

    GateState gateState() {
        return gateState;
    }

    long missStreak() {
        return missStreak;
    }

    Map<RolloutStore.TallyKey, Tally> deltas() {
        return deltas;
    }

    /** The part of {@link #deltas} that belongs to other accounts' devices. */
    Map<RolloutStore.VoteKey, Tally> votes() {
        return votes;
    }

    /** Whether evidence arrived that its gates must judge before the next offer. */
    boolean suspect() {
        return suspect && status == Rollout.Status.RUNNING;
    }

    /** Whether the set of possible recipients has changed, so that nodes must refresh. */
    boolean recipientsChanged() {
        return recipientsChanged;
    }

    boolean changed() {
        return changed;
    }

    /** As the planner sees it at {@code now}. */
    Rollout at(long now) {
        Rollout current = shown;
        long perMinute = recentOffers.count(now);
        if (current == null || current.course().load().perMinute() != perMinute) {
            current =
                    new Rollout(
                            row.id(),
                            row.making().createdAt(),
                            new Rollout.Reach(
                                    row.purpose().everyone() ? null : row.making().accountId(),
                                    plan.selection(),
                                    row.purpose().salt()),
                            resolved.target(),
                            resolved.bad(),
                            new Rollout.Course(
                                    plan.stages(),
                                    stage,
                                    status,
                                    new Limits.Load(
                                            inFlight,
                                            perMinute,
                                            inFlight * Limits.DEVICE_BYTES_PER_SECOND),
                                    gateState.halts()),
                            plan.schedule(),
                            visible);
            shown = current;
        }
        return current;
    }

    private void touch() {
        changed = true;
        shown = null;
    }

    // ---------------------------------------------------------------- what happens to devices

    void attemptChanged(AttemptRow attemptRow, Transition transition) {
        Attempt.Subject of = attemptRow.attempt().subject();
        Tally delta = transition.delta();
        if (!delta.equals(Tally.ZERO)) {
            var key = new RolloutStore.TallyKey(row.id(), of.stage(), of.stratum());
            deltas.merge(key, delta, Tally::plus);
            if (attemptRow.vote() != Vote.FULL) {
                String account = attemptRow.vote() == Vote.LIMITED ? attemptRow.accountId() : "";
                votes.merge(new RolloutStore.VoteKey(key, account), delta, Tally::plus);
            }
        }
        if (delta.inFlight() != 0) {
            inFlight += delta.inFlight();
            touch();
        }
        // Others' downloads don't count: anyone can make them fail, or succeed.
        if (attemptRow.vote() == Vote.FULL) {
            transition.changes().forEach(this::delivered);
        }
        // Evidence against the build is judged at once, the rest periodically.
        suspect |=
                delta.outcomes().bad() > 0
                        || delta.crashed() > 0
                        || delta.silent() > 0
                        || delta.outcomes().overdue() > 0;
    }

    private void delivered(Transition.StateChange change) {
        if (change.cause().missed()) {
            missStreak++;
            suspect = true;
            touch();
        } else if (change.cause() == Cause.DOWNLOADED && missStreak > 0) {
            missStreak = 0;
            touch();
        }
    }

    void offered(long now) {
        recentOffers = recentOffers.plusOne(now);
        touch();
    }

    // ---------------------------------------------------------------- what its gates say

    void counted(MemberCounter.MemberCounts count, long now) {
        gateState = gateState.counted(count, now);
        touch();
    }

    void judged(GateState judged) {
        suspect = false;
        if (!judged.equals(gateState)) {
            recipientsChanged |= !judged.halts().equals(gateState.halts());
            gateState = judged;
            touch();
        }
    }

    void nextStage() {
        stage++;
        missStreak = 0;
        gateState = gateState.nextStage();
        recipientsChanged = true;
        touch();
    }

    void passedAll() {
        passed = true;
        touch();
    }

    void become(Rollout.Status next, long now) {
        status = next;
        if (next == Rollout.Status.CANCELLED || next == Rollout.Status.DONE) {
            endedAt = now;
        }
        recipientsChanged = true;
        touch();
    }

    // ---------------------------------------------------------------- what people do

    void start(String by, boolean needsApproval, long now) {
        started = true;
        startedBy = by;
        begunAt = needsApproval ? 0 : now;
        become(needsApproval ? Rollout.Status.AWAITING_APPROVAL : Rollout.Status.RUNNING, now);
    }

    /** Final; applies to drafts, too. */
    void end(Rollout.Status how, long now) {
        started = true;
        become(how, now);
    }

    void approve(String by, long now) {
        approvedBy = by;
        begunAt = now;
        become(Rollout.Status.RUNNING, now);
    }

    /** Paused strata stay stopped. */
    void halt(long now) {
        gateState = gateState.haltPaused();
        recipientsChanged = true;
        touch();
        if (status == Rollout.Status.PAUSED) {
            become(Rollout.Status.HALTED, now);
        }
    }

    void resume(GateState acknowledged, long now) {
        gateState = acknowledged;
        missStreak = 0;
        become(Rollout.Status.RUNNING, now);
    }

    void widen(RolloutPlan wider) {
        plan = wider;
        revision++;
        passed = false;
        gateState = gateState.nextStage();
        recipientsChanged = true;
        touch();
    }

    RolloutRow toRow() {
        return new RolloutRow(
                row.id(),
                row.making(),
                row.purpose(),
                revision == row.stored().revision()
                        ? row.stored()
                        : new RolloutRow.StoredPlan(Json.text(PlanView.of(plan)), revision),
                new RolloutRow.Progress(
                        draft() ? RolloutRow.DRAFT : status.name(),
                        stage,
                        passed,
                        gateState.equals(gateStateBefore)
                                ? row.progress().gates()
                                : gateState.json()),
                new RolloutRow.LoadCounts(inFlight, missStreak, recentOffers.text()),
                new RolloutActs(startedBy, approvedBy, begunAt, endedAt));
    }
}
