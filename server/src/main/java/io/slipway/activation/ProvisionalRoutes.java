package io.slipway.activation;

import io.slipway.account.Accounts;
import io.slipway.account.Caller;
import io.slipway.device.DeviceRef;
import io.slipway.http.Fields;
import io.slipway.http.Problem;
import io.slipway.http.Request;
import io.slipway.http.Response;
import io.slipway.http.RouteScope;
import io.slipway.http.console.Page;
import io.slipway.http.edge.Edge;
import io.slipway.http.schema.Described;
import io.slipway.http.schema.Moment;
import io.slipway.http.schema.Shape;
import io.slipway.protocol.Mac;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Provisional bindings over HTTP: choosing a pair, expecting devices anew, undoing imports. */
final class ProvisionalRoutes {

    private static final int REF = 64;
    private static final int NETWORK = 64;

    private final Accounts accounts;
    private final ProvisionalDevices provisional;

    /** A device that reported the same MAC or serial number. */
    private record OtherDeviceView(
            String id,
            Mac macAddress,
            String board,
            String appVersion,
            boolean weakIdentity,
            @Described("来自哪个网络 · the network that it is from") String address,
            Instant firstSeen,
            Instant lastSeen) {

        static OtherDeviceView of(Activation activation) {
            return new OtherDeviceView(
                    Long.toString(activation.id()),
                    activation.pair().mac(),
                    activation.report().board(),
                    activation.report().version(),
                    activation.pair().weak(),
                    activation.network(),
                    Instant.ofEpochMilli(activation.createdAt()),
                    Instant.ofEpochMilli(activation.askedAt()));
        }
    }

    /**
     * An import.
     *
     * @param undoneAt null unless it was undone
     */
    private record ImportView(
            @Shape(pattern = Shape.ID) String id,
            @Shape(pattern = Shape.ID) String agentId,
            Instant createdAt,
            long devices,
            @Nullable Instant undoneAt) {

        static ImportView of(ImportStore.Import row) {
            return new ImportView(
                    row.id(),
                    row.agentId(),
                    Instant.ofEpochMilli(row.createdAt()),
                    row.devices(),
                    Moment.orNull(row.undoneAt()));
        }
    }

    /** Number of devices that were unbound. */
    private record UnboundView(int unbound) {}

    ProvisionalRoutes(Accounts accounts, ProvisionalDevices provisional) {
        this.accounts = accounts;
        this.provisional = provisional;
    }

    void install(Edge edge) {
        edge.route(RouteScope.READ, "GET", "/v1/devices/{mac}/others", this::others);
        edge.route(RouteScope.DEVICES, "POST", "/v1/devices/{mac}/others/{id}/take", this::take);
        edge.route(RouteScope.DEVICES, "POST", "/v1/devices/{mac}/prove", this::prove);
        edge.route(RouteScope.DEVICES, "POST", "/v1/devices/expect", this::expect);
        edge.route(RouteScope.DEVICES, "POST", "/v1/devices/undo", this::undoFrom);
        edge.route(RouteScope.READ, "GET", "/v1/imports", this::imports);
        edge.route(RouteScope.DEVICES, "DELETE", "/v1/imports/{id}", this::undo);
        edge.views(
                OtherDeviceView.class,
                ImportView.class,
                UnboundView.class,
                ProvisionalDevices.ExpectResult.class,
                ProvisionalDevices.UndoResult.class);
    }

    private Response others(Request request) {
        Caller caller = accounts.authenticate(request);
        var found = provisional.others(caller, DeviceRef.parse("mac", request.path("mac")));
        return Response.ok(found.stream().map(OtherDeviceView::of).toList());
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
        return Response.ok(result);
    }

    private Response undoFrom(Request request) {
        Caller caller = accounts.authenticate(request);
        Fields fields = request.fields();
        fields.only("from");
        String network = fields.required("from", NETWORK);
        return Response.ok(new UnboundView(provisional.undoFrom(caller, network)));
    }

    private Response imports(Request request) {
        Caller caller = accounts.authenticate(request);
        Page page = Page.of(request);
        String cursor = page.cursor() == null ? "" : page.cursor();
        if (!cursor.matches("[0-9a-f]{0,32}")) {
            throw new Problem(400, "游标无效", "Bad cursor");
        }
        var found = provisional.imports(caller, cursor, page.limit() + 1);
        return Page.response(found, page, ImportView::of, ImportStore.Import::id);
    }

    private Response undo(Request request) {
        Caller caller = accounts.authenticate(request);
        return Response.ok(provisional.undo(caller, request.path("id")));
    }
}
