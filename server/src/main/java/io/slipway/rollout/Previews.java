package io.slipway.rollout;

import io.slipway.account.Caller;
import io.slipway.device.Profile;
import io.slipway.firmware.Build;
import io.slipway.firmware.Builds;
import io.slipway.http.Problem;
import io.slipway.protocol.Mac;
import io.slipway.sql.Plane;
import io.slipway.sql.Tx;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** What a plan would do if it began now, counted device by device. Thread-safe; calls block. */
final class Previews {

    /** A million devices take about ten seconds. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final long DAY = Duration.ofHours(24).toMillis();

    /** It isn't there yet; only {@link DeviceFacts} that are made here go by this id. */
    private static final String ID = "preview";

    private final RolloutModule.Needs needs;
    private final RolloutConfig config;
    private final Fleet fleet;

    Previews(RolloutModule.Needs needs, RolloutConfig config) {
        this.needs = needs;
        this.config = config;
        this.fleet = new Fleet(needs.database());
    }

    private record Read(Catalog.Planned planned, Quarantines quarantines) {}

    /**
     * Counts the caller's devices, or all where the plan is for everyone.
     *
     * @throws Problem 404 for a build that the caller can't see, 503 when it takes too long
     */
    Preview preview(Caller caller, RolloutPlan plan, Named named) {
        String account = plan.everyone() ? null : caller.accountId();
        Read read = needs.database().read(Plane.CONSOLE, tx -> read(tx, caller, plan, named));
        return preview(read.planned(), account, needs.downloads().visible(), read.quarantines());
    }

    private Read read(Tx tx, Caller caller, RolloutPlan plan, Named named) {
        Builds builds = needs.builds();
        Build bad =
                plan.badBuildId().isEmpty() ? null : builds.require(tx, caller, plan.badBuildId());
        return new Read(
                Catalog.planned(
                        plan,
                        builds.require(tx, caller, plan.buildId()),
                        bad,
                        sorted(named.canaries()),
                        sorted(named.listed())),
                new Quarantines(builds.quarantined(tx), Set.of()));
    }

    private static long[] sorted(List<Mac> macs) {
        return macs.stream().mapToLong(Mac::bits).sorted().toArray();
    }

    private Preview preview(
            Catalog.Planned planned,
            @Nullable String account,
            boolean visible,
            Quarantines quarantines) {
        long now = needs.clock().millis();
        long begun = System.nanoTime();
        var count = new Preview.Count(rollout(planned, account, visible, now), config.policy());
        String build = planned.target().build().id();
        boolean tried = needs.database().read(Plane.CONSOLE, tx -> RolloutStore.uses(tx, build));
        Fleet.Attempts attempts =
                (tx, ids) ->
                        tried && !ids.isEmpty()
                                ? AttemptStore.ofBuild(tx, ids, build)
                                : List.of();
        Fleet.Visitor visitor =
                page -> {
                    for (Profile device : page.devices()) {
                        count.add(
                                facts(device, planned),
                                page.attempts(device),
                                quarantines,
                                now - device.seenAt() <= DAY);
                    }
                    if (System.nanoTime() - begun > PATIENCE.toNanos()) {
                        throw tooLong();
                    }
                    return true;
                };
        if (planned.plan().selection().listedOnly()) {
            fleet.named(Plane.CONSOLE, named(planned), attempts, visitor);
        } else if (account != null) {
            fleet.of(Plane.CONSOLE, account, attempts, visitor);
        } else {
            fleet.all(Plane.CONSOLE, attempts, visitor);
        }
        return count.result();
    }

    private static Rollout rollout(
            Catalog.Planned planned, @Nullable String account, boolean visible, long now) {
        RolloutPlan plan = planned.plan();
        return new Rollout(
                ID,
                now,
                account,
                planned.target(),
                planned.bad(),
                plan.selection(),
                ID,
                plan.stages(),
                0,
                Rollout.Status.PAUSED,
                plan.startsAt(),
                plan.window(),
                plan.limits(),
                Limits.Load.NONE,
                Halts.NONE,
                visible);
    }

    private static DeviceFacts facts(Profile device, Catalog.Planned planned) {
        return FactsOf.of(
                device,
                planned.lists(device.mac()) ? Set.of(ID) : Set.of(),
                planned.canary(device.mac()) ? Set.of(ID) : Set.of());
    }

    static List<Mac> named(Catalog.Planned planned) {
        return LongStream.concat(
                        LongStream.of(planned.canaries()), LongStream.of(planned.listed()))
                .sorted()
                .distinct()
                .mapToObj(Mac::new)
                .toList();
    }

    private static Problem tooLong() {
        return new Problem(
                503,
                "设备太多，预览在 60 秒内未能完成：请稍后再试，或用名单、账号缩小范围",
                "The preview took more than 60 s: try again when there is less load, or narrow it down"
                        + " with a list of devices");
    }
}
