package io.slipway.rollout.grant;

import io.slipway.account.Audit;
import io.slipway.account.Caller;
import io.slipway.device.Profile;
import io.slipway.event.EventType;
import io.slipway.firmware.Build;
import io.slipway.firmware.Builds;
import io.slipway.http.Problem;
import io.slipway.protocol.Mac;
import io.slipway.rollout.rules.attempt.Stratum;
import io.slipway.rollout.rules.gate.Halts;
import io.slipway.rollout.rules.plan.NamedDevices;
import io.slipway.rollout.rules.plan.PlanDefaults;
import io.slipway.rollout.rules.plan.Preview;
import io.slipway.rollout.rules.plan.Quarantines;
import io.slipway.rollout.rules.plan.Rollout;
import io.slipway.rollout.rules.plan.RolloutPlan;
import io.slipway.rollout.store.RolloutRow;
import io.slipway.rollout.store.RolloutStore;
import io.slipway.rollout.store.RolloutStore.NamedDevice;
import io.slipway.sql.Database;
import io.slipway.sql.Ids;
import io.slipway.sql.Plane;
import io.slipway.sql.Tx;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What people do with rollouts. Each act is audited and part of the feed. A caller sees his
 * account's, an administrator all; what he may not see is 404. Thread-safe; calls block.
 */
public final class Rollouts {

    /** Filters of {@link #page}; null matches everything. */
    public record Filter(@Nullable String status, @Nullable String buildId) {}

    private static final Set<Rollout.Status> MADE_AND_NOT_OVER =
            Set.of(
                    Rollout.Status.AWAITING_APPROVAL,
                    Rollout.Status.RUNNING,
                    Rollout.Status.PAUSED,
                    Rollout.Status.HALTED);

    private final Database database;
    private final InstantSource clock;
    private final Audit audit;
    private final Builds builds;
    private final RolloutTransaction.Context on;
    private final RolloutCache book;
    private final PreviewCalculator previews;
    private final DeviceNameResolver naming;
    private final DraftRollouts drafts;

    Rollouts(
            Database database,
            Ids ids,
            InstantSource clock,
            Audit audit,
            Builds builds,
            RolloutTransaction.Context on,
            RolloutCache book,
            PreviewCalculator previews,
            DeviceNameResolver naming) {
        this.naming = naming;
        this.database = database;
        this.clock = clock;
        this.audit = audit;
        this.builds = builds;
        this.on = on;
        this.book = book;
        this.previews = previews;
        drafts = new DraftRollouts(ids, clock, audit, builds, on);
    }

    /**
     * Makes a draft: nobody gets anything before {@link #start}.
     *
     * @param usual whether its stages are left to us
     * @param knows whether the caller knows that the build may not lead devices back here, should
     *     that be so
     * @throws Problem 404 for a build that the caller can't see, 403 for {@code everyone} without
     *     being an administrator, 409 for a quarantined build or one that may lead devices away
     *     which the caller does not know of
     */
    public String create(
            Caller caller, RolloutPlan plan, NamedDevices named, boolean usual, boolean knows) {
        boolean away =
                database.read(
                        Plane.CONSOLE,
                        tx -> {
                            drafts.check(tx, caller, plan);
                            return drafts.leadsAway(tx, plan.buildId(), knows);
                        });
        boolean first = away && plan.stages().getFirst().share() > 0;
        SizedPlan sized =
                usual || first ? sized(caller, plan, named, usual, PlanDefaults.SMALL_FLEET) : null;
        if (first && sized != null && named.canaries().isEmpty() && sized.first() == null) {
            throw new Problem(
                    409,
                    "固件可能连接到别处，须由金丝雀设备先试，但没有设备能装这个固件：请指定金丝雀",
                    "The build may lead devices elsewhere, so canaries go first, and no device can"
                            + " have it now: name canaries");
        }
        RolloutPlan made = sized == null ? plan : sized.plan();
        return database.write(
                Plane.CONSOLE,
                tx -> {
                    drafts.check(tx, caller, made);
                    List<NamedDevice> owned =
                            sized == null
                                    ? naming.owned(tx, caller, made.everyone(), named)
                                    : sized.all();
                    return drafts.insert(tx, caller, caller.accountId(), made, owned, away);
                });
    }

    /**
     * Newest first, before the id {@code cursor}; one more than {@code limit} if there are more.
     */
    public List<RolloutDetail> page(
            Caller caller, Filter filter, @Nullable String cursor, int limit) {
        return database.read(
                Plane.CONSOLE,
                tx ->
                        RolloutStore.page(
                                        tx,
                                        scope(caller),
                                        filter.status(),
                                        filter.buildId(),
                                        cursor,
                                        limit + 1)
                                .stream()
                                .map(row -> RolloutDetail.of(tx, on.catalog(), row, clock.millis()))
                                .toList());
    }

