package io.slipway.program;

import io.slipway.account.Access;
import io.slipway.agent.Agents;
import io.slipway.base.Base;
import io.slipway.cluster.Presence;
import io.slipway.device.DeviceModule;
import io.slipway.http.edge.Edge;
import java.util.function.UnaryOperator;

/** Puts the feature together. */
public final class ProgramModule {

    private ProgramModule() {}

    /**
     * Adds all that can be called.
     *
     * @param socketUrl where sessions are opened, by what was called; {@code ""} for unknown
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
