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
import io.slipway.http.console.Page;
import io.slipway.http.edge.Edge;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Live sessions and their devices' tools, for people and apps; everything done is audited. */
final class SessionRoutes {

    /**
     * What nobody calls by hand (decisions D8): both make a device load whatever a URL holds, past
     * all checks.
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
        edge.route("GET", "/v1/sessions", this::list);
        edge.route("DELETE", "/v1/sessions/{id}", this::end);
        edge.route("POST", "/v1/devices/{mac}/reboot", this::reboot);
        edge.route("POST", "/v1/admin/devices/{id}/reboot", this::rebootAnybodys);
        edge.route("GET", "/v1/devices/{mac}/tools", this::tools);
        edge.route("POST", "/v1/devices/{mac}/tools/call", this::call);
    }

    private Response list(Request request) {
        Caller caller = accounts.authenticate(request);
        Page page = Page.of(request);
        var found = presence.ofAccount(caller.accountId(), page.cursor(), page.limit() + 1);
        return Page.response(found, page, SessionRoutes::view, Presence.LiveSession::sessionId);
    }

    private static Map<String, Object> view(Presence.LiveSession session) {
        var view = new LinkedHashMap<String, Object>();
        view.put("id", session.sessionId());
        view.put("macAddress", session.mac());
        view.put("agentId", session.agentId());
        view.put("since", Instant.ofEpochMilli(session.since()).toString());
        view.put("address", session.address());
        view.put("appVersion", session.version());
        view.put("backend", session.backend());
        view.put("node", session.node());
        return view;
    }

    private Response end(Request request) {
        Caller caller = accounts.authenticate(request);
        Presence.LiveSession session =
                presence.session(request.path("id"))
                        .filter(found -> found.accountId().equals(caller.accountId()))
                        .orElseThrow(() ->
                                Problem.notFound("会话不存在或已结束", "No such session, or it has ended"));
        record(caller, "session.end", session.mac(), session.sessionId());
        control.end(session);
        return Response.ok(null);
    }

    private Response reboot(Request request) {
        Caller caller = accounts.authenticate(request);
        Presence.LiveSession session = own(caller, request);
        record(caller, "device.reboot", session.mac(), session.sessionId());
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
                session.mac(),
                "id " + device.id() + ", " + session.sessionId());
        control.reboot(session);
        return Response.ok(null);
    }

    private Response tools(Request request) {
        Caller caller = accounts.authenticate(request);
        Presence.LiveSession session = own(caller, request);
        record(caller, "device.tools", session.mac(), "");
        JsonNode tools = control.tools(session);
        for (JsonNode tool : tools) {
            boolean callable = !NOBODY.contains(tool.path("name").asText());
            ((com.fasterxml.jackson.databind.node.ObjectNode) tool).put("callable", callable);
        }
        return Response.ok(Map.of("tools", tools));
    }

    private Response call(Request request) {
        Caller caller = accounts.authenticate(request);
        Fields fields = request.fields();
        String name = fields.required("name", NAME);
        String given = fields.raw("arguments", ARGUMENTS);
        JsonNode arguments =
                given == null ? Json.object() : Json.read(given.getBytes(StandardCharsets.UTF_8));
        if (!arguments.isObject()) {
            throw Problem.field("arguments", "应为 JSON 对象", "must be a JSON object");
        }
        if (NOBODY.contains(name)) {
            throw new Problem(
                    403,
                    "固件和资源只能由升级流程下发，不能手动调用该工具",
                    "Firmware and assets are delivered by updates only; nobody calls this tool by"
                            + " hand");
        }
        Presence.LiveSession session = own(caller, request);
        record(caller, "device.tool", session.mac(), name);
        if (name.equals(REBOOT)) {
            // The device restarts before it would answer (device-contract 9.6).
            control.reboot(session);
            return Response.ok(Map.of("sent", true));
        }
        JsonNode result = control.tool(session, name, arguments);
        if (result.has("error")) {
            String reason = result.path("error").asText();
            throw new Problem(400, "设备拒绝了调用：" + reason, "The device refused the call: " + reason);
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
