package io.slipway.refused;

import io.slipway.account.Access;
import io.slipway.base.Base;
import io.slipway.device.Devices;
import io.slipway.http.edge.Edge;

/** Assembles the feature. */
public record RefusedModule(RefusedCalls calls, LateAnswers late) {

    /** Creates the parts and registers all routes. */
    public static RefusedModule install(Edge edge, Base base, Access access, Devices devices) {
        var calls = new RefusedCalls(base.clock());
        new RefusedRoutes(access.accounts(), devices, base.database(), calls).install(edge);
        int connections = edge.governor().limits().connections().most();
        return new RefusedModule(calls, new LateAnswers(base.clock(), connections));
    }
}
