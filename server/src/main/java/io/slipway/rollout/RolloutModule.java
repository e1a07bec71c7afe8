package io.slipway.rollout;

import io.slipway.account.Access;
import io.slipway.base.Base;
import io.slipway.cluster.Bus;
import io.slipway.device.Devices;
import io.slipway.event.Events;
import io.slipway.event.Timeline;
import io.slipway.firmware.Builds;
import io.slipway.firmware.Downloads;
import io.slipway.firmware.FirmwareModule;
import io.slipway.http.Edge;
import io.slipway.sql.Database;
import io.slipway.sql.Tx;
import io.slipway.work.Housekeeping;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The feature's parts, put together once. */
public final class RolloutModule implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RolloutModule.class);

    private record Needs(
            Base base,
            Access access,
            Devices devices,
            Events events,
            Builds builds,
            Downloads downloads,
            BooleanSupplier closed) {}

    private final Round.Grounds on;
    private final InstantSource clock;
    private final OutageLog outages;
    private final Intake intake;
    private final Updates updates;
    private final Keeper keeper;
    private final Book book;
    private final Rollouts rollouts;
    private final Attempts attempts;
    private final OpenRollouts open;

    private RolloutModule(Needs needs, RolloutConfig config) {
        Base base = needs.base();
        Database database = base.database();
        Bus bus = base.bus();
        clock = base.clock();
        outages = new OutageLog(database, base.ids(), clock, bus, needs.events());
        var catalog = new Catalog(needs.builds(), needs.downloads());
        open = new OpenRollouts(database, catalog, clock);
        on =
                new Round.Grounds(
                        catalog,
                        needs.devices(),
                        needs.events(),
                        base.ids(),
                        outages,
                        bus,
                        config,
                        new Baseline(),
                        needs.closed());
        book = new Book(database, catalog, bus, clock);
        intake =
                new Intake(
                        database, on, clock, () -> Thread.startVirtualThread(this::refreshQuietly));
        updates = new Updates(database, clock, book, intake, new DecisionLog(database), on);
        keeper = new Keeper(database, on, clock, book, new Members(database, config.policy()));
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
                        new Previews(database, clock, config.policy()));
    }

    /**
     * Makes the parts and adds all that can be called. A node that shuts down, or has as many
     * downloads as it may, makes no offers.
     */
    public static RolloutModule install(
            Edge edge,
            RolloutConfig config,
            Base base,
            Access access,
            Devices devices,
            Events events,
            FirmwareModule firmware) {
        Builds builds = firmware.builds();
        Downloads downloads = firmware.downloads();
        BooleanSupplier closed = () -> edge.draining() || firmware.full();
        var needs = new Needs(base, access, devices, events, builds, downloads, closed);
        var module = new RolloutModule(needs, config);
        builds.inUse(RolloutStore::uses);
        devices.whenErased(module::erased);
        downloads.watch(module.updates);
        new RolloutRoutes(
                        access.accounts(),
                        module.rollouts,
                        module.attempts,
                        new Pace(base.database(), base.clock()),
                        new RolloutView(config.policy(), base.clock()),
                        new Timeline(events))
                .install(edge);
        module.outages.start();
        module.book.refresh();
        module.keep(base.housekeeping());
        return module;
    }

    private void keep(Housekeeping housekeeping) {
        housekeeping.every(Duration.ofSeconds(1), "updates", this::tick);
        housekeeping.every(Duration.ofSeconds(5), "rollouts", this::look);
        housekeeping.every(Duration.ofSeconds(10), "signs of life", this::alive);
        housekeeping.every(Duration.ofMinutes(1), "ended rollouts", this::letGo);
        housekeeping.every(Duration.ofHours(1), "old evidence", this::clean);
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
        var round = Round.open(tx, on, clock.millis());
        round.load(List.of(deviceId));
        for (AttemptRow row : round.attempts(deviceId)) {
            round.take(row, seq -> new Evidence.PinMoved(seq, round.now()));
        }
        round.judgeSuspects();
        round.flush();
    }

    Attempts attempts() {
        return attempts;
    }

    Rollouts rollouts() {
        return rollouts;
    }

    OutageLog outages() {
        return outages;
    }

    public Updates updates() {
        return updates;
    }

    /** What goes on, in short. */
    public OpenRollouts open() {
        return open;
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