    public RolloutDetail find(Caller caller, String id) {
        return database.read(
                Plane.CONSOLE,
                tx -> RolloutDetail.of(tx, on.catalog(), require(tx, caller, id), clock.millis()));
    }

    static @Nullable String scope(Caller caller) {
        return caller.admin() ? null : caller.accountId();
    }

    static RolloutRow require(Tx tx, Caller caller, String id) {
        return RolloutStore.find(tx, id)
                .filter(row -> caller.admin() || row.accountId().equals(caller.accountId()))
                .orElseThrow(() -> Problem.notFound("升级任务不存在", "No such rollout"));
    }

    // ---------------------------------------------------------------- acts

    /** A draft begins, or waits for approval. */
    public void start(Caller caller, String id) {
        act(
                caller,
                id,
                "rollout.start",
                "",
                (round, live) -> {
                    if (!live.draft()) {
                        throw wrongState("只有草稿可以开始", "Only a draft can be started");
                    }
                    if (round.deciding().quarantines().everywhere().contains(live.row().build())) {
                        throw new Problem(409, "该固件已被隔离", "The build is in quarantine");
                    }
                    live.start(caller.username(), live.plan().approval(), clock.millis());
                    round.happens(
                            EventType.ROLLOUT_STARTED,
                            live,
                            Map.of("approval", live.plan().approval()));
                });
    }

    /** By somebody other than who started it. */
    public void approve(Caller caller, String id) {
        act(
                caller,
                id,
                "rollout.approve",
                "",
                (round, live) -> {
                    needs(live, Set.of(Rollout.Status.AWAITING_APPROVAL));
                    RolloutRow row = live.row();
                    if (caller.username().equals(row.startedBy())
                            || caller.username().equals(row.createdBy())) {
                        throw new Problem(
                                403,
                                "需由另一个人审批",
                                "Somebody other than who made and started it must approve it");
                    }
                    live.approve(caller.username(), clock.millis());
                    round.happens(
                            EventType.ROLLOUT_APPROVED, live, Map.of("by", caller.username()));
                });
    }

    public void pause(Caller caller, String id, String why) {
        act(
                caller,
                id,
                "rollout.pause",
                why,
                (round, live) -> {
                    needs(live, Set.of(Rollout.Status.RUNNING));
                    live.become(Rollout.Status.PAUSED, clock.millis());
                    happens(round, EventType.ROLLOUT_PAUSED, live, caller, why);
                });
    }

    /**
     * Goes on after a pause or a halt. The failures so far are acknowledged by it: only new ones
     * can stop it again.
     */
    public void resume(Caller caller, String id, String why) {
        act(
                caller,
                id,
                "rollout.resume",
                why,
                (round, live) -> {
                    Halts halts = live.gating().halts();
                    boolean groups = !halts.strata().isEmpty() || !halts.paused().isEmpty();
                    needs(
                            live,
                            groups
                                    ? Set.of(
                                            Rollout.Status.PAUSED,
                                            Rollout.Status.HALTED,
                                            Rollout.Status.RUNNING)
                                    : Set.of(Rollout.Status.PAUSED, Rollout.Status.HALTED));
                    live.resume(
                            live.gating().acknowledged(round.judgeOf(live).known(clock.millis())),
                            clock.millis());
                    happens(round, EventType.ROLLOUT_RESUMED, live, caller, why);
                });
    }

    /** Groups that wait for a person's decision stay stopped (decisions D11). */
    public void halt(Caller caller, String id, String why) {
        act(
                caller,
                id,
                "rollout.halt",
                why,
                (round, live) -> {
                    needs(live, Set.of(Rollout.Status.RUNNING, Rollout.Status.PAUSED));
                    Set<Stratum> waiting = live.gating().halts().paused();
                    if (waiting.isEmpty()) {
                        throw wrongState("没有等待决定的设备组", "No group of devices waits for a decision");
                    }
                    live.halt(clock.millis());
                    round.haltedBy(caller.username(), why, live, waiting);
                    if (live.status() == Rollout.Status.HALTED) {
                        happens(round, EventType.ROLLOUT_HALTED, live, caller, why);
                    }
                });
    }

    public void cancel(Caller caller, String id, String why) {
        act(caller, id, "rollout.cancel", why, (round, live) -> cancel(round, live, caller, why));
    }

