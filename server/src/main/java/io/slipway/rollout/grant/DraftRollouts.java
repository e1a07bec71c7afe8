package io.slipway.rollout.grant;

import io.slipway.account.Audit;
import io.slipway.account.Caller;
import io.slipway.event.EventType;
import io.slipway.firmware.Build;
import io.slipway.firmware.Builds;
import io.slipway.http.Json;
import io.slipway.http.Problem;
import io.slipway.rollout.json.PlanView;
import io.slipway.rollout.rules.attempt.AttemptState;
import io.slipway.rollout.rules.plan.PlanDefaults;
import io.slipway.rollout.rules.plan.Rollout;
import io.slipway.rollout.rules.plan.RolloutActs;
import io.slipway.rollout.rules.plan.RolloutMaking;
import io.slipway.rollout.rules.plan.RolloutPlan;
import io.slipway.rollout.rules.plan.Schedule;
import io.slipway.rollout.rules.plan.Selection;
import io.slipway.rollout.store.AttemptStore;
import io.slipway.rollout.store.RolloutRow;
import io.slipway.rollout.store.RolloutStore;
import io.slipway.rollout.store.RolloutStore.NamedDevice;
import io.slipway.sql.Ids;
import io.slipway.sql.Tx;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Creates draft rollouts, each in its caller's transaction. */
final class DraftRollouts {

    private final Ids ids;
    private final InstantSource clock;
    private final Audit audit;
    private final Builds builds;
    private final RolloutTransaction.Context context;

    DraftRollouts(
            Ids ids,
            InstantSource clock,
            Audit audit,
            Builds builds,
            RolloutTransaction.Context context) {
        this.ids = ids;
        this.clock = clock;
        this.audit = audit;
        this.builds = builds;
        this.context = context;
    }

    /** Checks that the caller may create such a rollout and that any device could get its build. */
    void check(Tx tx, Caller caller, RolloutPlan plan) {
        if (plan.everyone() && !caller.admin()) {
            throw new Problem(
                    403,
                    "只有管理员可以向所有账号的设备推送",
                    "Only administrators may target devices of all accounts");
        }
        Build build = builds.require(tx, caller, plan.buildId());
        if (builds.quarantined(tx).contains(build.id())) {
            throw new Problem(409, "该固件已被隔离", "The build is quarantined");
        }
        if (!plan.badBuildId().isEmpty()) {
            Build bad = builds.require(tx, caller, plan.badBuildId());
            if (bad.id().equals(build.id())) {
                throw new Problem(400, "不能回退到同一个固件", "A build can't be turned back to itself");
            }
        }
        if (build.details().boards().isEmpty()) {
            throw new Problem(
                    409,
                    "该固件没有指定适用的板型，不会推送给任何设备：请先补充",
                    "The build has no boards, so no device would get it: add its boards first");
        }
    }

    /**
     * Whether a build may lead devices elsewhere (update-rules 2.3).
     *
     * @param knows whether the caller has confirmed to know that
     * @throws Problem 409 if it may and the caller has not
     */
    boolean leadsAway(Tx tx, String buildId, boolean knows) {
        Build build =
                builds.find(tx, buildId)
                        .orElseThrow(() -> Problem.notFound("固件不存在", "No such build"));
        if (build.upload().leadsHome() || knows) {
            return !build.upload().leadsHome();
        }
        List<String> found = build.facts().addresses();
        Map<String, Object> data = Map.of("reason", "LEADS_AWAY", "addresses", found);
        if (found.isEmpty()) {
            throw new Problem(
                    409,
                    "固件中没有找到 OTA 地址，无法判断设备升级后还会不会连接本服务器，须先确认知道",
                    "No OTA address was found in the build, so it is unknown whether devices will"
                            + " still connect to this server afterwards: confirm that you are"
                            + " aware of it",
                    data);
        }
        throw new Problem(
                409,
                "固件中的 OTA 地址没有一个确定指向本服务器，没有手动填过地址的设备升级后可能不再回来，须先确认知道：" + String.join("、", found),
                "None of the OTA addresses in the build is known to lead to this server, so"
                        + " devices without a manually entered address may not come back: confirm"
                        + " that you are aware of it: "
                        + String.join(", ", found),
                data);
    }

