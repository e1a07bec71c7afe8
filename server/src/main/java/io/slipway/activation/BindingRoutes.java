package io.slipway.activation;

import io.slipway.account.Accounts;
import io.slipway.account.Caller;
import io.slipway.agent.Agents;
import io.slipway.base.Base;
import io.slipway.base.Zones;
import io.slipway.cluster.Presence;
import io.slipway.device.Device;
import io.slipway.device.DeviceRef;
import io.slipway.device.DeviceView;
import io.slipway.device.Devices;
import io.slipway.device.OnlineDevices;
import io.slipway.http.Fields;
import io.slipway.http.Json;
import io.slipway.http.Problem;
import io.slipway.http.Request;
import io.slipway.http.Response;
import io.slipway.http.RouteScope;
import io.slipway.http.console.Page;
import io.slipway.http.edge.Edge;
import io.slipway.http.schema.Shape;
import io.slipway.lists.MacSpelling;
import io.slipway.protocol.Mac;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Binding, unbinding and moving: console-api rows 10 to 13 and 15, and related calls. */
final class BindingRoutes {

    private static final int STREAM_PAGE = 200;

    private final Accounts accounts;
    private final Activations activations;
    private final Preregistrations preregistrations;
    private final Devices devices;
    private final Agents agents;
    private final Presence presence;
    private final Database database;
    private final InstantSource clock;
    private final ZoneId servers;

    /** A device that has just been bound. */
    private record BoundDeviceView(
            Mac macAddress,
            @Shape(pattern = Shape.DEVICE_ID) String deviceId,
            @Nullable String agentId) {}

    /** The board of the device that shows a code. */
    private record CodeBoardView(String board) {}

    /**
     * @param servers the time zone of accounts without their own
     */
    BindingRoutes(
            Accounts accounts,
            Activations activations,
            Preregistrations preregistrations,
            Devices devices,
            Agents agents,
            Presence presence,
            Base base,
            ZoneId servers) {
        this.accounts = accounts;
        this.activations = activations;
        this.preregistrations = preregistrations;
        this.devices = devices;
        this.agents = agents;
        this.presence = presence;
        this.database = base.database();
        this.clock = base.clock();
        this.servers = servers;
    }

    void install(Edge edge) {
        edge.route(RouteScope.READ, "GET", "/xiaozhi/device/bind/{agentId}", this::ofAgent);
        edge.route(
                RouteScope.DEVICES,
                "POST",
                "/xiaozhi/device/bind/{agentId}/{deviceCode}",
                this::bind);
        edge.route(RouteScope.DEVICES, "POST", "/xiaozhi/device/manual-add", this::add);
        edge.route(RouteScope.DEVICES, "POST", "/xiaozhi/device/unbind", this::unbind);
        edge.route(RouteScope.DEVICES, "DELETE", "/v1/admin/devices/{id}", this::unbindAnybodys);
        edge.route(RouteScope.DEVICES, "PUT", "/v1/devices/{mac}/agent/{agentId}", this::move);
        edge.route(RouteScope.READ, "GET", "/v1/devices/code/{code}", this::board);
        edge.views(BoundDeviceView.class, CodeBoardView.class);
    }

    private Response ofAgent(Request request) {
        Caller caller = accounts.authenticate(request);
        String agentId = request.path("agentId");
        database.read(Plane.CONSOLE, tx -> agents.require(tx, caller.accountId(), agentId));
        Page page = Page.of(request);
        boolean chinese = request.chinese();
        if (page.all()) {
            return Response.streamed(out -> stream(out, caller, agentId, chinese));
        }
        List<Device> found =
                devices.ofAgent(caller.accountId(), agentId, page.cursor(), page.limit() + 1);
        OnlineDevices online = OnlineDevices.of(presence, found);
        long now = clock.millis();
        return Page.response(
                found,
                page,
                device -> DeviceView.of(device, online, now, chinese),
                Devices::cursor);
    }