    private void cancel(RolloutTransaction round, LoadedRollout live, Caller caller, String why) {
        if (!live.draft()) {
            needs(live, MADE_AND_NOT_OVER);
        }
        live.end(Rollout.Status.CANCELLED, clock.millis());
        happens(round, EventType.ROLLOUT_CANCELLED, live, caller, why);
    }

    /** Ends it: who has not been offered the build will not be. */
    public void finish(Caller caller, String id) {
        act(
                caller,
                id,
                "rollout.finish",
                "",
                (round, live) -> {
                    needs(live, Set.of(Rollout.Status.RUNNING, Rollout.Status.PAUSED));
                    live.end(Rollout.Status.DONE, clock.millis());
                    happens(round, EventType.ROLLOUT_DONE, live, caller, "");
                });
    }

    /** To the next stage although its gate has not passed. */
    public void promote(Caller caller, String id, String why) {
        act(
                caller,
                id,
                "rollout.promote",
                why,
                (round, live) -> {
                    needs(live, Set.of(Rollout.Status.RUNNING));
                    if (live.lastStage()) {
                        throw wrongState("已是最后一个阶段", "It is in its last stage");
                    }
                    live.nextStage();
                    happens(round, EventType.STAGE_PROMOTED, live, caller, why);
                });
    }

    /** Other shares and gates for the stages from the running one on; shares may only grow. */
    public void widen(Caller caller, String id, List<Rollout.Stage> stages) {
        act(
                caller,
                id,
                "rollout.widen",
                "",
                (round, live) -> {
                    needs(live, MADE_AND_NOT_OVER);
                    List<Rollout.Stage> wider = new ArrayList<>(live.plan().stages());
                    List<Rollout.Stage> done = wider.subList(0, live.stage());
                    double reached = live.plan().stages().get(live.stage()).share();
                    boolean canaries = live.row().leadsAway() && live.stage() == 0;
                    if (canaries && !stages.isEmpty() && stages.getFirst().share() > reached) {
                        throw wrongState(
                                "固件可能连接到别处：金丝雀设备回来之前，不能扩大本阶段",
                                "The build may lead devices elsewhere: this stage can't be widened"
                                        + " before its canaries are back");
                    }
                    if (stages.isEmpty() || stages.getFirst().share() < reached) {
                        throw new Problem(
                                400,
                                "范围只能扩大，不能缩小",
                                "A rollout can only be widened: the running stage can't shrink");
                    }
                    var all = new ArrayList<>(done);
                    all.addAll(stages);
                    RolloutPlan plan;
                    try {
                        plan = live.plan().with(all);
                    } catch (IllegalArgumentException e) {
                        throw new Problem(
                                400,
                                "阶段的比例只能递增，且最多 10 个阶段",
                                "Shares may only grow, over at most 10 stages");
                    }
                    live.widen(plan);
                    happens(round, EventType.ROLLOUT_WIDENED, live, caller, "");
                });
    }

    /**
     * Cancels it, puts its build in quarantine and makes a started rollout that takes devices back
     * to another build, by force where that is needed and allowed.
     *
     * @param knows as for {@link #create}
     */
    public String turnBack(Caller caller, String id, String toBuildId, boolean knows) {
        String made =
                database.write(
                        Plane.CONSOLE,
                        tx -> {
                            RolloutStore.lock(tx);
                            RolloutRow row = require(tx, caller, id);
                            String next = drafts.backwards(tx, caller, row, toBuildId, knows);
                            String why = "turned back by rollout " + next;
                            builds.quarantine(tx, row.build(), why);
                            change(
                                    tx,
                                    caller,
                                    id,
                                    "rollout.turn-back",
                                    next,
                                    (round, live) -> {
                                        boolean open =
                                                live.status() != Rollout.Status.CANCELLED
                                                        && live.status() != Rollout.Status.DONE;
                                        if (open) {
                                            live.end(Rollout.Status.CANCELLED, clock.millis());
                                        }
                                        happens(
                                                round,
                                                EventType.ROLLOUT_TURNED_BACK,
                                                live,
                                                caller,
                                                next);
                                    });
                            change(
                                    tx,
                                    caller,
                                    next,
                                    "rollout.start",
                                    "",
                                    (round, live) -> {
                                        live.start(caller.username(), false, clock.millis());
                                        round.happens(EventType.ROLLOUT_STARTED, live, Map.of());
                                    });
                            return next;
                        });
        book.refresh();
        return made;
    }

    private void act(
            Caller caller,
            String id,
            String action,
            String detail,
            BiConsumer<RolloutTransaction, LoadedRollout> work) {
        database.run(Plane.CONSOLE, tx -> change(tx, caller, id, action, detail, work));
        book.refresh();
    }

