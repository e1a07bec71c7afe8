package io.slipway.agent;

import io.slipway.account.Accounts;
import io.slipway.account.Caller;
import io.slipway.http.Json;
import io.slipway.http.Problem;
import io.slipway.http.Request;
import io.slipway.http.Response;
import io.slipway.http.RouteScope;
import io.slipway.http.console.Page;
import io.slipway.http.edge.Edge;
import io.slipway.lists.MacSpelling;
import io.slipway.protocol.Mac;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Agents over HTTP: console-api rows 4 to 9. */
final class AgentRoutes {

    /** Two texts of 20,000 characters, each of up to six bytes if escaped, and everything else. */
    private static final int BODY = 512 * 1024;

    private static final int STREAM_PAGE = 200;
    private static final int QUERY = 128;
    private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");

    private final Accounts accounts;
    private final Agents agents;
    private final Function<List<String>, Map<String, AgentUsage>> usages;
    private final BiFunction<String, Mac, Optional<String>> agentOfDevice;
    private final BackendAddresses addresses;

    /**
     * @param usages returns the usage of agents, given at most 200 ids; ids without devices may be
     *     missing
     * @param agentOfDevice returns the agent of a device, given the account's id and the MAC
     * @param addresses which backend addresses are allowed
     */
    AgentRoutes(
            Accounts accounts,
            Agents agents,
            Function<List<String>, Map<String, AgentUsage>> usages,
            BiFunction<String, Mac, Optional<String>> agentOfDevice,
            BackendAddresses addresses) {
        this.accounts = accounts;
        this.agents = agents;
        this.usages = usages;
        this.agentOfDevice = agentOfDevice;
        this.addresses = addresses;
    }

    /** Adds the routes; must be called before the edge starts. */
    void install(Edge edge) {
        // Fixed paths first: the router takes the first match.
        edge.route(RouteScope.READ, "GET", "/xiaozhi/agent/list", this::list);
        edge.route(RouteScope.READ, "GET", "/xiaozhi/agent/search", this::search);
        edge.route(RouteScope.READ, "GET", "/xiaozhi/agent/{id}", this::get);
        edge.route(RouteScope.DEVICES, "POST", "/xiaozhi/agent", BODY, this::create);
        edge.route(RouteScope.DEVICES, "PUT", "/xiaozhi/agent/{id}", BODY, this::update);
        edge.route(RouteScope.DEVICES, "DELETE", "/xiaozhi/agent/{id}", this::delete);
        edge.views(AgentListedView.class, AgentView.class);
    }

    private Response list(Request request) {
        Caller caller = accounts.authenticate(request);
        Page page = Page.of(request);
        if (page.all()) {
            return streamed(caller.accountId(), null);
        }
        String cursor = page.cursor();
        if (cursor != null && !ID.matcher(cursor).matches()) {
            throw new Problem(400, "游标无效", "Bad cursor");
        }
        List<Agent> found = agents.list(caller.accountId(), null, cursor, page.limit() + 1);
        boolean more = found.size() > page.limit();
        List<Agent> shown = more ? found.subList(0, page.limit()) : found;
        return Response.page(views(shown), more ? shown.getLast().id() : null);
    }

    private Response search(Request request) {
        Caller caller = accounts.authenticate(request);
        String q = request.query("q");
        if (q == null || q.isBlank() || q.length() > QUERY) {
            throw Problem.field(
                    "q",
                    "必填，最多 " + QUERY + " 个字符",
                    "is required, at most " + QUERY + " characters");
        }
        String type = request.query("type");
        return switch (type == null || type.isEmpty() ? "name" : type) {
            case "name" -> streamed(caller.accountId(), q.strip());
            case "mac" ->
                    one(
                            caller,
                            MacSpelling.parse(q)
                                    .flatMap(mac -> agentOfDevice.apply(caller.accountId(), mac)));
            case "agent_id" -> one(caller, Optional.of(q.strip()));
            default ->
                    throw Problem.field(
                            "type", "应为 name、mac 或 agent_id", "must be name, mac or agent_id");
        };
    }

    private Response one(Caller caller, Optional<String> id) {
        var found = id.flatMap(known -> agents.find(caller.accountId(), known));
        return Response.page(views(found.stream().toList()), null);
    }

    // The first page is read before the answer starts, so that an error can still be reported.
    private Response streamed(String account, @Nullable String prefix) {
        List<Agent> first = agents.list(account, prefix, null, STREAM_PAGE);
        List<AgentListedView> views = views(first);
        return Response.streamed(out -> {
            text(out, "{\"code\":0,\"msg\":\"success\",\"data\":[");
            write(out, views);
            List<Agent> page = first;
            while (page.size() == STREAM_PAGE) {
                page = agents.list(account, prefix, page.getLast().id(), STREAM_PAGE);
                if (!page.isEmpty()) {
                    out.write(',');
                    write(out, views(page));
                }
            }
            text(out, "],\"nextCursor\":null}");
        });
    }

    private static void write(OutputStream out, List<AgentListedView> views) throws IOException {
        for (int i = 0; i < views.size(); i++) {
            if (i > 0) {
                out.write(',');
            }
            Json.write(out, views.get(i));
        }
    }

    private static void text(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    private List<AgentListedView> views(List<Agent> page) {
        Map<String, AgentUsage> used =
                page.isEmpty() ? Map.of() : usages.apply(page.stream().map(Agent::id).toList());
        var views = new ArrayList<AgentListedView>(page.size());
        for (Agent agent : page) {
            views.add(AgentListedView.of(agent, used.getOrDefault(agent.id(), AgentUsage.NONE)));
        }
        return views;
    }

    private Response get(Request request) {
        Caller caller = accounts.authenticate(request);
        Agent agent = agents.require(caller.accountId(), request.path("id"));
        AgentUsage usage =
                usages.apply(List.of(agent.id())).getOrDefault(agent.id(), AgentUsage.NONE);
        return Response.ok(AgentView.of(agent, usage));
    }

    private Response create(Request request) {
        Caller caller = accounts.authenticate(request);
        AgentFields fields = AgentFields.created(request.fields(), addresses);
        return Response.ok(agents.create(caller, fields).id());
    }

    private Response update(Request request) {
        Caller caller = accounts.authenticate(request);
        AgentFields change = AgentFields.changed(request.fields(), addresses);
        agents.update(caller, request.path("id"), change, change.given());
        return Response.ok(null);
    }

    private Response delete(Request request) {
        Caller caller = accounts.authenticate(request);
        agents.delete(caller, request.path("id"));
        return Response.ok(Map.of());
    }
}
