package io.slipway.rollout.grant;

import io.slipway.device.profile.Profile;
import io.slipway.http.Problem;
import io.slipway.rollout.rules.attempt.Policy;
import io.slipway.rollout.rules.attempt.Vote;
import io.slipway.rollout.rules.gate.Halts;
import io.slipway.rollout.rules.plan.DeviceFacts;
import io.slipway.rollout.rules.plan.Limits;
import io.slipway.rollout.rules.plan.Preview;
import io.slipway.rollout.rules.plan.Quarantines;
import io.slipway.rollout.rules.plan.Rollout;
import io.slipway.rollout.rules.plan.RolloutPlan;
import io.slipway.rollout.store.AttemptStore;
import io.slipway.rollout.store.RolloutStore;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a plan would do if it began now, counted device by device. Thread-safe; calls block. */
final class PreviewCalculator {

    /** A million devices take about ten seconds. */
    private static final Duration MAX_DURATION = Duration.ofSeconds(60);

    private static final long DAY = Duration.ofHours(24).toMillis();

    /** The rollout doesn't exist yet; only {@link DeviceFacts} made here use this id. */
    private static final String ID = "preview";

    private final Database database;
    private final FleetScanner scanner;
    private final InstantSource clock;
    private final Policy policy;
    private final VouchedAccounts accounts;

    PreviewCalculator(
            Database database, InstantSource clock, Policy policy, VouchedAccounts accounts) {
        this.database = database;
        this.accounts = accounts;
        this.scanner = new FleetScanner(database);
        this.clock = clock;
        this.policy = policy;
    }

    /**
     * @param latest the reachable device that would go first; null for none
     */
    record CountedPreview(Preview preview, @Nullable Profile latest) {}

    /**
     * Counts the devices.
     *
     * @param account whose devices it reaches, null for all
     * @param visible whether downloads can be watched
     * @param most counting may stop when this many devices that can have the build are found
     * @throws Problem 503 when it takes too long
     */
    CountedPreview preview(
            PlanCache.ResolvedPlan resolved,
            @Nullable String account,
            boolean visible,
            Quarantines quarantines,
            long most) {
        long now = clock.millis();
        long begun = System.nanoTime();
        var count = new Preview.PreviewCounter(rollout(resolved, account, visible, now), policy);
        String build = resolved.target().build().id();
        boolean tried = database.read(Plane.CONSOLE, tx -> RolloutStore.uses(tx, build));
        FleetScanner.AttemptReader attempts =
                (tx, ids) ->
                        tried && !ids.isEmpty() ? AttemptStore.ofBuild(tx, ids, build) : List.of();
        var first = new FirstDevice();
        FleetScanner.PageVisitor visitor =
                page -> {
                    Set<String> vouched =
                            account == null
                                    ? accounts.owners(database, Plane.CONSOLE, page)
                                    : Set.of();
                    for (Profile device : page.devices()) {
                        boolean reachable =
                                count.add(
                                        facts(device, resolved),
                                        page.attempts(device),
                                        quarantines,
                                        now - device.last().seenAt() <= DAY);
                        if (reachable) {
                            first.offer(
                                    device,
                                    Vote.of(
                                            account == null,
                                            vouched.contains(device.owner().accountId()),
                                            device.owner().proven(),
                                            device.owner().boundAt(),
                                            now));
                        }
                    }
                    if (System.nanoTime() - begun > MAX_DURATION.toNanos()) {
                        throw tooLong();
                    }
                    return count.reachable() < most;
                };
        if (resolved.plan().selection().listedOnly()) {
            scanner.named(Plane.CONSOLE, resolved, attempts, visitor);
        } else if (account != null) {
            scanner.of(Plane.CONSOLE, account, attempts, visitor);
        } else {
            scanner.all(Plane.CONSOLE, attempts, visitor);
        }
        return new CountedPreview(count.result(), first.device);
    }

    /**
     * The device that would go first: the one with the strongest vote, and among equals the most
     * recently seen.
     */
    private static final class FirstDevice {

        private @Nullable Profile device;
        private Vote vote = Vote.NONE;

        void offer(Profile other, Vote others) {
            Profile before = device;
            boolean better =
                    before == null
                            || others.compareTo(vote) < 0
                            || (others == vote && other.last().seenAt() > before.last().seenAt());
            if (better) {
                device = other;
                vote = others;
            }
        }
    }

    private static Rollout rollout(
            PlanCache.ResolvedPlan resolved, @Nullable String account, boolean visible, long now) {
        RolloutPlan plan = resolved.plan();
        return new Rollout(
                ID,
                now,
                new Rollout.Reach(account, plan.selection(), ID),
                resolved.target(),
                resolved.bad(),
                new Rollout.Course(
                        plan.stages(), 0, Rollout.Status.PAUSED, Limits.Load.NONE, Halts.NONE),
                plan.schedule(),
                visible);
    }

    private static DeviceFacts facts(Profile device, PlanCache.ResolvedPlan resolved) {
        return DeviceFactsMapper.of(
                device,
                new DeviceFacts.NamedBy(
                        resolved.listed().has(device) ? Set.of(ID) : Set.of(),
                        resolved.canaries().has(device) ? Set.of(ID) : Set.of()));
    }

    private static Problem tooLong() {
        return new Problem(
                503,
                "设备太多，预览在 60 秒内未能完成：请稍后再试，或用名单、账号缩小范围",
                "The preview took more than 60 s: try again when there is less load, or narrow"
                        + " the selection down with a list of devices");
    }
}
