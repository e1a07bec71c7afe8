package io.slipway.refused;

import io.slipway.account.Accounts;
import io.slipway.account.Caller;
import io.slipway.device.Device;
import io.slipway.device.DeviceRef;
import io.slipway.device.Devices;
import io.slipway.http.Problem;
import io.slipway.http.Request;
import io.slipway.http.Response;
import io.slipway.http.RouteScope;
import io.slipway.http.console.Page;
import io.slipway.http.edge.Edge;
import io.slipway.http.schema.Described;
import io.slipway.http.schema.Shape;
import io.slipway.protocol.Mac;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Refused calls: of a device, and for administrators by address. */
final class RefusedRoutes {

    private final Accounts accounts;
    private final Devices devices;
    private final Database database;
    private final RefusedCalls calls;

    /**
     * @param own whether it had the device's own Client-Id or token; otherwise it came from the
     *     device's address
     * @param macTail the last four hex digits of the MAC that it named, which may be a neighbour's
     */
    private record RefusedCallView(
            Instant at,
            DeviceEndpoint door,
            RefusedReason reason,
            @Described("原因 · the reason, in words") String text,
            @Described(
                            "带着这台设备自己的 Client-Id 或令牌；否则来自它所在的地址 · whether it had this device's"
                                    + " own Client-Id or token; otherwise it came from the"
                                    + " device's address")
                    boolean own,
            @Described("报的是这台设备的 MAC · whether it named this device's MAC") boolean sameMac,
            @Described("它所报 MAC 的后四位 · last four digits of the MAC that it named")
                    @Shape(pattern = "^[0-9a-f]{4}$")
                    @Nullable String macTail,
            String address) {}

    private record AnybodysCallView(
            Instant at,
            DeviceEndpoint door,
            RefusedReason reason,
            String text,
            @Nullable String mac) {}

    private record RefusedAddressView(
            @Described("IPv4 地址，或 IPv6 的 /64 · an IPv4 address, or the /64 of an IPv6" + " address")
                    String address,
            @Shape(minimum = 1) long count,
            Instant lastAt,
            @Shape(maxItems = 20) List<AnybodysCallView> calls) {}

    RefusedRoutes(Accounts accounts, Devices devices, Database database, RefusedCalls calls) {
        this.accounts = accounts;
        this.devices = devices;
        this.database = database;
        this.calls = calls;
    }

    void install(Edge edge) {
        edge.route(RouteScope.READ, "GET", "/v1/devices/{mac}/refused-calls", this::ofDevice);
        edge.route(RouteScope.READ, "GET", "/v1/admin/refused-calls", this::byAddress);
        edge.views(RefusedCallView.class, RefusedAddressView.class);
    }

    private Response ofDevice(Request request) {
        Caller caller = accounts.authenticate(request);
        DeviceRef ref = DeviceRef.parse("mac", request.path("mac"));
        Device device =
                database.read(Plane.CONSOLE, tx -> devices.require(tx, caller.accountId(), ref));
        boolean chinese = request.chinese();
        return Response.ok(
                calls.of(device).stream().map(shown -> view(shown, device, chinese)).toList());
    }

    private static RefusedCallView view(
            RefusedCalls.ShownCall shown, Device device, boolean chinese) {
        RefusedCall call = shown.call();
        Mac mac = call.mac();
        return new RefusedCallView(
                time(call),
                call.endpoint(),
                call.reason(),
                call.reason().in(chinese),
                shown.own(),
                device.mac().equals(mac),
                mac == null ? null : String.format("%04x", mac.bits() & 0xffff),
                call.address());
    }

    private Response byAddress(Request request) {
        accounts.administrator(request);
        Page page = Page.of(request);
        String cursor = page.cursor();
        long from = cursor == null ? 0 : Page.number(cursor);
        if (from < 0 || from > Integer.MAX_VALUE) {
            throw new Problem(400, "游标无效", "Bad cursor");
        }
        boolean chinese = request.chinese();
        var all = calls.all();
        var found = all.stream().skip(from).limit(page.limit()).toList();
        long next = from + found.size();
        return Response.page(
                found.stream().map(each -> view(each, chinese)).toList(),
                next < all.size() ? Long.toString(next) : null);
    }

    private static RefusedAddressView view(RefusedCalls.NetworkReport report, boolean chinese) {
        return new RefusedAddressView(
                report.network(),
                report.count(),
                time(report.calls().getFirst()),
                report.calls().stream().map(call -> anyView(call, chinese)).toList());
    }

    private static AnybodysCallView anyView(RefusedCall call, boolean chinese) {
        Mac mac = call.mac();
        return new AnybodysCallView(
                time(call),
                call.endpoint(),
                call.reason(),
                call.reason().in(chinese),
                mac == null ? null : mac.toString());
    }

    private static Instant time(RefusedCall call) {
        return Instant.ofEpochMilli(call.at());
    }
}
