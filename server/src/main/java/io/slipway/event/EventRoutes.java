package io.slipway.event;

import io.slipway.account.Accounts;
import io.slipway.account.Caller;
import io.slipway.http.Problem;
import io.slipway.http.Request;
import io.slipway.http.Response;
import io.slipway.http.RouteScope;
import io.slipway.http.console.Page;
import io.slipway.http.edge.Edge;
import io.slipway.lists.MacSpelling;
import io.slipway.protocol.Mac;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;

/** The event feed over HTTP. */
final class EventRoutes {

    private static final int MAX_ID = 64;

    private final Accounts accounts;
    private final Events events;

    EventRoutes(Accounts accounts, Events events) {
        this.accounts = accounts;
        this.events = events;
    }

    void install(Edge edge) {
        edge.route(RouteScope.READ, "GET", "/v1/events", this::list);
        edge.views(EventView.class);
    }

    private Response list(Request request) {
        Caller caller = accounts.authenticate(request);
        Page page = Page.of(request);
        String cursor = page.cursor();
        long before = cursor == null ? Long.MAX_VALUE : Page.number(cursor);
        var filter =
                new EventFilter(
                        caller.admin() ? null : caller.accountId(),
                        types(request),
                        id(request, "rollout"),
                        id(request, "build"),
                        mac(request),
                        time(request, "since", 0),
                        time(request, "until", Long.MAX_VALUE));
        EventStore.EventPage found = events.page(filter, before, page.limit());
        Long next = found.next();
        return Response.page(
                found.events().stream().map(EventView::of).toList(),
                next == null ? null : next.toString());
    }

    static Set<EventType> types(Request request) {
        var types = EnumSet.noneOf(EventType.class);
        for (String name : text(request, "type").split(",")) {
            if (!name.isBlank()) {
                types.add(type("type", name.strip()));
            }
        }
        return types;
    }

    /** The type with this wire name; otherwise a 400 that names {@code field}. */
    static EventType type(String field, String name) {
        return EventType.of(name)
                .orElseThrow(
                        () -> Problem.field(field, "没有这种事件：" + name, "no such event: " + name));
    }

    private static String id(Request request, String name) {
        String id = text(request, name);
        if (id.length() > MAX_ID) {
            throw Problem.field(name, "最多 " + MAX_ID + " 个字符", "at most " + MAX_ID + " characters");
        }
        return id;
    }

    private static String mac(Request request) {
        String text = text(request, "mac");
        return text.isEmpty()
                ? ""
                : MacSpelling.parse(text)
                        .map(Mac::toString)
                        .orElseThrow(
                                () -> Problem.field("mac", "MAC 地址格式错误", "is not a MAC address"));
    }

    private static long time(Request request, String name, long fallback) {
        String text = text(request, name);
        if (text.isEmpty()) {
            return fallback;
        }
        try {
            long at =
                    text.matches("[0-9]{1,15}")
                            ? Long.parseLong(text)
                            : Instant.parse(text).toEpochMilli();
            return Math.max(0, at);
        } catch (DateTimeException | ArithmeticException e) {
            throw Problem.field(
                    name,
                    "应为 2026-08-01T00:00:00Z 形式的时间或毫秒数",
                    "must be a time such as 2026-08-01T00:00:00Z, or milliseconds");
        }
    }

    // PostgreSQL can't compare with NUL.
    private static String text(Request request, String name) {
        String text = request.query(name);
        return text == null ? "" : text.replace("\0", "").strip();
    }
}
