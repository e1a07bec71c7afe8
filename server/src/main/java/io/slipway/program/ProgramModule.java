package io.slipway.program;

import io.slipway.account.Access;
import io.slipway.agent.Agents;
import io.slipway.base.Base;
import io.slipway.cluster.Presence;
import io.slipway.device.DeviceModule;
import io.slipway.http.edge.Edge;
import java.util.function.UnaryOperator;

/** Assembles the feature. */
public final class ProgramModule {

    private ProgramModule() {}

    /**
     * Registers all routes.
     *
     * @param socketUrl where sessions are opened, by the base URL of the request; {@code ""} for
     *     unknown
     */
    public static void install(
            Edge edge,
            Base base,
            Access access,
            DeviceModule device,
            Agents agents,
            Presence presence,
            UnaryOperator<String> socketUrl) {
        var programs =
                new Programs(
                        base.database(), device.devices(), agents, device.pairs(), access.audit());
        new ProgramRoutes(access.accounts(), programs, presence, base.clock(), socketUrl)
                .install(edge);
    }
}
