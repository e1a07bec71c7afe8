package io.slipway.device;

import io.slipway.account.Accounts;
import io.slipway.http.Problem;
import io.slipway.http.Request;
import io.slipway.http.Response;
import io.slipway.http.RouteScope;
import io.slipway.http.edge.Edge;
import io.slipway.http.edge.PackedBodies;
import io.slipway.lists.DeviceList;
import io.slipway.lists.ListKind;
import io.slipway.lists.ListReader;
import io.slipway.lists.Spreadsheet;
import io.slipway.lists.UnreadableList;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads lists of devices for imports and rollouts, before anything is done with them. */
final class DeviceListRoutes {

    /** 100,000 serial numbers with keys take 10 MB; a spreadsheet is packed. */
    private static final int MAX_BODY = 24 * 1024 * 1024;

    private final Accounts accounts;

    DeviceListRoutes(Accounts accounts) {
        this.accounts = accounts;
    }

    void install(Edge edge) {
        edge.route(
                RouteScope.DEVICES,
                "POST",
                "/v1/device-lists",
                MAX_BODY,
                new PackedBodies(Spreadsheet::recognises, Spreadsheet::inflatedSize),
                this::read);
        edge.views(DeviceListView.class);
    }

    private Response read(Request request) {
        accounts.authenticate(request);
        ListKind kind = kind(request.query("kind"));
        boolean ascii = ascii(request.query("keys"));
        int listed = listed(request.query("refused"));
        try {
            var list = ListReader.read(request.body(), kind, ascii, listed);
            return Response.ok(DeviceListView.of(list, request.chinese()));
        } catch (UnreadableList e) {
            throw new Problem(400, e.reason().zh(), e.reason().en());
        }
    }

    private static ListKind kind(@Nullable String name) {
        if (name == null || name.isEmpty()) {
            return ListKind.MACS;
        }
        for (ListKind kind : ListKind.values()) {
            if (kind.name().toLowerCase(Locale.ROOT).equals(name)) {
                return kind;
            }
        }
        throw Problem.field("kind", "应为 macs、names 或 serials", "must be macs, names or serials");
    }

    private static int listed(@Nullable String refused) {
        if (refused == null || refused.isEmpty() || refused.equals("first")) {
            return DeviceList.SHOWN;
        }
        if (refused.equals("all")) {
            return DeviceList.MOST;
        }
        throw Problem.field("refused", "应为 first 或 all", "must be first or all");
    }

    private static boolean ascii(@Nullable String format) {
        if (format == null || format.isEmpty() || format.equals("hex")) {
            return false;
        }
        if (format.equals("ascii")) {
            return true;
        }
        throw Problem.field("keys", "应为 hex 或 ascii", "must be hex or ascii");
    }
}
