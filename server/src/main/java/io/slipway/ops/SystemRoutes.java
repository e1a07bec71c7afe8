package io.slipway.ops;

import io.slipway.account.Accounts;
import io.slipway.cluster.Bus;
import io.slipway.cluster.ClusterClock;
import io.slipway.cluster.Nodes;
import io.slipway.cluster.Presence;
import io.slipway.http.Problem;
import io.slipway.http.Request;
import io.slipway.http.Response;
import io.slipway.http.edge.Edge;
import io.slipway.sql.Database;
import io.slipway.sql.StoreException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What this installation is and how it does, for administrators. */
final class SystemRoutes {

    /** What it tells of. */
    record Needs(
            Accounts accounts,
            Database database,
            Nodes nodes,
            Presence presence,
            Bus bus,
            ClusterClock clock,
            OpsModule.Installation installation) {}

    private final Needs needs;
    private final Edge edge;
    private final long startedAt;

    SystemRoutes(Edge edge, Needs needs) {
        this.edge = edge;
        this.needs = needs;
        this.startedAt = needs.clock().millis();
    }

    void install() {
        edge.route("GET", "/v1/system", this::system);
    }

    private Response system(Request request) {
        if (!needs.accounts().authenticate(request).admin()) {
            throw new Problem(403, "需要管理员权限", "Administrators only");
        }
        var view = new LinkedHashMap<String, @Nullable Object>();
        view.put("version", needs.installation().version());
        view.put("startedAt", Instant.ofEpochMilli(startedAt).toString());
        view.put("uptimeSeconds", Math.max(0, needs.clock().millis() - startedAt) / 1000);
        // Whoever looks when the database is gone wants to read just that.
        var health = new LinkedHashMap<String, @Nullable Object>();
        List<Nodes.LiveNode> alive = new ArrayList<>();
        health.put("database", database(view, alive));
        health.put("draining", edge.draining());
        health.put("busCurrent", needs.bus().current());
        health.put("clockSteady", needs.clock().steady());
        health.put("clocksAgree", agree(alive));
        view.put("health", health);
        view.put("java", java());
        view.put("freeBytes", needs.installation().folder().toFile().getUsableSpace());
        view.put("settings", needs.installation().settings());
        return Response.ok(view);
    }

    private boolean database(Map<String, @Nullable Object> view, List<Nodes.LiveNode> alive) {
        try {
            Database.DatabaseInfo info = needs.database().info();
            var engine = new LinkedHashMap<String, Object>();
            engine.put("name", info.product());
            engine.put("version", info.version());
            engine.put("bytes", info.bytes());
            view.put("engine", engine);
            alive.addAll(needs.nodes().alive());
            view.put("nodes", nodes(alive));
            view.put("sessions", needs.presence().count());
            return true;
        } catch (StoreException e) {
            view.putIfAbsent("engine", null);
            view.putIfAbsent("nodes", List.of());
            view.put("sessions", null);
            return false;
        }
    }

    // As the list of nodes says; alone, a node agrees with itself.
    private static boolean agree(List<Nodes.LiveNode> alive) {
        long least = 0;
        long most = 0;
        for (Nodes.LiveNode each : alive) {
            least = Math.min(least, each.skewMs());
            most = Math.max(most, each.skewMs());
        }
        return most - least <= ClusterClock.SKEW.toMillis();
    }

    private List<Map<String, Object>> nodes(List<Nodes.LiveNode> alive) {
        var nodes = new ArrayList<Map<String, Object>>();
        for (Nodes.LiveNode each : alive) {
            var node = new LinkedHashMap<String, Object>();
            node.put("name", each.name());
            node.put("self", each.name().equals(needs.nodes().own()));
            node.put("silentSeconds", each.silentMs() / 1000);
            node.put("clockAheadMs", each.skewMs());
            nodes.add(node);
        }
        return nodes;
    }

    private static Map<String, Object> java() {
        Runtime runtime = Runtime.getRuntime();
        var java = new LinkedHashMap<String, Object>();
        java.put("version", Runtime.version().toString());
        java.put("processors", runtime.availableProcessors());
        java.put("usedBytes", runtime.totalMemory() - runtime.freeMemory());
        java.put("maxBytes", runtime.maxMemory());
        return java;
    }
}