    // Page by page, so that a fleet neither fills the memory nor blocks the database.
    private void stream(java.io.OutputStream out, Caller caller, String agentId, boolean chinese)
            throws java.io.IOException {
        out.write("{\"code\":0,\"msg\":\"success\",\"data\":[".getBytes(StandardCharsets.UTF_8));
        String cursor = null;
        List<Device> page;
        do {
            page = devices.ofAgent(caller.accountId(), agentId, cursor, STREAM_PAGE);
            OnlineDevices online = OnlineDevices.of(presence, page);
            long now = clock.millis();
            for (Device device : page) {
                if (cursor != null) {
                    out.write(',');
                }
                Json.write(out, DeviceView.of(device, online, now, chinese));
                cursor = Devices.cursor(device);
            }
        } while (page.size() == STREAM_PAGE);
        out.write("],\"nextCursor\":null}".getBytes(StandardCharsets.UTF_8));
    }

    private Response bind(Request request) {
        Caller caller = accounts.authenticate(request);
        Device device = bind(request, caller, request.path("agentId"), request.path("deviceCode"));
        return Response.ok(
                new BoundDeviceView(
                        device.mac(), Long.toString(device.id()), device.owner().agentId()));
    }

    private Response add(Request request) {
        Caller caller = accounts.authenticate(request);
        Fields fields = request.fields();
        if (fields.has("macAddress")) {
            return announce(caller, fields);
        }
        String code = fields.required("deviceCode", 20);
        Device device = bind(request, caller, null, code);
        OnlineDevices online = OnlineDevices.of(presence, List.of(device));
        return Response.ok(DeviceView.of(device, online, clock.millis(), request.chinese()));
    }

    // The device need not have checked in: it is bound when it does, like any announced one.
    private Response announce(Caller caller, Fields fields) {
        if (fields.has("deviceCode")) {
            throw Problem.field("macAddress", "不能与激活码同时给出", "can't be given together with a code");
        }
        Mac mac = mac("macAddress", fields.required("macAddress", 64));
        if (!mac.individual()) {
            throw Problem.field("macAddress", "该 MAC 不属于单一设备", "belongs to no single device");
        }
        String agentId = fields.required("agentId", 32);
        var result = preregistrations.add(caller, agentId, List.of(mac.toString()), List.of());
        if (!result.failed().isEmpty()) {
            String why = result.failed().getFirst().reason();
            throw Problem.field("macAddress", why, "can't be added: it is there already");
        }
        return Response.ok(
                PreregistrationView.of(
                        preregistrations.of(caller, mac),
                        Zones.of(accounts.zone(caller.accountId()), servers)));
    }

    // While there are too many wrong codes from everywhere, programs must not be able to guess
    // (decisions D2).
    private Device bind(Request request, Caller caller, @Nullable String agentId, String code) {
        if (activations.guarded()) {
            var fields = request.fields();
            accounts.requireCaptcha(
                    fields.text("captchaId", 64, ""), fields.text("captcha", 16, ""));
        }
        return activations.bind(caller, agentId, code);
    }

    private Response unbind(Request request) {
        Caller caller = accounts.authenticate(request);
        String named = request.fields().required("deviceId", 32);
        activations.unbind(caller, DeviceRef.parse("deviceId", named));
        return Response.ok(null);
    }

    private Response unbindAnybodys(Request request) {
        Caller caller = accounts.administrator(request);
        activations.unbindAnybodys(caller, DeviceRef.parse("id", request.path("id")));
        return Response.ok(null);
    }

    private Response move(Request request) {
        Caller caller = accounts.authenticate(request);
        var ref = DeviceRef.parse("mac", request.path("mac"));
        activations.move(caller, ref, request.path("agentId"));
        return Response.ok(Map.of());
    }

    private Response board(Request request) {
        Caller caller = accounts.authenticate(request);
        if (activations.guarded()) {
            String id = request.query("captchaId");
            String captcha = request.query("captcha");
            accounts.requireCaptcha(id == null ? "" : id, captcha == null ? "" : captcha);
        }
        return Response.ok(new CodeBoardView(activations.board(caller, request.path("code"))));
    }

    static Mac mac(String field, String text) {
        return MacSpelling.parse(text)
                .orElseThrow(() -> Problem.field(field, "MAC 地址格式错误", "is not a MAC address"));
    }
}
