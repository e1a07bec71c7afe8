package io.slipway.rollout.grant;

import io.slipway.account.Audit;
import io.slipway.account.Caller;
import io.slipway.event.EventType;
import io.slipway.firmware.Build;
import io.slipway.firmware.Builds;
import io.slipway.http.Problem;
import io.slipway.rollout.json.PlanJson;
import io.slipway.rollout.json.Texts;
import io.slipway.rollout.rules.plan.Rollout;
import io.slipway.rollout.rules.plan.RolloutPlan;
import io.slipway.rollout.rules.plan.Selection;
import io.slipway.rollout.store.RolloutRow;
import io.slipway.rollout.store.RolloutStore;
import io.slipway.rollout.store.RolloutStore.NamedDevice;
import io.slipway.sql.Ids;
import io.slipway.sql.Tx;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** Makes rollouts that nobody has started yet, each in its caller's transaction. */
final class Drafts {

    private final Ids ids;
    private final InstantSource clock;
    private final Audit audit;
    private final Builds builds;
    private final Round.Grounds on;

    Drafts(Ids ids, InstantSource clock, Audit audit, Builds builds, Round.Grounds on) {
        this.ids = ids;
        this.clock = clock;
        this.audit = audit;
        this.builds = builds;
        this.on = on;
    }

    /** Whether the caller may have such a one, and anybody would get anything by it. */
    void check(Tx tx, Caller caller, RolloutPlan plan) {
        if (plan.everyone() && !caller.admin()) {
            throw new Problem(
                    403,
                    "只有管理员可以向所有账号的设备推送",
                    "Only an administrator's rollout reaches all accounts' devices");
        }
        Build build = builds.require(tx, caller, plan.buildId());
        if (builds.quarantined(tx).contains(build.id())) {
            throw new Problem(409, "该固件已被隔离", "The build is in quarantine");
        }
        if (!plan.badBuildId().isEmpty()) {
            Build bad = builds.require(tx, caller, plan.badBuildId());
            if (bad.id().equals(build.id())) {
                throw new Problem(400, "不能回退到同一个固件", "A build can't be turned back to itself");
            }
        }
        if (build.boards().isEmpty()) {
            throw new Problem(
                    409,
                    "该固件没有指定适用的板型，不会推送给任何设备：请先补充",
                    "The build names no board, so no device would get it: add its boards first");
        }
    }

    /**
     * @param accountId whose it is: the caller's, but for what he does to somebody else's
     */
    String insert(
            Tx tx, Caller caller, String accountId, RolloutPlan plan, List<NamedDevice> named) {
        // Until this commits, nobody deletes or edits it.
        builds.lock(tx, plan.buildId());
        String id = ids.hex();
        long now = clock.millis();
        var row =
                new RolloutRow(
                        id,
                        accountId,
                        plan.everyone(),
                        plan.buildId(),
                        plan.badBuildId(),
                        Texts.json(PlanJson.write(plan)),
                        1,
                        ids.hex(),
                        RolloutRow.DRAFT,
                        0,
                        false,
                        Gating.NONE.json(),
                        0,
                        0,
                        "",
                        now,
                        caller.username(),
                        "",
                        "",
                        0,
                        0);
        RolloutStore.insert(tx, row, plan.name());
        RolloutStore.name(tx, id, named);
        Live live = on.catalog().live(tx, row);
        on.events().add(tx, Happening.of(EventType.ROLLOUT_CREATED, live, Map.of()));
        audit.record(tx, caller, "rollout.create", id, plan.name());
        return id;
    }

    // Whoever runs the bad build is taken back: by board, not by the versions they came from.
    String backwards(Tx tx, Caller caller, RolloutRow row, String toBuildId) {
        RolloutPlan plan = on.catalog().live(tx, row).plan();
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
                        row.build(),
                        plan.everyone(),
                        selection,
                        List.of(new Rollout.Stage(1, plan.stages().getLast().gate())),
                        plan.limits(),
                        null,
                        0,
                        false);
        check(tx, caller, back);
        var named =
                RolloutStore.named(tx, row.id()).stream()
                        .map(each ->
                                new NamedDevice(each.accountId(), each.mac(), RolloutStore.LISTED))
                        .toList();
        return insert(tx, caller, row.accountId(), back, named);
    }
}
