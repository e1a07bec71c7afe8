package io.slipway.checkin;

import io.slipway.activation.Activations;
import io.slipway.base.Base;
import io.slipway.device.DeviceModule;
import io.slipway.firmware.FirmwareModule;
import io.slipway.http.edge.Edge;
import io.slipway.refused.RefusedCalls;
import io.slipway.rollout.grant.Updates;

/** Puts the feature together. */
public final class CheckInModule {

    private CheckInModule() {}

    /** Adds what devices call when they start. */
    public static void install(
            Edge edge,
            CheckInConfig config,
            Base base,
            DeviceModule device,
            Activations activations,
            FirmwareModule firmware,
            Updates updates,
            RefusedCalls refused) {
        new CheckInRoutes(
                        config,
                        device.pairs(),
                        base.bus(),
                        device.cache(),
                        device.seen(),
                        device.devices(),
                        activations,
                        updates,
                        firmware.builds(),
                        firmware.downloads(),
                        refused,
                        base.clock())
                .install(edge);
    }
}
