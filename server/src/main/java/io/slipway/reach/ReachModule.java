package io.slipway.reach;

import io.slipway.account.Access;
import io.slipway.http.Request;
import io.slipway.http.Response;
import io.slipway.http.RouteScope;
import io.slipway.http.edge.Edge;
import java.util.function.Supplier;

/** Assembles the feature. */
public final class ReachModule {

    private ReachModule() {}

    /** Registers the route. */
    public static AddressCheck install(Edge edge, Supplier<ReachConfig> config, Access access) {
        var reach = new AddressCheck(config, edge::port);
        edge.route(
                RouteScope.READ,
                "GET",
                "/v1/system/reach",
                request -> answer(reach, access, request));
        edge.views(ReachView.class);
        return reach;
    }

    private static Response answer(AddressCheck reach, Access access, Request request) {
        var _ = access.accounts().administrator(request);
        return Response.ok(reach.of(request));
    }
}
