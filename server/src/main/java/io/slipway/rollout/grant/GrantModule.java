package io.slipway.rollout.grant;

import io.slipway.account.Access;
import io.slipway.base.Base;
import io.slipway.cluster.Bus;
import io.slipway.device.Devices;
import io.slipway.event.Events;
import io.slipway.firmware.Builds;
import io.slipway.firmware.Downloads;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parts that grant, put together once. */
public final class GrantModule implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(GrantModule.class);

    /**
     * What it stands on.
     *
     * @param closed whether this node makes no offers: it shuts down, or has enough downloads
     */
    public record Needs(
            Base base,
            Access access,
            Devices devices,
            Events events,
            Builds builds,
            Downloads downloads,
            BooleanSupplier closed) {}

    private final RolloutTransaction.Context on;
    private final InstantSource clock;
    private final OutageLog outages;
    private final EvidenceQueue intake;
    private final DeviceUpdates updates;
    private final RolloutHousekeeping keeper;
    private final RolloutCache book;
    private final Rollouts rollouts;
    private final Attempts attempts;
    private final OpenRollouts open;
    private final CheckInPace pace;

    private GrantModule(Needs needs, Policy policy, Limits limits, Duration evidenceKept) {
        Base base = needs.base();
        Database database = base.database();
        Bus bus = base.bus();
        clock = base.clock();
        outages = new OutageLog(database, base.ids(), base.clock(), bus, needs.events());
        var catalog = new PlanCache(needs.builds(), needs.downloads());
        open = new OpenRollouts(database, catalog, clock);
        pace = new CheckInPace(database, clock);
        on =
                new RolloutTransaction.Context(
                        catalog,
                        needs.devices(),
                        needs.access().accounts()::vouched,
                        needs.events(),
                        base.ids(),
                        outages,
                        bus,
                        policy,
                        limits,
                        new Baseline(),
                        needs.closed());
        book = new RolloutCache(database, catalog, bus, clock);
        intake =
                new EvidenceQueue(
                        database, on, clock, () -> Thread.startVirtualThread(this::refreshQuietly));
        updates = new DeviceUpdates(database, clock, book, intake, new DecisionLog(database), on);
        keeper =
                new RolloutHousekeeping(
                        database,
                        on,
                        clock,
                        book,
                        new MemberCounter(database, policy, needs.access().accounts()::vouched),
                        evidenceKept);
        attempts = new Attempts(database, clock, needs.access().audit(), on, book);
        rollouts =
                new Rollouts(
                        database,
                        base.ids(),
                        clock,
                        needs.access().audit(),
                        needs.builds(),
                        on,
                        book,
                        new PreviewCalculator(
                                database, clock, policy, needs.access().accounts()::vouched),
                        new DeviceNameResolver(needs.access().accounts()));
    }

    /**
     * Makes the parts, and lets builds, devices and downloads know of them.
     *
     * @param limits of all rollouts together
     * @param evidenceKept how long the event log is kept
     */
    public static GrantModule install(
            Needs needs, Policy policy, Limits limits, Duration evidenceKept) {
        var module = new GrantModule(needs, policy, limits, evidenceKept);
        needs.builds().inUse(RolloutStore::uses);
        needs.access()
                .accounts()
                .whenDeleted(new RolloutRemoval(needs.base().database(), module.rollouts));
        needs.devices().whenErased(module::erased);
        needs.downloads().watch(module.updates);
        module.outages.start();
        module.book.refresh();
        module.keep(needs.base());
        return module;
    }

    private void keep(Base base) {
        var housekeeping = base.housekeeping();
        housekeeping.every(Duration.ofSeconds(1), "updates", this::tick);
        housekeeping.every(Duration.ofSeconds(5), "rollouts", this::look);
        housekeeping.every(Duration.ofSeconds(10), "signs of life", this::alive);
        housekeeping.every(Duration.ofMinutes(1), "ended rollouts", this::letGo);
        base.forget(Duration.ofHours(1), "old evidence", this::clean);
        housekeeping.write(this::tick);
        housekeeping.write(this::look);
        housekeeping.write(this::alive);
    }

    // The next look a few seconds later reads it anyway.
    private void refreshQuietly() {
        try {
            book.refresh();
        } catch (RuntimeException e) {
            LOG.warn("rollouts were not read anew: {}", e.toString());
        }
    }

    // The binding ends or moves in this very transaction, and with it what is known of the device.
    private void erased(Tx tx, long deviceId) {
        if (book.blank()
                || AttemptStore.ofDevices(tx, List.of(deviceId)).stream()
                        .allMatch(row -> row.attempt().closed())) {
            return;
        }
        var round = RolloutTransaction.open(tx, on, clock.millis());
        round.load(List.of(deviceId));
        for (AttemptRow row : round.attempts(deviceId)) {
            round.take(row, seq -> new Evidence.PinMoved(seq, round.now()));
        }
        round.judgeSuspects();
        round.flush();
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

    /** Every few seconds: the gates, and what was answered. */
    void look() {
        keeper.look();
        updates.flush();
    }

    /** Every ten seconds. */
    void alive() {
        outages.tick();
    }

    /** Every minute: what ended rollouts hold. */
    void letGo() {
        keeper.letGo();
    }

    /** Every hour: what is old. */
    void clean() {
        keeper.clean();
    }

    @Override
    public void close() {
        intake.close();
    }
}
