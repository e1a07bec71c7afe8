package io.slipway.activation;

import io.slipway.account.Accounts;
import io.slipway.account.Caller;
import io.slipway.activation.PreregistrationView.PreregistrationsView;
import io.slipway.base.Zones;
import io.slipway.http.Fields;
import io.slipway.http.Problem;
import io.slipway.http.Request;
import io.slipway.http.Response;
import io.slipway.http.RouteScope;
import io.slipway.http.console.Page;
import io.slipway.http.edge.Edge;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Pre-registration: console-api rows 16 to 19. */
final class PreregistrationRoutes {

    /** 100,000 MACs take 2 MB, 100,000 serial numbers with keys 16 MB. */
    private static final int MAX_BODY = 24 * 1024 * 1024;

    private static final int DEFAULT_LIMIT = 100;

    private final Accounts accounts;
    private final Preregistrations preregistrations;
    private final ZoneId servers;

    /**
     * @param servers the time zone of {@code created_at} for accounts without their own
     */
    PreregistrationRoutes(Accounts accounts, Preregistrations preregistrations, ZoneId servers) {
        this.accounts = accounts;
        this.preregistrations = preregistrations;
        this.servers = servers;
    }

    void install(Edge edge) {
        edge.route(RouteScope.DEVICES, "POST", "/xiaozhi/device/preregister", MAX_BODY, this::add);
        edge.route(RouteScope.READ, "GET", "/v1/pre-register/agents/{agentId}/devices", this::list);
        edge.route(RouteScope.READ, "GET", "/v1/pre-register/devices/mac-address/{mac}", this::get);
        edge.route(
                RouteScope.DEVICES,
                "DELETE",
                "/v1/pre-register/devices/mac-address/{mac}",
                this::delete);
        edge.views(
                Preregistrations.ImportResult.class,
                PreregistrationsView.class,
                PreregistrationView.class);
    }

    // The answer has no envelope: that is what clients of this row expect.
    private Response add(Request request) {
        Caller caller = accounts.authenticate(request);
        Fields fields = request.fields();
        String agentId = fields.required("agent_id", 32);
        int most = Preregistrations.MAX_ITEMS;
        List<String> macs = fields.texts("mac_addresses", most, 64);
        var serials = new ArrayList<Preregistrations.AnnouncedSerial>();
        for (String number : fields.texts("serial_numbers", most, 128)) {
            serials.add(new Preregistrations.AnnouncedSerial(number, null, false));
        }
        for (Fields serial : fields.objects("serials", most)) {
            serials.add(serial(serial));
        }
        return Response.json(200, preregistrations.add(caller, agentId, macs, serials));
    }

    private static Preregistrations.AnnouncedSerial serial(Fields fields) {
        String number = fields.required("serial_number", 128);
        String key = fields.optional("key", 256);
        String format = fields.text("key_format", 16, "hex");
        if (!format.equals("hex") && !format.equals("ascii")) {
            throw Problem.field("key_format", "应为 hex 或 ascii", "must be hex or ascii");
        }
        return new Preregistrations.AnnouncedSerial(number, key, format.equals("ascii"));
    }

    private Response list(Request request) {
        Caller caller = accounts.authenticate(request);
        int limit = Page.limit(request, DEFAULT_LIMIT);
        String cursor = request.query("cursor");
        long after = cursor == null || cursor.isEmpty() ? 0 : Page.number(cursor);
        List<Preregistration> rows =
                preregistrations.page(caller, request.path("agentId"), after, limit + 1);
        boolean more = rows.size() > limit;
        var shown = more ? rows.subList(0, limit) : rows;
        ZoneId zone = Zones.of(accounts.zone(caller.accountId()), servers);
        return Response.ok(
                new PreregistrationsView(
                        shown.stream().map(row -> PreregistrationView.of(row, zone)).toList(),
                        more ? Long.toString(shown.getLast().id()) : null));
    }

    private Response get(Request request) {
        Caller caller = accounts.authenticate(request);
        var mac = BindingRoutes.mac("mac", request.path("mac"));
        ZoneId zone = Zones.of(accounts.zone(caller.accountId()), servers);
        return Response.ok(PreregistrationView.of(preregistrations.of(caller, mac), zone));
    }

    private Response delete(Request request) {
        Caller caller = accounts.authenticate(request);
        preregistrations.delete(caller, BindingRoutes.mac("mac", request.path("mac")));
        return Response.ok(Map.of());
    }
}
