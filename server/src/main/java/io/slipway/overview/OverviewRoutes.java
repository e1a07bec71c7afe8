package io.slipway.overview;

import io.slipway.account.Accounts;
import io.slipway.account.Caller;
import io.slipway.device.seen.DeviceCounts;
import io.slipway.http.Problem;
import io.slipway.http.Request;
import io.slipway.http.Response;
import io.slipway.http.RouteScope;
import io.slipway.http.edge.Edge;
import io.slipway.http.schema.Described;
import io.slipway.reach.AddressCheck;
import io.slipway.text.Sentence;
import io.slipway.work.LocalThrottle;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** The first page of the console. */
final class OverviewRoutes {

    private static final int A_MINUTE = 120;
    private static final int MOST_DAYS = 90;
    private static final int MOST_KINDS = 50;

    private final Accounts accounts;
    private final Overview overview;
    private final AddressCheck reach;
    private final LocalThrottle throttle;

    /** Check-ins per hour, by value. */
    private record CheckInsByHourView(
            @Described(items = "毫秒 · epoch milliseconds") List<Long> hours,
            List<DeviceCounts.Series> series) {}

    OverviewRoutes(Accounts accounts, Overview overview, AddressCheck reach, InstantSource clock) {
        this.accounts = accounts;
        this.overview = overview;
        this.reach = reach;
        this.throttle = new LocalThrottle(clock, A_MINUTE, Duration.ofMinutes(1));
    }

    void install(Edge edge) {
        edge.route(RouteScope.READ, "GET", "/v1/overview", this::all);
        edge.route(RouteScope.READ, "GET", "/v1/overview/devices", this::devices);
        edge.route(RouteScope.READ, "GET", "/v1/overview/check-ins", this::checkIns);
        edge.views(OverviewView.class, DeviceCounts.ValueCount.class, CheckInsByHourView.class);
    }

    private Caller caller(Request request) {
        Caller caller = accounts.authenticate(request);
        throttle.take(caller.accountId());
        return caller;
    }

    private Response all(Request request) {
        Caller caller = caller(request);
        // Only administrators can do something about it.
        List<Sentence> addresses = caller.admin() ? reach.wrong(request) : List.of();
        return Response.ok(overview.of(caller, request.peer(), addresses));
    }

    private Response devices(Request request) {
        Caller caller = caller(request);
        var counts = overview.kinds(caller, by(request), MOST_KINDS);
        return Response.ok(counts);
    }

    private Response checkIns(Request request) {
        Caller caller = caller(request);
        if (!caller.admin()) {
            // They are only counted by board and version, not by account.
            throw Problem.administratorsOnly();
        }
        DeviceCounts.Hours hours = overview.checkIns(by(request), days(request));
        var times = new ArrayList<Long>();
        for (int i = 0; i < hours.hours(); i++) {
            times.add((hours.first() + i) * 3_600_000);
        }
        return Response.ok(new CheckInsByHourView(times, hours.series()));
    }

    private static DeviceCounts.CountedBy by(Request request) {
        String by = request.query("by");
        return switch (by == null ? "" : by) {
            case "board" -> DeviceCounts.CountedBy.BOARD;
            case "version" -> DeviceCounts.CountedBy.VERSION;
            default -> throw Problem.field("by", "应为 board 或 version", "must be board or version");
        };
    }

    private static int days(Request request) {
        String days = request.query("days");
        if (days == null || days.isEmpty()) {
            return 7;
        }
        int number = days.matches("[0-9]{1,3}") ? Integer.parseInt(days) : 0;
        if (number < 1 || number > MOST_DAYS) {
            throw Problem.field(
                    "days", "应在 1 到 " + MOST_DAYS + " 之间", "must be between 1 and " + MOST_DAYS);
        }
        return number;
    }
}
