package io.slipway.session;

import io.slipway.account.Accounts;
import io.slipway.account.Audit;
import io.slipway.account.Caller;
import io.slipway.agent.Agent;
import io.slipway.agent.Agents;
import io.slipway.agent.Backend;
import io.slipway.agent.BackendAddresses;
import io.slipway.http.Fields;
import io.slipway.http.Problem;
import io.slipway.http.Request;
import io.slipway.http.Response;
import io.slipway.http.RouteScope;
import io.slipway.http.edge.Edge;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import io.slipway.text.Sentence;
import io.slipway.work.LocalThrottle;
import java.time.Duration;
import java.time.InstantSource;

/** Tests the connection to a voice backend, either a stored one or one that is being edited. */
final class BackendRoutes {

    private static final int A_MINUTE = 10;
    private static final int ID = 64;

    private final Accounts accounts;
    private final Agents agents;
    private final BackendAddresses addresses;
    private final BackendProbe probe;
    private final Audit audit;
    private final Database database;
    private final LocalThrottle throttle;

    /** The result of a test. */
    private record BackendTestView(boolean ok, long millis, Sentence text) {}

    BackendRoutes(
            Accounts accounts,
            Agents agents,
            BackendAddresses addresses,
            BackendProbe probe,
            Audit audit,
            Database database,
            InstantSource clock) {
        this.accounts = accounts;
        this.agents = agents;
        this.addresses = addresses;
        this.probe = probe;
        this.audit = audit;
        this.database = database;
        this.throttle = new LocalThrottle(clock, A_MINUTE, Duration.ofMinutes(1));
    }

    void install(Edge edge) {
        edge.route(RouteScope.DEVICES, "POST", "/v1/backends/test", this::test);
        edge.views(BackendTestView.class);
    }

    private Response test(Request request) {
        Caller caller = accounts.authenticate(request);
        Fields fields = request.fields();
        fields.only("agentId", "backend");
        String id = fields.text("agentId", ID, "").replace("\0", "").strip();
        if (id.isEmpty() && !fields.has("backend")) {
            throw Problem.field(
                    "agentId", "agentId 和 backend 至少给一个", "agentId, backend or both are required");
        }
        Agent agent =
                id.isEmpty()
                        ? Agents.blank(caller.accountId())
                        : agents.require(caller.accountId(), id);
        // With both, the edited backend is tested with the stored token.
        Backend backend =
                fields.has("backend")
                        ? addresses.changed(fields, agent.backend())
                        : agent.backend();
        throttle.take(caller.accountId());
        BackendProbe.ProbeResult result = probe.of(agent, backend);
        String detail = backend + ": " + (result.ok() ? "ok" : result.en());
        database.run(Plane.CONSOLE, tx -> audit.record(tx, caller, "backend.test", id, detail));
        return Response.ok(
                new BackendTestView(
                        result.ok(), result.millis(), new Sentence(result.zh(), result.en())));
    }
}
