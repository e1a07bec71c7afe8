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
import io.slipway.rollout.api.RolloutRoutes;
import io.slipway.rollout.api.RolloutView;
import io.slipway.rollout.grant.GrantModule;
import io.slipway.rollout.grant.OpenRollouts;
import io.slipway.rollout.grant.Updates;
import io.slipway.sql.Database;
import io.slipway.sql.Ids;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;

/** The feature's parts, put together once. */
public final class RolloutModule implements AutoCloseable {

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

    private final GrantModule grant;

    private RolloutModule(GrantModule grant) {
        this.grant = grant;
    }

    /** Makes the feature and adds all that can be called. */
    public static RolloutModule install(Edge edge, RolloutConfig config, Needs needs) {
        GrantModule grant =
                GrantModule.install(
                        new GrantModule.Needs(
                                needs.database(),
                                needs.ids(),
                                needs.clock(),
                                needs.bus(),
                                needs.audit(),
                                needs.devices(),
                                needs.events(),
                                needs.builds(),
                                needs.downloads(),
                                needs.closed()),
                        config.policy(),
                        config.limits(),
                        config.evidenceKept());
        new RolloutRoutes(
                        needs.accounts(),
                        grant.rollouts(),
                        grant.attempts(),
                        grant.pace(),
                        new RolloutView(config.policy(), needs.clock()),
                        new Timeline(needs.events()))
                .install(edge);
        return new RolloutModule(grant);
    }

    public Updates updates() {
        return grant.updates();
    }

    /** What goes on, in short. */
    public OpenRollouts open() {
        return grant.open();
    }

    /** Every second. */
    public void tick() {
        grant.tick();
    }

    /** Every few seconds: the gates, and what was answered. */
    public void look() {
        grant.look();
    }

    /** Every ten seconds. */
    public void alive() {
        grant.alive();
    }

    /** Every minute: what ended rollouts hold. */
    public void letGo() {
        grant.letGo();
    }

    /** Every hour: what is old. */
    public void clean() {
        grant.clean();
    }

    @Override
    public void close() {
        grant.close();
    }
}
