package io.slipway.rollout;

import io.slipway.account.Access;
import io.slipway.base.Base;
import io.slipway.device.Devices;
import io.slipway.event.Events;
import io.slipway.event.Timeline;
import io.slipway.firmware.FirmwareModule;
import io.slipway.http.edge.Edge;
import io.slipway.rollout.api.RolloutRoutes;
import io.slipway.rollout.api.StageViews;
import io.slipway.rollout.grant.DeviceUpdates;
import io.slipway.rollout.grant.GrantModule;
import io.slipway.rollout.grant.OpenRollouts;
import java.time.ZoneId;
import java.util.function.Supplier;

/** Which device gets which build: assembles the packages of the feature. */
public final class RolloutModule implements AutoCloseable {

    private final GrantModule grant;

    private RolloutModule(GrantModule grant) {
        this.grant = grant;
    }

    /**
     * Creates the parts and registers all routes. A node that is shutting down, or has its maximum
     * of downloads, makes no offers.
     *
     * @param zone the server's, for accounts without their own
     */
    public static RolloutModule install(
            Edge edge,
            Supplier<RolloutConfig> current,
            Base base,
            Access access,
            Devices devices,
            Events events,
            FirmwareModule firmware,
            ZoneId zone) {
        RolloutConfig config = current.get();
        GrantModule grant =
                GrantModule.install(
                        new GrantModule.Needs(
                                base,
                                access,
                                devices,
                                events,
                                firmware.builds(),
                                firmware.downloads(),
                                () -> edge.draining() || firmware.full()),
                        config.policy(),
                        () -> current.get().limits(),
                        config.evidenceKept());
        new RolloutRoutes(
                        access.accounts(),
                        grant.rollouts(),
                        grant.attempts(),
                        grant.pace(),
                        new StageViews(config.policy(), grant.pace(), base.clock()),
                        new Timeline(events),
                        zone)
                .install(edge);
        return new RolloutModule(grant);
    }

    public DeviceUpdates updates() {
        return grant.updates();
    }

    /** Open rollouts in brief. */
    public OpenRollouts open() {
        return grant.open();
    }

    @Override
    public void close() {
        grant.close();
    }
}
