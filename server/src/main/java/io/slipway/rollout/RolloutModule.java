package io.slipway.rollout;

import io.slipway.account.Accounts;
import io.slipway.account.Audit;
import io.slipway.cluster.Bus;
import io.slipway.device.Devices;
import io.slipway.event.Events;
import io.slipway.event.Timeline;
import io.slipway.firmware.Builds;
import io.slipway.firmware.Downloads;
import io.slipway.http.edge.Edge;
import io.slipway.sql.Database;
import io.slipway.sql.Ids;
import io.slipway.sql.Tx;
import java.time.InstantSource;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The feature's parts, put together once. */
public final class RolloutModule implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RolloutModule.class);

    /**
     * What it stands on.
     *
     * @param closed whether this node makes no offers: it shuts down, or has enough downloads
     */
    public record Needs(
            Database database,
            Ids ids,
            InstantSource clock,
            Bus bus,
            Accounts accounts,
            Audit audit,
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
        Database database = needs.database();
        clock = needs.clock();
        outages = new OutageLog(database, needs.ids(), clock, needs.bus(), needs.events());
        var catalog = new Catalog(needs.builds(), needs.downloads());
        open = new OpenRollouts(database, catalog, clock);
        on =
                new Round.Grounds(
                        catalog,
                        needs.devices(),
                        needs.events(),
                        needs.ids(),
                        outages,
                        needs.bus(),
                        config,
                        new Baseline(),
                        needs.closed());
        book = new Book(database, catalog, needs.bus(), clock);
        intake =
                new Intake(
                        database, on, clock, () -> Thread.startVirtualThread(this::refreshQuietly));
        updates = new Updates(database, clock, book, intake, new DecisionLog(database), on);
        keeper = new Keeper(database, on, clock, book, new Members(database, config.policy()));
        attempts = new Attempts(database, clock, needs.audit(), on, book);
        rollouts =
                new Rollouts(
                        database,
                        needs.ids(),
                        clock,
                        needs.audit(),
                        needs.builds(),
                        on,
                        book,
                        new Previews(database, clock, config.policy()));
    }

    /** Makes the feature and adds all that can be called. */
    public static RolloutModule install(Edge edge, RolloutConfig config, Needs needs) {
        var module = new RolloutModule(needs, config);
        needs.builds().inUse(RolloutStore::uses);
        needs.devices().whenErased(module::erased);
        needs.downloads().watch(module.updates);
        new RolloutRoutes(
                        needs.accounts(),
                        module.rollouts,
                        module.attempts,
                        new Pace(needs.database(), needs.clock()),
                        new RolloutView(config.policy(), needs.clock()),
                        new Timeline(needs.events()))
                .install(edge);
        module.outages.start();
        module.book.refresh();
        return module;
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
    public void tick() {
        updates.tick();
    }

    /** Every few seconds: the gates, and what was answered. */
    public void look() {
        keeper.look();
        updates.flush();
    }

    /** Every ten seconds. */
    public void alive() {
        outages.tick();
    }

    /** Every minute: what ended rollouts hold. */
    public void letGo() {
        keeper.letGo();
    }

    /** Every hour: what is old. */
    public void clean() {
        keeper.clean();
    }

    @Override
    public void close() {
        intake.close();
    }
}
