package io.slipway.ops;

import io.slipway.files.DiskSpace;
import io.slipway.http.Request;
import io.slipway.http.Response;
import io.slipway.http.RouteScope;
import io.slipway.http.edge.Edge;
import io.slipway.sql.Database;
import io.slipway.sql.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Routes that belong to no feature: health and the front page. */
final class OpsRoutes {

    private final Database database;
    private final Edge edge;
    private final DiskSpace disks;

    OpsRoutes(Database database, Edge edge, DiskSpace disks) {
        this.database = database;
        this.edge = edge;
        this.disks = disks;
    }

    void install() {
        edge.route(RouteScope.OPEN, "GET", "/health", this::ready);
        edge.route(RouteScope.OPEN, "GET", "/health/live", OpsRoutes::live);
        edge.route(RouteScope.OPEN, "GET", "/health/ready", this::ready);
        edge.route(RouteScope.OPEN, "GET", "/health/database", this::database);
        new ApiRoutes(edge).install();
        edge.route(RouteScope.OPEN, "GET", "/", OpsRoutes::front);
    }

    // For whatever restarts a process that hangs: never because of something outside it.
    private static Response live(Request request) {
        return Response.json(200, Map.of("status", "ok"));
    }

    // 503 takes a node out of a load balancer's rotation: while it drains, and not because the
    // database is unavailable, when known devices still get their answers from memory. While it
    // starts, it does not listen yet.
    private Response ready(Request request) {
        return edge.draining()
                ? Response.json(503, Map.of("status", "draining"))
                : Response.json(200, Map.of("status", "ok"));
    }

    // For monitoring. How many bytes are free is for administrators only.
    private Response database(Request request) {
        DiskSpace.Room room = disks.worst();
        boolean answers = answers();
        boolean well = answers && room != DiskSpace.Room.FULL;
        var body = new LinkedHashMap<String, Object>();
        body.put("status", well ? "ok" : answers ? "disk" : "database");
        body.put("database", answers);
        body.put("disk", room.name().toLowerCase(Locale.ROOT));
        return Response.json(well ? 200 : 503, body);
    }

    private boolean answers() {
        try {
            database.ping();
            return true;
        } catch (StoreException e) {
            return false;
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