    private void change(
            Tx tx,
            Caller caller,
            String id,
            String action,
            String detail,
            BiConsumer<RolloutTransaction, LoadedRollout> work) {
        require(tx, caller, id);
        var round = RolloutTransaction.open(tx, on, clock.millis());
        LoadedRollout live = round.rollout(id).orElseThrow();
        work.accept(round, live);
        audit.record(tx, caller, action, id, detail);
        round.flush();
    }

    private static void happens(
            RolloutTransaction round,
            EventType type,
            LoadedRollout live,
            Caller caller,
            String why) {
        round.happens(type, live, Map.of("by", caller.username(), "why", why));
    }

    private static void needs(LoadedRollout live, Set<Rollout.Status> any) {
        if (live.draft() || !any.contains(live.status())) {
            String status = live.draft() ? RolloutRow.DRAFT : live.status().name();
            throw wrongState("当前状态不能这样做：" + status, "Not possible now: it is " + status);
        }
    }

    private static Problem wrongState(String zh, String en) {
        return new Problem(409, zh, en);
    }

    /**
     * What a plan would do if it began now.
     *
     * @param plan with its stages, where they were left to us
     * @param first who goes first where nobody was named, as lists name devices; null for nobody in
     *     particular
     */
    public record PlanPreview(RolloutPlan plan, @Nullable String first, Preview preview) {}

    /**
     * What the plan would do if it began now.
     *
     * @param usual whether its stages are left to us
     */
    public PlanPreview preview(Caller caller, RolloutPlan plan, NamedDevices named, boolean usual) {
        SizedPlan sized = sized(caller, plan, named, usual, Long.MAX_VALUE);
        NamedDevice first = sized.first();
        String name = null;
        if (first != null) {
            String mac = new Mac(first.mac()).toString();
            name = plan.everyone() ? username(first.accountId()) + "/" + mac : mac;
        }
        return new PlanPreview(sized.plan(), name, sized.preview());
    }

    private String username(String accountId) {
        return database.read(Plane.CONSOLE, tx -> naming.username(tx, accountId));
    }

    /**
     * A plan whose stages fit the number of devices.
     *
     * @param named whom the plan names
     * @param first who goes first where nobody was named; null for nobody in particular
     */
    private record SizedPlan(
            RolloutPlan plan,
            List<NamedDevice> named,
            @Nullable NamedDevice first,
            Preview preview) {

        List<NamedDevice> all() {
            var all = new ArrayList<>(named);
            if (first != null) {
                all.add(first);
            }
            return all;
        }
    }

    private SizedPlan sized(
            Caller caller, RolloutPlan plan, NamedDevices named, boolean usual, long most) {
        record PreviewInputs(
                List<NamedDevice> named,
                PlanCache.ResolvedPlan planned,
                Quarantines quarantines,
                boolean away) {}
        PreviewInputs asked =
                database.read(
                        Plane.CONSOLE,
                        tx -> {
                            drafts.check(tx, caller, plan);
                            Build bad =
                                    plan.badBuildId().isEmpty()
                                            ? null
                                            : builds.require(tx, caller, plan.badBuildId());
                            var owned = naming.owned(tx, caller, plan.everyone(), named);
                            var planned =
                                    PlanCache.planned(
                                            plan,
                                            builds.require(tx, caller, plan.buildId()),
                                            bad,
                                            PlanCache.names(owned, RolloutStore.CANARY),
                                            PlanCache.names(owned, RolloutStore.LISTED));
                            return new PreviewInputs(
                                    owned,
                                    planned,
                                    new Quarantines(builds.quarantined(tx), Set.of()),
                                    drafts.leadsAway(tx, plan.buildId(), true));
                        });
        PreviewCalculator.CountedPreview counted =
                previews.preview(
                        asked.planned(),
                        plan.everyone() ? null : caller.accountId(),
                        on.catalog().visible(),
                        asked.quarantines(),
                        most);
        Preview preview = counted.preview();
        Profile latest = counted.latest();
        boolean few = usual && latest != null && preview.reachable() < PlanDefaults.SMALL_FLEET;
        if (!few && !asked.away()) {
            return new SizedPlan(plan, asked.named(), null, preview);
        }
        NamedDevice first =
                named.canaries().isEmpty() && latest != null
                        ? new NamedDevice(
                                latest.accountId(), latest.mac().bits(), RolloutStore.CANARY)
                        : null;
        var stages = few ? PlanDefaults.few() : PlanDefaults.canariesFirst(plan.stages());
        return new SizedPlan(plan.with(stages), asked.named(), first, preview);
    }
}
