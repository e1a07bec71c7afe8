package io.slipway.overview;

import io.slipway.account.Accounts;
import io.slipway.account.Caller;
import io.slipway.device.DeviceCounts;
import io.slipway.http.Problem;
import io.slipway.http.Request;
import io.slipway.http.Response;
import io.slipway.http.edge.Edge;
import io.slipway.work.LocalThrottle;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The first page of the console. */
final class OverviewRoutes {

    private static final int A_MINUTE = 120;
    private static final int MOST_DAYS = 90;
    private static final int MOST_KINDS = 50;

    private final Accounts accounts;
    private final Overview overview;
    private final LocalThrottle throttle;

    OverviewRoutes(Accounts accounts, Overview overview, InstantSource clock) {
        this.accounts = accounts;
        this.overview = overview;
        this.throttle = new LocalThrottle(clock, A_MINUTE, Duration.ofMinutes(1));
    }

    void install(Edge edge) {
        edge.route("GET", "/v1/overview", this::all);
        edge.route("GET", "/v1/overview/devices", this::devices);
        edge.route("GET", "/v1/overview/check-ins", this::checkIns);
    }

    private Caller caller(Request request) {
        Caller caller = accounts.authenticate(request);
        throttle.take(caller.accountId());
        return caller;
    }

    private Response all(Request request) {
        Caller caller = caller(request);
        // A server behind a proxy that nobody named can't know it; the page does.
        String used = request.query("address");
        used = used == null || !PublicUrl.isBase(used) ? "" : used;
        return Response.ok(overview.of(caller, request.peer(), used));
    }

    private Response devices(Request request) {
        Caller caller = caller(request);
        var counts = overview.kinds(caller, by(request), MOST_KINDS);
        return Response.ok(
                counts.stream()
                        .map(each -> Map.of("value", each.value(), "count", each.count()))
                        .toList());
    }

    private Response checkIns(Request request) {
        Caller caller = caller(request);
        if (!caller.admin()) {
            // They are counted by board and version only, for all accounts together.
            throw new Problem(403, "需要管理员权限", "Administrators only");
        }
        DeviceCounts.Hours hours = overview.checkIns(by(request), days(request));
        var times = new ArrayList<Long>();
        for (int i = 0; i < hours.hours(); i++) {
            times.add((hours.first() + i) * 3_600_000);
        }
        var series = new ArrayList<Map<String, Object>>();
        for (DeviceCounts.Series each : hours.series()) {
            Map<String, Object> view = new LinkedHashMap<>();
            view.put("value", each.value());
            view.put("counts", each.counts());
            series.add(view);
        }
        var view = new LinkedHashMap<String, List<?>>();
        view.put("hours", times);
        view.put("series", series);
        return Response.ok(view);
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
