package io.slipway.rollout.grant;

import io.slipway.account.Audit;
import io.slipway.account.Caller;
import io.slipway.device.profile.Profile;
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
 * What people do with rollouts. Each action is audited and appears in the feed. Callers see their
 * own account's, administrators all; anything else is 404. Thread-safe; calls block.
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
    private final RolloutTransaction.Context context;
    private final RolloutCache cache;
    private final PreviewCalculator previewCalculator;
    private final DeviceNameResolver deviceNames;
    private final DraftRollouts drafts;

    Rollouts(
            Database database,
            Ids ids,
            InstantSource clock,
            Audit audit,
            Builds builds,
            RolloutTransaction.Context context,
            RolloutCache cache,
            PreviewCalculator previewCalculator,
            DeviceNameResolver deviceNames) {
        this.deviceNames = deviceNames;
        this.database = database;
        this.clock = clock;
        this.audit = audit;
        this.builds = builds;
        this.context = context;
        this.cache = cache;
        this.previewCalculator = previewCalculator;
        drafts = new DraftRollouts(ids, clock, audit, builds, context);
    }

    /**
     * Creates a draft: no device gets anything before {@link #start}.
     *
     * @param usual whether the default stages are used
     * @param knows whether the caller has confirmed that the build may lead devices elsewhere,
     *     should that be the case
     * @throws Problem 404 for a build that the caller can't see, 403 for {@code everyone} without
     *     being an administrator, 409 for a quarantined build, or one that may lead devices away
     *     which the caller has not confirmed
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
                    "The build may lead devices to another server, so canaries must go first, but"
                            + " no device can currently be updated to it: name canaries");
        }
        RolloutPlan made = sized == null ? plan : sized.plan();
        return database.write(
                Plane.CONSOLE,
                tx -> {
                    drafts.check(tx, caller, made);
                    List<NamedDevice> owned =
                            sized == null
                                    ? deviceNames.owned(tx, caller, made.everyone(), named)
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
                                .map(row ->
                                        RolloutDetail.of(tx, context.plans(), row, clock.millis()))
                                .toList());
    }

    public RolloutDetail find(Caller caller, String id) {
        return database.read(
                Plane.CONSOLE,
                tx ->
                        RolloutDetail.of(
                                tx, context.plans(), require(tx, caller, id), clock.millis()));
    }

    static @Nullable String scope(Caller caller) {
        return caller.admin() ? null : caller.accountId();
    }

    static RolloutRow require(Tx tx, Caller caller, String id) {
        return RolloutStore.find(tx, id)
                .filter(row ->
                        caller.admin() || row.making().accountId().equals(caller.accountId()))
                .orElseThrow(() -> Problem.notFound("升级任务不存在", "No such rollout"));
    }

    // ---------------------------------------------------------------- acts

    /** Starts a draft, or submits it for approval. */
    public void start(Caller caller, String id) {
        act(
                caller,
                id,
                "rollout.start",
                "",
                (transaction, loaded) -> {
                    if (!loaded.draft()) {
                        throw wrongState("只有草稿可以开始", "Only a draft can be started");
                    }
                    if (transaction
                            .decisionInputs()
                            .quarantines()
                            .everywhere()
                            .contains(loaded.row().purpose().build())) {
                        throw new Problem(409, "该固件已被隔离", "The build is quarantined");
                    }
                    loaded.start(caller.username(), loaded.plan().approval(), clock.millis());
                    transaction.happens(
                            EventType.ROLLOUT_STARTED,
                            loaded,
                            Map.of("approval", loaded.plan().approval()));
                });
    }

    /** By a user other than the one who started it. */
    public void approve(Caller caller, String id) {
        act(
                caller,
                id,
                "rollout.approve",
                "",
                (transaction, loaded) -> {
                    needs(loaded, Set.of(Rollout.Status.AWAITING_APPROVAL));
                    RolloutRow row = loaded.row();
                    if (caller.username().equals(row.acts().startedBy())
                            || caller.username().equals(row.making().createdBy())) {
                        throw new Problem(
                                403,
                                "需由另一个人审批",
                                "It must be approved by someone other than the one who created"
                                        + " and started it");
                    }
                    loaded.approve(caller.username(), clock.millis());
                    transaction.happens(
                            EventType.ROLLOUT_APPROVED, loaded, Map.of("by", caller.username()));
                });
    }

    public void pause(Caller caller, String id, String why) {
        act(
                caller,
                id,
                "rollout.pause",
                why,
                (transaction, loaded) -> {
                    needs(loaded, Set.of(Rollout.Status.RUNNING));
                    loaded.become(Rollout.Status.PAUSED, clock.millis());
                    happens(transaction, EventType.ROLLOUT_PAUSED, loaded, caller, why);
                });
    }

    /**
     * Resumes it after a pause or a halt. This acknowledges the failures so far: only new ones can
     * stop it again.
     */
    public void resume(Caller caller, String id, String why) {
        act(
                caller,
                id,
                "rollout.resume",
                why,
                (transaction, loaded) -> {
                    Halts halts = loaded.gateState().halts();
                    boolean groups = !halts.strata().isEmpty() || !halts.paused().isEmpty();
                    needs(
                            loaded,
                            groups
                                    ? Set.of(
                                            Rollout.Status.PAUSED,
                                            Rollout.Status.HALTED,
                                            Rollout.Status.RUNNING)
                                    : Set.of(Rollout.Status.PAUSED, Rollout.Status.HALTED));
                    loaded.resume(
                            loaded.gateState()
                                    .acknowledged(
                                            transaction.gateRunner(loaded).known(clock.millis())),
                            clock.millis());
                    happens(transaction, EventType.ROLLOUT_RESUMED, loaded, caller, why);
                });
    }

    /** Strata that wait for a person's decision stay stopped (decisions D11). */
    public void halt(Caller caller, String id, String why) {
        act(
                caller,
                id,
                "rollout.halt",
                why,
                (transaction, loaded) -> {
                    needs(loaded, Set.of(Rollout.Status.RUNNING, Rollout.Status.PAUSED));
                    Set<Stratum> waiting = loaded.gateState().halts().paused();
                    if (waiting.isEmpty()) {
                        throw wrongState(
                                "没有等待决定的设备组", "No group of devices is waiting for a decision");
                    }
                    loaded.halt(clock.millis());
                    transaction.haltedBy(caller.username(), why, loaded, waiting);
                    if (loaded.status() == Rollout.Status.HALTED) {
                        happens(transaction, EventType.ROLLOUT_HALTED, loaded, caller, why);
                    }
                });
    }

    public void cancel(Caller caller, String id, String why) {
        act(
                caller,
                id,
                "rollout.cancel",
                why,
                (transaction, loaded) -> cancel(transaction, loaded, caller, why));
    }

    private void cancel(
            RolloutTransaction transaction, LoadedRollout loaded, Caller caller, String why) {
        if (!loaded.draft()) {
            needs(loaded, MADE_AND_NOT_OVER);
        }
        loaded.end(Rollout.Status.CANCELLED, clock.millis());
        happens(transaction, EventType.ROLLOUT_CANCELLED, loaded, caller, why);
    }

    /** Ends it: no further device is offered the build. */
    public void finish(Caller caller, String id) {
        act(
                caller,
                id,
                "rollout.finish",
                "",
                (transaction, loaded) -> {
                    needs(loaded, Set.of(Rollout.Status.RUNNING, Rollout.Status.PAUSED));
                    loaded.end(Rollout.Status.DONE, clock.millis());
                    happens(transaction, EventType.ROLLOUT_DONE, loaded, caller, "");
                });
    }

    /** Goes to the next stage although the gate has not passed. */
    public void promote(Caller caller, String id, String why) {
        act(
                caller,
                id,
                "rollout.promote",
                why,
                (transaction, loaded) -> {
                    needs(loaded, Set.of(Rollout.Status.RUNNING));
                    if (loaded.lastStage()) {
                        throw wrongState("已是最后一个阶段", "It is already in its last stage");
                    }
                    loaded.nextStage();
                    happens(transaction, EventType.STAGE_PROMOTED, loaded, caller, why);
                });
    }

    /** Changes shares and gates of the stages from the running one on; shares may only grow. */
    public void widen(Caller caller, String id, List<Rollout.Stage> stages) {
        act(
                caller,
                id,
                "rollout.widen",
                "",
                (transaction, loaded) -> {
                    needs(loaded, MADE_AND_NOT_OVER);
                    List<Rollout.Stage> wider = new ArrayList<>(loaded.plan().stages());
                    List<Rollout.Stage> done = wider.subList(0, loaded.stage());
                    double reached = loaded.plan().stages().get(loaded.stage()).share();
                    boolean canaries = loaded.row().making().leadsAway() && loaded.stage() == 0;
                    if (canaries && !stages.isEmpty() && stages.getFirst().share() > reached) {
                        throw wrongState(
                                "固件可能连接到别处：金丝雀设备回来之前，不能扩大本阶段",
                                "The build may lead devices to another server: this stage can't"
                                        + " be widened before its canaries are back");
                    }
                    if (stages.isEmpty() || stages.getFirst().share() < reached) {
                        throw new Problem(
                                400,
                                "范围只能扩大，不能缩小",
                                "A rollout can only be widened: the share of the current stage"
                                        + " can't decrease");
                    }
                    var all = new ArrayList<>(done);
                    all.addAll(stages);
                    RolloutPlan plan;
                    try {
                        plan = loaded.plan().with(all);
                    } catch (IllegalArgumentException e) {
                        throw new Problem(
                                400,
                                "阶段的比例只能递增，且最多 10 个阶段",
                                "Shares may only increase, over at most 10 stages");
                    }
                    loaded.widen(plan);
                    happens(transaction, EventType.ROLLOUT_WIDENED, loaded, caller, "");
                });
    }

    /**
     * Cancels it, quarantines its build, and creates and starts a rollout that takes devices back
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
                            builds.quarantine(tx, row.purpose().build(), why);
                            change(
                                    tx,
                                    caller,
                                    id,
                                    "rollout.turn-back",
                                    next,
                                    (transaction, loaded) -> {
                                        boolean open =
                                                loaded.status() != Rollout.Status.CANCELLED
                                                        && loaded.status() != Rollout.Status.DONE;
                                        if (open) {
                                            loaded.end(Rollout.Status.CANCELLED, clock.millis());
                                        }
                                        happens(
                                                transaction,
                                                EventType.ROLLOUT_TURNED_BACK,
                                                loaded,
                                                caller,
                                                next);
                                    });
                            change(
                                    tx,
                                    caller,
                                    next,
                                    "rollout.start",
                                    "",
                                    (transaction, loaded) -> {
                                        loaded.start(caller.username(), false, clock.millis());
                                        transaction.happens(
                                                EventType.ROLLOUT_STARTED, loaded, Map.of());
                                    });
                            return next;
                        });
        cache.refresh();
        return made;
    }

    private void act(
            Caller caller,
            String id,
            String action,
            String detail,
            BiConsumer<RolloutTransaction, LoadedRollout> work) {
        database.run(Plane.CONSOLE, tx -> change(tx, caller, id, action, detail, work));
        cache.refresh();
    }

    private void change(
            Tx tx,
            Caller caller,
            String id,
            String action,
            String detail,
            BiConsumer<RolloutTransaction, LoadedRollout> work) {
        require(tx, caller, id);
        var transaction = RolloutTransaction.open(tx, context, clock.millis());
        LoadedRollout loaded = transaction.rollout(id).orElseThrow();
        work.accept(transaction, loaded);
        audit.record(tx, caller, action, id, detail);
        transaction.flush();
    }

    private static void happens(
            RolloutTransaction transaction,
            EventType type,
            LoadedRollout loaded,
            Caller caller,
            String why) {
        transaction.happens(type, loaded, Map.of("by", caller.username(), "why", why));
    }

    private static void needs(LoadedRollout loaded, Set<Rollout.Status> any) {
        if (loaded.draft() || !any.contains(loaded.status())) {
            String status = loaded.draft() ? RolloutRow.DRAFT : loaded.status().name();
            throw wrongState("当前状态不能这样做：" + status, "Not possible in its current state: " + status);
        }
    }

    private static Problem wrongState(String zh, String en) {
        return new Problem(409, zh, en);
    }

    /**
     * What a plan would do if it began now.
     *
     * @param plan including default stages
     * @param first the device that goes first if none was named, in the form that lists use; null
     *     for none in particular
     */
    public record PlanPreview(RolloutPlan plan, @Nullable String first, Preview preview) {}

    /**
     * What the plan would do if it began now.
     *
     * @param usual whether the default stages are used
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
        return database.read(Plane.CONSOLE, tx -> deviceNames.username(tx, accountId));
    }

    /**
     * A plan whose stages fit the number of devices.
     *
     * @param named the devices that the plan names
     * @param first the device that goes first if none was named; null for none in particular
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
                PlanCache.ResolvedPlan resolved,
                Quarantines quarantines,
                boolean away) {}
        PreviewInputs inputs =
                database.read(
                        Plane.CONSOLE,
                        tx -> {
                            drafts.check(tx, caller, plan);
                            Build bad =
                                    plan.badBuildId().isEmpty()
                                            ? null
                                            : builds.require(tx, caller, plan.badBuildId());
                            var owned = deviceNames.owned(tx, caller, plan.everyone(), named);
                            var resolved =
                                    PlanCache.resolve(
                                            plan,
                                            builds.require(tx, caller, plan.buildId()),
                                            bad,
                                            PlanCache.macs(owned, RolloutStore.CANARY),
                                            PlanCache.macs(owned, RolloutStore.LISTED));
                            return new PreviewInputs(
                                    owned,
                                    resolved,
                                    new Quarantines(builds.quarantined(tx), Set.of()),
                                    drafts.leadsAway(tx, plan.buildId(), true));
                        });
        PreviewCalculator.CountedPreview counted =
                previewCalculator.preview(
                        inputs.resolved(),
                        plan.everyone() ? null : caller.accountId(),
                        context.plans().visible(),
                        inputs.quarantines(),
                        most);
        Preview preview = counted.preview();
        Profile latest = counted.latest();
        boolean few = usual && latest != null && preview.reachable() < PlanDefaults.SMALL_FLEET;
        if (!few && !inputs.away()) {
            return new SizedPlan(plan, inputs.named(), null, preview);
        }
        NamedDevice first =
                named.canaries().isEmpty() && latest != null
                        ? new NamedDevice(
                                latest.owner().accountId(),
                                latest.mac().bits(),
                                RolloutStore.CANARY)
                        : null;
        var stages = few ? PlanDefaults.few() : PlanDefaults.canariesFirst(plan.stages());
        return new SizedPlan(plan.with(stages), inputs.named(), first, preview);
    }
}
