package io.slipway.rollout.grant;

import io.slipway.account.Access;
import io.slipway.base.Base;
import io.slipway.cluster.Bus;
import io.slipway.device.Devices;
import io.slipway.event.Events;
import io.slipway.firmware.Builds;
import io.slipway.firmware.Downloads;
import io.slipway.rollout.grant.decision.DecisionLog;
import io.slipway.rollout.grant.fleet.Baseline;
import io.slipway.rollout.grant.fleet.CheckInPace;
import io.slipway.rollout.grant.fleet.OutageLog;
import io.slipway.rollout.rules.attempt.AttemptRow;
import io.slipway.rollout.rules.attempt.Evidence;
import io.slipway.rollout.rules.attempt.Policy;
import io.slipway.rollout.rules.plan.Limits;
import io.slipway.rollout.store.AttemptStore;
import io.slipway.rollout.store.RolloutStore;
import io.slipway.sql.Database;
import io.slipway.sql.Tx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Assembles the parts that grant offers. */
public final class GrantModule implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(GrantModule.class);

    /**
     * The dependencies.
     *
     * @param closed whether this node makes no offers: it is shutting down, or has enough downloads
     */
    public record Needs(
            Base base,
            Access access,
            Devices devices,
            Events events,
            Builds builds,
            Downloads downloads,
            BooleanSupplier closed) {}

    private final RolloutTransaction.Context context;
    private final InstantSource clock;
    private final OutageLog outages;
    private final EvidenceQueue queue;
    private final DeviceUpdates updates;
    private final RolloutHousekeeping housekeeping;
    private final RolloutCache cache;
    private final Rollouts rollouts;
    private final Attempts attempts;
    private final OpenRollouts open;
    private final CheckInPace pace;

    private GrantModule(
            Needs needs, Policy policy, Supplier<Limits> limits, Duration evidenceKept) {
        Base base = needs.base();
        Database database = base.database();
        Bus bus = base.bus();
        clock = base.clock();
        outages = new OutageLog(database, base.ids(), base.clock(), bus, needs.events());
        var plans = new PlanCache(needs.builds(), needs.downloads());
        open = new OpenRollouts(database, plans, clock);
        pace = new CheckInPace(database, clock);
        context =
                new RolloutTransaction.Context(
                        needs, plans, outages, new Baseline(), policy, limits);
        cache = new RolloutCache(database, plans, bus, clock);
        queue =
                new EvidenceQueue(
                        database,
                        context,
                        clock,
                        () -> Thread.startVirtualThread(this::refreshQuietly));
        updates =
                new DeviceUpdates(
                        database, clock, cache, queue, new DecisionLog(database), context);
        housekeeping =
                new RolloutHousekeeping(
                        database,
                        context,
                        clock,
                        cache,
                        new MemberCounter(database, policy, needs.access().accounts()::vouched),
                        evidenceKept);
        attempts = new Attempts(database, clock, needs.access().audit(), context, cache);
        rollouts =
                new Rollouts(
                        database,
                        base.ids(),
                        clock,
                        needs.access().audit(),
                        needs.builds(),
                        context,
                        cache,
                        new PreviewCalculator(
                                database, clock, policy, needs.access().accounts()::vouched),
                        new DeviceNameResolver(needs.access().accounts()));
    }

    /**
     * Creates the parts, and registers them with builds, devices and downloads.
     *
     * @param limits of all rollouts together, at the moment
     * @param evidenceKept how long the event log is stored
     */
    public static GrantModule install(
            Needs needs, Policy policy, Supplier<Limits> limits, Duration evidenceKept) {
        var module = new GrantModule(needs, policy, limits, evidenceKept);
        needs.builds().inUse(RolloutStore::uses);
        needs.access()
                .accounts()
                .whenDeleted(new RolloutRemoval(needs.base().database(), module.rollouts));
        needs.devices().whenErased(module::erased);
        needs.downloads().watch(module.updates);
        module.outages.start();
        module.cache.refresh();
        module.schedule(needs.base());
        return module;
    }

    private void schedule(Base base) {
        var jobs = base.housekeeping();
        jobs.every(Duration.ofSeconds(1), "updates", this::tick);
        jobs.every(Duration.ofSeconds(5), "rollouts", this::look);
        jobs.every(Duration.ofSeconds(10), "heartbeat", this::alive);
        jobs.every(Duration.ofMinutes(1), "ended rollouts", this::letGo);
        base.forget(Duration.ofHours(1), "old evidence", this::clean);
        jobs.write(this::tick);
        jobs.write(this::look);
        jobs.write(this::alive);
    }

    // The next refresh, a few seconds later, retries it.
    private void refreshQuietly() {
        try {
            cache.refresh();
        } catch (RuntimeException e) {
            LOG.warn("rollouts could not be reloaded: {}", e.toString());
        }
    }

    // The binding ends or moves in this transaction, and so does what is known of the device.
    private void erased(Tx tx, long deviceId) {
        if (cache.blank()
                || AttemptStore.ofDevices(tx, List.of(deviceId)).stream()
                        .allMatch(row -> row.attempt().closed())) {
            return;
        }
        var transaction = RolloutTransaction.open(tx, context, clock.millis());
        transaction.load(List.of(deviceId));
        for (AttemptRow row : transaction.attempts(deviceId)) {
            transaction.take(row, seq -> new Evidence.PinMoved(seq, transaction.now()));
        }
        transaction.judgeSuspects();
        transaction.flush();
    }

    public Attempts attempts() {
        return attempts;
    }

    public Rollouts rollouts() {
        return rollouts;
    }

    OutageLog outages() {
        return outages;
    }

    public DeviceUpdates updates() {
        return updates;
    }

    public OpenRollouts open() {
        return open;
    }

    public CheckInPace pace() {
        return pace;
    }

    /** Every second. */
    void tick() {
        updates.tick();
    }

    /** Every few seconds: gates and the decision log. */
    void look() {
        housekeeping.look();
        updates.flush();
    }

    /** Every ten seconds. */
    void alive() {
        outages.tick();
    }

    /** Every minute: releases what finished rollouts hold. */
    void letGo() {
        housekeeping.letGo();
    }

    /** Every hour: deletes what is old. */
    void clean() {
        housekeeping.clean();
    }

    @Override
    public void close() {
        queue.close();
    }
}
