package io.slipway.ops;

import io.slipway.http.Request;
import io.slipway.http.Response;
import io.slipway.http.RouteScope;
import io.slipway.http.edge.Edge;
import io.slipway.sql.Database;
import io.slipway.sql.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Routes that belong to no feature: health and the front page. */
final class OpsRoutes {

    private final Database database;
    private final Edge edge;

    OpsRoutes(Database database, Edge edge) {
        this.database = database;
        this.edge = edge;
    }

    void install() {
        edge.route(RouteScope.OPEN, "GET", "/health", this::health);
        new ApiRoutes(edge).install();
        edge.route(RouteScope.OPEN, "GET", "/", OpsRoutes::front);
    }

    // 503 takes a node out of a load balancer's rotation while it is draining or can't read.
    private Response health(Request request) {
        if (edge.draining()) {
            return Response.json(503, Map.of("status", "draining"));
        }
        try {
            database.ping();
            return Response.json(200, Map.of("status", "ok"));
        } catch (StoreException e) {
            return Response.json(503, Map.of("status", "database"));
        }
    }

    private static Response front(Request request) {
        String base =
                request.peer().base().isEmpty() ? "http://localhost:8080" : request.peer().base();
        try (var in = OpsRoutes.class.getResourceAsStream("front.html")) {
            if (in == null) {
                throw new IllegalStateException("front.html is missing");
            }
            String page = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Response.html(page.replace("{{base}}", base));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
