package io.slipway.program;

import io.slipway.account.Accounts;
import io.slipway.account.Caller;
import io.slipway.cluster.Presence;
import io.slipway.device.Device;
import io.slipway.device.DeviceRef;
import io.slipway.device.DeviceView;
import io.slipway.device.OnlineDevices;
import io.slipway.http.Fields;
import io.slipway.http.Problem;
import io.slipway.http.Request;
import io.slipway.http.Response;
import io.slipway.http.RouteScope;
import io.slipway.http.edge.Edge;
import io.slipway.http.schema.Described;
import io.slipway.protocol.Mac;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.function.UnaryOperator;

/** Programs: create, list, renew, revoke. */
final class ProgramRoutes {

    private final Accounts accounts;
    private final Programs programs;
    private final Presence presence;
    private final InstantSource clock;
    private final UnaryOperator<String> socketUrl;

    /**
     * What a program needs to connect.
     *
     * @param link all of it in one URL, for programs that can't send headers, and for a QR code
     */
    private record Connection(
            DeviceView program,
            Mac mac,
            @Described("只显示这一次 · shown only once") String clientId,
            String token,
            @Described("WebSocket 地址 · the WebSocket URL") String url,
            @Described(
                            "全部写进一个地址，给不能发送请求头的程序 · all of it in one URL, for programs that can't"
                                    + " send headers")
                    String link) {}

    ProgramRoutes(
            Accounts accounts,
            Programs programs,
            Presence presence,
            InstantSource clock,
            UnaryOperator<String> socketUrl) {
        this.clock = clock;
        this.accounts = accounts;
        this.programs = programs;
        this.presence = presence;
        this.socketUrl = socketUrl;
    }

    void install(Edge edge) {
        edge.route(RouteScope.READ, "GET", "/v1/programs", this::list);
        edge.route(RouteScope.DEVICES, "POST", "/v1/programs", this::make);
        edge.route(RouteScope.DEVICES, "POST", "/v1/programs/{id}/renew", this::renew);
        edge.route(RouteScope.DEVICES, "DELETE", "/v1/programs/{id}", this::revoke);
        edge.views(Connection.class);
    }

    private Response list(Request request) {
        Caller caller = accounts.authenticate(request);
        List<Device> found = programs.of(caller.accountId());
        OnlineDevices online = OnlineDevices.of(presence, found);
        boolean chinese = request.chinese();
        long now = clock.millis();
        return Response.ok(
                found.stream().map(each -> DeviceView.of(each, online, now, chinese)).toList());
    }

    private Response make(Request request) {
        Caller caller = accounts.authenticate(request);
        Fields fields = request.fields();
        fields.only("agentId", "name", "macAsClientId");
        String agentId = fields.required("agentId", 64);
        String name = fields.required("name", Device.MAX_ALIAS);
        boolean macAsClientId = Boolean.TRUE.equals(fields.flag("macAsClientId"));
        String url = url(request);
        return answer(request, url, programs.make(caller, agentId, name, macAsClientId));
    }

    private Response renew(Request request) {
        Caller caller = accounts.authenticate(request);
        String url = url(request);
        return answer(request, url, programs.renew(caller, ref(request)));
    }

    private Response revoke(Request request) {
        Caller caller = accounts.authenticate(request);
        programs.revoke(caller, ref(request));
        return Response.ok(null);
    }

    private static DeviceRef ref(Request request) {
        return DeviceRef.parse("id", request.path("id"));
    }

    private String url(Request request) {
        String url = socketUrl.apply(request.peer().base());
        if (url.isEmpty()) {
            throw new Problem(
                    400,
                    "无法得知设备应连接的地址：请在设置里填写 websocket.url",
                    "The address for devices can't be determined: set websocket.url");
        }
        return url;
    }

    private Response answer(Request request, String url, NewIdentity made) {
        Device device = made.device();
        String link =
                url
                        + (url.indexOf('?') < 0 ? "?" : "&")
                        + "device-id="
                        + encoded(device.mac().toString())
                        + "&client-id="
                        + encoded(made.clientId())
                        + "&authorization="
                        + encoded("Bearer " + made.token());
        OnlineDevices online = OnlineDevices.of(presence, List.of(device));
        var shown = DeviceView.of(device, online, clock.millis(), request.chinese());
        return Response.ok(
                new Connection(shown, device.mac(), made.clientId(), made.token(), url, link));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
