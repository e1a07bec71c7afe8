package io.slipway.rollout.api;

import io.slipway.account.Accounts;
import io.slipway.account.Caller;
import io.slipway.base.Zones;
import io.slipway.device.DeviceRef;
import io.slipway.http.Fields;
import io.slipway.http.Problem;
import io.slipway.http.Request;
import io.slipway.http.Response;
import io.slipway.http.RouteScope;
import io.slipway.http.console.Page;
import io.slipway.http.edge.Edge;
import io.slipway.http.schema.Described;
import io.slipway.rollout.grant.Attempts;
import io.slipway.rollout.rules.attempt.AttemptRow;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Updates of single devices over HTTP: results, reasons, and quarantine. */
final class UpdateRoutes {

    private final Accounts accounts;
    private final Attempts attempts;
    private final ZoneId servers;

    /** A device's update history, and why it would or would not be updated now. */
    private record DeviceUpdatesView(
            @Described("已解绑时为 null · null if it has been unbound")
                    @Nullable ExplanationView explanation,
            List<AttemptView> history) {}

    /**
     * @param servers the time zone for accounts without their own
     */
    UpdateRoutes(Accounts accounts, Attempts attempts, ZoneId servers) {
        this.accounts = accounts;
        this.attempts = attempts;
        this.servers = servers;
    }

    void install(Edge edge) {
        edge.route(RouteScope.READ, "GET", "/v1/devices/{mac}/updates", this::updates);
        edge.route(RouteScope.READ, "GET", "/v1/quarantine", this::quarantine);
        edge.route(RouteScope.FIRMWARE, "DELETE", "/v1/quarantine/{mac}/{build}", this::clear);
        edge.views(DeviceUpdatesView.class);
    }

    /** The device id of a cursor, 0 for the first page. */
    static long after(Page page) {
        String cursor = page.cursor();
        return cursor == null ? 0 : Page.number(cursor);
    }

    private Response updates(Request request) {
        Caller caller = accounts.authenticate(request);
        DeviceRef ref = DeviceRef.parse("mac", request.path("mac"));
        List<AttemptRow> history = attempts.history(caller, ref);
        return Response.ok(
                new DeviceUpdatesView(
                        explanation(caller, ref, !history.isEmpty()),
                        history.stream().map(AttemptView::of).toList()));
    }

    // The history of a device that was unbound remains.
    private @Nullable ExplanationView explanation(Caller caller, DeviceRef ref, boolean known) {
        try {
            ZoneId zone = Zones.of(accounts.zone(caller.accountId()), servers);
            return ExplanationView.of(attempts.explain(caller, ref), caller.admin(), zone);
        } catch (Problem e) {
            if (e.code() == 404 && known) {
                return null;
            }
            throw e;
        }
    }

    private Response quarantine(Request request) {
        Caller caller = accounts.authenticate(request);
        Page page = Page.of(request);
        String build = RolloutRoutes.given(request, "build");
        List<AttemptRow> found = attempts.quarantine(caller, build, after(page), page.limit());
        if (found.size() <= page.limit()) {
            return Response.page(found.stream().map(AttemptView::of).toList(), null);
        }
        // A device may have several quarantined builds; a page contains all of its rows or none,
        // because the next page starts after the device.
        long next = found.getLast().deviceId();
        List<AttemptRow> whole = found.stream().filter(row -> row.deviceId() != next).toList();
        List<AttemptRow> shown = whole.isEmpty() ? found : whole;
        return Response.page(
                shown.stream().map(AttemptView::of).toList(),
                Long.toString(shown.getLast().deviceId()));
    }

    private Response clear(Request request) {
        Caller caller = accounts.authenticate(request);
        Fields fields = request.fields();
        fields.only("why");
        String why = fields.text("why", RolloutRoutes.WHY, "").strip();
        var ref = DeviceRef.parse("mac", request.path("mac"));
        attempts.clear(caller, ref, request.path("build"), why);
        return Response.ok(null);
    }
}
