package io.slipway.session;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.account.Accounts;
import io.slipway.account.Audit;
import io.slipway.account.Caller;
import io.slipway.cluster.Presence;
import io.slipway.device.Device;
import io.slipway.device.DeviceRef;
import io.slipway.device.Devices;
import io.slipway.http.Fields;
import io.slipway.http.Json;
import io.slipway.http.Problem;
import io.slipway.http.Request;
import io.slipway.http.Response;
import io.slipway.http.RouteScope;
import io.slipway.http.console.Page;
import io.slipway.http.edge.Edge;
import io.slipway.http.schema.Described;
import io.slipway.http.schema.Shape;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Live sessions and their devices' tools, for people and apps; all actions are audited. */
final class SessionRoutes {

    /**
     * Tools that can't be called manually (decisions D8): both make a device load anything from a
     * URL, bypassing all checks.
     */
    private static final Set<String> NOBODY =
            Set.of("self.upgrade_firmware", "self.assets.set_download_url");

    private static final String REBOOT = "self.reboot";
    private static final int NAME = 128;
    private static final int ARGUMENTS = 16 * 1024;

    private final Accounts accounts;
    private final Devices devices;
    private final Database database;
    private final Audit audit;
    private final Presence presence;
    private final SessionControl control;

    /** A session, on any node. */
    private record LiveSessionView(
            String id,
            @Shape(schema = "Mac") String macAddress,
            String agentId,
            Instant since,
            @Described("设备的 IP · the device's IP") String address,
            String appVersion,
            @Shape(values = {"echo", "relay"}) String backend,
            @Described("会话所在的节点 · the node that the session is on") String node) {

        static LiveSessionView of(Presence.LiveSession session) {
            return new LiveSessionView(
                    session.sessionId(),
                    session.details().mac(),
                    session.details().agentId(),
                    Instant.ofEpochMilli(session.since()),
                    session.details().address(),
                    session.details().version(),
                    session.details().backend(),
                    session.node());
        }
    }

    /** A device's tools. */
    private record ToolsView(List<ToolView> tools) {}

    /** A tool. */
    private record ToolView(
            String name,
            String description,
            @Described("设备给出的 JSON Schema · the device's JSON Schema") JsonNode inputSchema,
            @Described("可以手动调用 · whether it may be called manually") boolean callable) {

        static ToolView of(JsonNode tool) {
            String name = tool.path("name").asText();
            return new ToolView(
                    name,
                    tool.path("description").asText(),
                    tool.path("inputSchema"),
                    !NOBODY.contains(name));
        }
    }

    SessionRoutes(
            Accounts accounts,
            Devices devices,
            Database database,
            Audit audit,
            Presence presence,
            SessionControl control) {
        this.accounts = accounts;
        this.devices = devices;
        this.database = database;
        this.audit = audit;
        this.presence = presence;
        this.control = control;
    }

    void install(Edge edge) {
        edge.route(RouteScope.READ, "GET", "/v1/sessions", this::list);
        edge.route(RouteScope.DEVICES, "DELETE", "/v1/sessions/{id}", this::end);
        edge.route(RouteScope.DEVICES, "POST", "/v1/devices/{mac}/reboot", this::reboot);
        edge.route(
                RouteScope.DEVICES, "POST", "/v1/admin/devices/{id}/reboot", this::rebootAnybodys);
        edge.route(RouteScope.READ, "GET", "/v1/devices/{mac}/tools", this::tools);
        edge.route(RouteScope.DEVICES, "POST", "/v1/devices/{mac}/tools/call", this::call);
        edge.views(LiveSessionView.class, ToolsView.class);
    }

    private Response list(Request request) {
        Caller caller = accounts.authenticate(request);
        Page page = Page.of(request);
        var found = presence.ofAccount(caller.accountId(), page.cursor(), page.limit() + 1);
        return Page.response(found, page, LiveSessionView::of, Presence.LiveSession::sessionId);
    }

    private Response end(Request request) {
        Caller caller = accounts.authenticate(request);
        Presence.LiveSession session =
                presence.session(request.path("id"))
                        .filter(found -> found.accountId().equals(caller.accountId()))
                        .orElseThrow(() ->
                                Problem.notFound("会话不存在或已结束", "No such session, or it has ended"));
        record(caller, "session.end", session.details().mac(), session.sessionId());
        control.end(session);
        return Response.ok(null);
    }

    private Response reboot(Request request) {
        Caller caller = accounts.authenticate(request);
        Presence.LiveSession session = own(caller, request);
        record(caller, "device.reboot", session.details().mac(), session.sessionId());
        control.reboot(session);
        return Response.ok(null);
    }

    private Response rebootAnybodys(Request request) {
        Caller caller = accounts.administrator(request);
        var ref = DeviceRef.parse("id", request.path("id"));
        Device device = database.read(Plane.CONSOLE, tx -> devices.requireAnybodys(tx, ref));
        Presence.LiveSession session = liveSession(device.id());
        record(
                caller,
                "device.reboot",
                session.details().mac(),
                "id " + device.id() + ", " + session.sessionId());
        control.reboot(session);
        return Response.ok(null);
    }

    private Response tools(Request request) {
        Caller caller = accounts.authenticate(request);
        Presence.LiveSession session = own(caller, request);
        record(caller, "device.tools", session.details().mac(), "");
        var tools = new ArrayList<ToolView>();
        control.tools(session).forEach(tool -> tools.add(ToolView.of(tool)));
        return Response.ok(new ToolsView(tools));
    }

    private Response call(Request request) {
        Caller caller = accounts.authenticate(request);
        Fields fields = request.fields();
        String name = fields.required("name", NAME);
        String given = fields.raw("arguments", ARGUMENTS);
        JsonNode arguments = given == null ? Json.object() : Json.read(given);
        if (!arguments.isObject()) {
            throw Problem.field("arguments", "应为 JSON 对象", "must be a JSON object");
        }
        if (NOBODY.contains(name)) {
            throw new Problem(
                    403,
                    "固件和资源只能由升级流程下发，不能手动调用该工具",
                    "Firmware and assets can only be delivered by updates; this tool can't be"
                            + " called manually");
        }
        Presence.LiveSession session = own(caller, request);
        record(caller, "device.tool", session.details().mac(), name);
        if (name.equals(REBOOT)) {
            // The device restarts without answering (device-contract 9.6).
            control.reboot(session);
            return Response.ok(Map.of("sent", true));
        }
        JsonNode result = control.tool(session, name, arguments);
        if (result.has("error")) {
            String reason = result.path("error").asText();
            throw new Problem(400, "设备拒绝了调用：" + reason, "The device rejected the call: " + reason);
        }
        return Response.ok(result);
    }

    private Presence.LiveSession own(Caller caller, Request request) {
        var ref = DeviceRef.parse("mac", request.path("mac"));
        return liveSession(
                database.read(
                        Plane.CONSOLE, tx -> devices.require(tx, caller.accountId(), ref).id()));
    }

    private Presence.LiveSession liveSession(long deviceId) {
        return Optional.ofNullable(presence.ofDevices(List.of(deviceId)).get(deviceId))
                .orElseThrow(SessionControl::noSession);
    }

    private void record(Caller caller, String action, String target, String detail) {
        database.run(Plane.CONSOLE, tx -> audit.record(tx, caller, action, target, detail));
    }
}
