package io.slipway.activation;

import io.slipway.account.Accounts;
import io.slipway.account.Caller;
import io.slipway.device.DeviceRef;
import io.slipway.device.DeviceView;
import io.slipway.http.Fields;
import io.slipway.http.Problem;
import io.slipway.http.Request;
import io.slipway.http.Response;
import io.slipway.http.console.Page;
import io.slipway.http.edge.Edge;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Provisional bindings over HTTP: which pair is it, what is expected anew, what is undone. */
final class ProvisionalRoutes {

    private static final int REF = 64;
    private static final int NETWORK = 64;

    private final Accounts accounts;
    private final ProvisionalDevices provisional;

    ProvisionalRoutes(Accounts accounts, ProvisionalDevices provisional) {
        this.accounts = accounts;
        this.provisional = provisional;
    }

    void install(Edge edge) {
        edge.route("GET", "/v1/devices/{mac}/others", this::others);
        edge.route("POST", "/v1/devices/{mac}/others/{id}/take", this::take);
        edge.route("POST", "/v1/devices/{mac}/prove", this::prove);
        edge.route("POST", "/v1/devices/expect", this::expect);
        edge.route("POST", "/v1/devices/undo", this::undoFrom);
        edge.route("GET", "/v1/imports", this::imports);
        edge.route("DELETE", "/v1/imports/{id}", this::undo);
    }

    private Response others(Request request) {
        Caller caller = accounts.authenticate(request);
        var found = provisional.others(caller, DeviceRef.parse("mac", request.path("mac")));
        return Response.ok(found.stream().map(ProvisionalRoutes::other).toList());
    }

    private static Map<String, @Nullable Object> other(Activation activation) {
        var view = new LinkedHashMap<String, @Nullable Object>();
        view.put("id", Long.toString(activation.id()));
        view.put("macAddress", activation.mac().toString());
        view.put("board", activation.board());
        view.put("appVersion", activation.version());
        view.put("weakIdentity", activation.weak());
        view.put("address", activation.network());
        view.put("firstSeen", DeviceView.time(activation.createdAt()));
        view.put("lastSeen", DeviceView.time(activation.askedAt()));
        return view;
    }

    private Response take(Request request) {
        Caller caller = accounts.authenticate(request);
        var ref = DeviceRef.parse("mac", request.path("mac"));
        provisional.take(caller, ref, Page.number(request.path("id")));
        return Response.ok(null);
    }

    private Response prove(Request request) {
        Caller caller = accounts.authenticate(request);
        provisional.prove(caller, DeviceRef.parse("mac", request.path("mac")));
        return Response.ok(null);
    }

    private Response expect(Request request) {
        Caller caller = accounts.authenticate(request);
        Fields fields = request.fields();
        fields.only("macs", "expect");
        List<String> refs = fields.texts("macs", ProvisionalDevices.MOST_EXPECTED, REF);
        if (refs.isEmpty()) {
            throw fields.wrong("macs", "必填", "is required");
        }
        Boolean expecting = fields.flag("expect");
        var result = provisional.expect(caller, refs, expecting == null || expecting);
        return Response.ok(Map.of("expected", result.expected(), "failed", result.failed()));
    }

    private Response undoFrom(Request request) {
        Caller caller = accounts.authenticate(request);
        Fields fields = request.fields();
        fields.only("from");
        String network = fields.required("from", NETWORK);
        return Response.ok(Map.of("unbound", provisional.undoFrom(caller, network)));
    }

    private Response imports(Request request) {
        Caller caller = accounts.authenticate(request);
        Page page = Page.of(request);
        String cursor = page.cursor() == null ? "" : page.cursor();
        if (!cursor.matches("[0-9a-f]{0,32}")) {
            throw new Problem(400, "游标无效", "Bad cursor");
        }
        var found = provisional.imports(caller, cursor, page.limit() + 1);
        return Page.response(found, page, ProvisionalRoutes::view, ImportStore.Import::id);
    }

    private static Map<String, @Nullable Object> view(ImportStore.Import row) {
        var view = new LinkedHashMap<String, @Nullable Object>();
        view.put("id", row.id());
        view.put("agentId", row.agentId());
        view.put("createdAt", DeviceView.time(row.createdAt()));
        view.put("devices", row.devices());
        view.put("undoneAt", DeviceView.time(row.undoneAt()));
        return view;
    }

    private Response undo(Request request) {
        Caller caller = accounts.authenticate(request);
        var result = provisional.undo(caller, request.path("id"));
        var data = new LinkedHashMap<String, Object>();
        data.put("unbound", result.unbound());
        data.put("removed", result.removed());
        data.put("kept", result.kept());
        return Response.ok(data);
    }
}
