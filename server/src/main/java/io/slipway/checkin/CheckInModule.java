package io.slipway.checkin;

import io.slipway.activation.Activations;
import io.slipway.base.Base;
import io.slipway.device.DeviceModule;
import io.slipway.firmware.FirmwareModule;
import io.slipway.http.edge.Edge;
import io.slipway.refused.RefusedCalls;
import io.slipway.rollout.grant.DeviceUpdates;
import java.util.function.Supplier;

/** Assembles the feature. */
public final class CheckInModule {

    /** The features that a reply is made from. */
    public record Needs(
            DeviceModule device,
            Activations activations,
            FirmwareModule firmware,
            DeviceUpdates updates,
            RefusedCalls refused) {}

    private CheckInModule() {}

    /** Registers the routes that devices call when they start. */
    public static void install(Edge edge, Supplier<CheckInConfig> config, Base base, Needs needs) {
        new CheckInRoutes(
                        config,
                        needs.device().pairs(),
                        base.bus(),
                        needs.device().cache(),
                        needs.device().seen(),
                        needs.firmware().home(),
                        needs.device().devices(),
                        needs.activations(),
                        needs.updates(),
                        needs.firmware().builds(),
                        needs.firmware().downloads(),
                        needs.refused(),
                        base.clock())
                .install(edge);
    }
}