    /**
     * @param leadsAway whether its build may lead devices elsewhere, as the caller has confirmed to
     *     know
     * @param accountId the owner: the caller's account, except when acting on another account's
     *     rollout
     */
    String insert(
            Tx tx,
            Caller caller,
            String accountId,
            RolloutPlan plan,
            List<NamedDevice> named,
            boolean leadsAway) {
        // Until this commits, the build can't be deleted or edited.
        builds.lock(tx, plan.buildId());
        String id = ids.hex();
        long now = clock.millis();
        var row =
                new RolloutRow(
                        id,
                        new RolloutMaking(accountId, caller.username(), now, leadsAway),
                        new RolloutRow.Purpose(
                                plan.everyone(), plan.buildId(), plan.badBuildId(), ids.hex()),
                        new RolloutRow.StoredPlan(Json.text(PlanView.of(plan)), 1),
                        new RolloutRow.Progress(RolloutRow.DRAFT, 0, false, GateState.NONE.json()),
                        new RolloutRow.LoadCounts(0, 0, ""),
                        new RolloutActs("", "", 0, 0));
        RolloutStore.insert(tx, row, plan.name());
        RolloutStore.name(tx, id, named);
        LoadedRollout loaded = context.plans().load(tx, row);
        context.needs()
                .events()
                .add(tx, RolloutEvents.of(EventType.ROLLOUT_CREATED, loaded, Map.of()));
        audit.record(tx, caller, "rollout.create", id, plan.name());
        if (leadsAway) {
            audit.record(tx, caller, "rollout.leads-away", id, addresses(tx, plan.buildId()));
        }
        return id;
    }

    private String addresses(Tx tx, String buildId) {
        return builds.find(tx, buildId)
                .map(build -> String.join(" ", build.facts().addresses()))
                .orElse("");
    }

    // Every device on the bad build is taken back: selected by board, not by the versions they came
    // from.
    String backwards(Tx tx, Caller caller, RolloutRow row, String toBuildId, boolean knows) {
        RolloutPlan plan = context.plans().load(tx, row).plan();
        Selection was = plan.selection();
        var selection =
                new Selection(
                        was.boards(),
                        was.chips(),
                        null,
                        null,
                        was.channels(),
                        was.agents(),
                        was.tags(),
                        was.listedOnly());
        String name = "↩ " + plan.name();
        var back =
                new RolloutPlan(
                        name.length() > RolloutPlan.MAX_NAME
                                ? name.substring(0, RolloutPlan.MAX_NAME)
                                : name,
                        toBuildId,
                        row.purpose().build(),
                        plan.everyone(),
                        selection,
                        List.of(new Rollout.Stage(1, plan.stages().getLast().gate())),
                        new Schedule(plan.schedule().limits(), null, 0),
                        false);
        check(tx, caller, back);
        boolean away = leadsAway(tx, toBuildId, knows);
        var named = new ArrayList<NamedDevice>();
        if (away) {
            back = back.with(PlanDefaults.canariesFirst(back.stages()));
            named.addAll(runs(tx, row));
        }
        // A MAC alone is ambiguous: another account may have bound it too.
        var first = named.stream().map(DraftRollouts::device).toList();
        named.addAll(
                RolloutStore.named(tx, row.id()).stream()
                        .map(each ->
                                new NamedDevice(each.accountId(), each.mac(), RolloutStore.LISTED))
                        .filter(each -> !first.contains(device(each)))
                        .toList());
        return insert(tx, caller, row.making().accountId(), back, named, away);
    }

    private static Map.Entry<String, Long> device(NamedDevice named) {
        return Map.entry(named.accountId(), named.mac());
    }

    // One device on the bad build is enough to see whether it comes back.
    private static List<NamedDevice> runs(Tx tx, RolloutRow row) {
        return Stream.of(AttemptState.CONFIRMED, AttemptState.BOOTED)
                .flatMap(state -> AttemptStore.ofRollout(tx, row.id(), state, 0, 1).stream())
                .limit(1)
                .map(each ->
                        new NamedDevice(each.accountId(), each.mac().bits(), RolloutStore.CANARY))
                .toList();
    }
}
