package io.slipway.ops;

import io.slipway.account.Accounts;
import io.slipway.account.Audit;
import io.slipway.account.Caller;
import io.slipway.cluster.Bus;
import io.slipway.cluster.ClusterClock;
import io.slipway.cluster.Nodes;
import io.slipway.cluster.Presence;
import io.slipway.cluster.Topic;
import io.slipway.http.Problem;
import io.slipway.http.Request;
import io.slipway.http.Response;
import io.slipway.http.RouteScope;
import io.slipway.http.edge.Edge;
import io.slipway.ops.SystemView.ClientsView;
import io.slipway.ops.SystemView.DiskView;
import io.slipway.ops.SystemView.EngineView;
import io.slipway.ops.SystemView.HealthView;
import io.slipway.ops.SystemView.JavaView;
import io.slipway.ops.SystemView.NodeView;
import io.slipway.ops.SystemView.ProgramState;
import io.slipway.ops.SystemView.SettingsReadingView;
import io.slipway.ops.SystemView.SettingsStateView;
import io.slipway.ops.SystemView.StoreState;
import io.slipway.settings.SettingsInForce;
import io.slipway.settings.SettingsReading;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import io.slipway.sql.StoreException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This installation and its state, for administrators. */
final class SystemRoutes {

    private static final Topic<String> READ_SETTINGS = Topic.text("settings");

    private static final Logger LOG = LoggerFactory.getLogger(SystemRoutes.class);

    /** What it reports on. */
    record Needs(
            Accounts accounts,
            Audit audit,
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
        needs.bus()
                .onOthers(
                        READ_SETTINGS,
                        node -> {
                            var _ = needs.installation().readAgain().get();
                        });
    }

    void install() {
        edge.route(RouteScope.READ, "GET", "/v1/system", this::system);
        edge.route(RouteScope.ALL, "POST", "/v1/system/settings", this::readSettings);
        edge.views(SystemView.class, SettingsReadingView.class);
    }

    private Response system(Request request) {
        var _ = needs.accounts().administrator(request);
        long now = needs.clock().millis();
        ReadState read = read();
        SettingsInForce settings = needs.installation().settings().get();
        return Response.ok(
                new SystemView(
                        new ProgramState(
                                needs.installation().version(),
                                Instant.ofEpochMilli(startedAt),
                                Math.max(0, now - startedAt) / 1000),
                        new StoreState(read.engine(), nodes(read.alive()), read.sessions()),
                        new HealthView(
                                read.whole(),
                                edge.draining(),
                                needs.bus().current(),
                                needs.clock().steady(),
                                agree(read.alive())),
                        JavaView.now(),
                        ClientsView.of(edge.governor(), request.chinese()),
                        needs.installation().disks().folders().stream().map(DiskView::of).toList(),
                        settings.shown(),
                        SettingsStateView.of(settings)));
    }

    private Response readSettings(Request request) {
        Caller caller = needs.accounts().administrator(request);
        SettingsReading reading = needs.installation().readAgain().get();
        record(caller, reading.applied());
        if (!reading.problems().isEmpty()) {
            String problems = String.join("; ", reading.problems());
            throw new Problem(
                    409,
                    "设置有误，未作任何更改：" + problems,
                    "The settings are invalid, nothing was changed: " + problems,
                    Map.of("reason", "INVALID_SETTINGS", "problems", reading.problems()));
        }
        return Response.ok(
                new SettingsReadingView(needs.nodes().own(), reading.applied(), reading.waiting()));
    }

    // Other nodes read their own.
    private void record(Caller caller, List<String> applied) {
        String node = needs.nodes().own();
        try {
            needs.database()
                    .run(
                            Plane.CONSOLE,
                            tx -> {
                                needs.bus().send(tx, READ_SETTINGS, node);
                                if (!applied.isEmpty()) {
                                    String detail = String.join(", ", applied);
                                    needs.audit().record(tx, caller, "settings.read", node, detail);
                                }
                            });
        } catch (StoreException e) {
            // They apply all the same.
            LOG.warn("settings were read, which is neither on record nor known to other nodes", e);
        }
    }

    /**
     * What the database returned, until it failed if it did.
     *
     * @param whole whether it is complete
     */
    private record ReadState(
            @Nullable EngineView engine,
            List<Nodes.LiveNode> alive,
            @Nullable Long sessions,
            boolean whole) {}

    // Administrators who look while the database is unavailable want to see exactly that.
    private ReadState read() {
        EngineView engine = null;
        List<Nodes.LiveNode> alive = List.of();
        try {
            Database.DatabaseInfo info = needs.database().info();
            engine = new EngineView(info.product(), info.version(), info.bytes());
            alive = needs.nodes().alive();
            return new ReadState(engine, alive, needs.presence().count(), true);
        } catch (StoreException e) {
            return new ReadState(engine, alive, null, false);
        }
    }

    // According to the list of nodes; a single node agrees with itself.
    private static boolean agree(List<Nodes.LiveNode> alive) {
        long least = 0;
        long most = 0;
        for (Nodes.LiveNode each : alive) {
            least = Math.min(least, each.skewMs());
            most = Math.max(most, each.skewMs());
        }
        return most - least <= ClusterClock.SKEW.toMillis();
    }

    private List<NodeView> nodes(List<Nodes.LiveNode> alive) {
        return alive.stream()
                .map(each ->
                        new NodeView(
                                each.name(),
                                each.name().equals(needs.nodes().own()),
                                each.silentMs() / 1000,
                                each.skewMs()))
                .toList();
    }
}
