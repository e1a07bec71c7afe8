package io.slipway.history;

import io.slipway.account.Accounts;
import io.slipway.account.Caller;
import io.slipway.device.DeviceRef;
import io.slipway.device.Devices;
import io.slipway.history.ChatView.ChatLineView;
import io.slipway.history.ChatView.ChatSessionView;
import io.slipway.history.ChatView.ChatSessionsView;
import io.slipway.history.ChatView.DeletedLinesView;
import io.slipway.history.ChatView.DeviceChatView;
import io.slipway.http.Json;
import io.slipway.http.Problem;
import io.slipway.http.Request;
import io.slipway.http.Response;
import io.slipway.http.RouteScope;
import io.slipway.http.console.Page;
import io.slipway.http.edge.Edge;
import io.slipway.protocol.Mac;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Chat history over HTTP: console-api rows 24, 25 and 27, and a device's sessions. */
final class ChatRoutes {

    private static final int LIMIT = 20;
    private static final int MAX_PAGE = 1_000_000;
    private static final int STREAM_PAGE = 500;

    private final Accounts accounts;
    private final Devices devices;
    private final ChatLog chatLog;

    ChatRoutes(Accounts accounts, Devices devices, ChatLog chatLog) {
        this.accounts = accounts;
        this.devices = devices;
        this.chatLog = chatLog;
    }

    /** Adds the routes; must be called before the edge starts. */
    void install(Edge edge) {
        edge.route(RouteScope.READ, "GET", "/xiaozhi/agent/{agentId}/sessions", this::sessions);
        edge.route(
                RouteScope.READ,
                "GET",
                "/xiaozhi/agent/{agentId}/chat-history/{sessionId}",
                this::lines);
        edge.route(RouteScope.READ, "GET", "/v1/devices/{mac}/sessions", this::ofDevice);
        edge.route(RouteScope.DEVICES, "DELETE", "/v1/devices/{mac}/chat-history", this::delete);
        edge.views(
                ChatSessionsView.class,
                ChatLineView.class,
                DeviceChatView.class,
                DeletedLinesView.class);
    }

    private Response sessions(Request request) {
        Caller caller = accounts.authenticate(request);
        int limit = Page.limit(request, LIMIT);
        long skip = (page(request) - 1) * limit;
        var found = chatLog.history().sessions(caller, request.path("agentId"), skip, limit);
        return Response.ok(
                new ChatSessionsView(
                        found.total(), found.list().stream().map(ChatSessionView::of).toList()));
    }

    private static long page(Request request) {
        String text = request.query("page");
        if (text == null || text.isEmpty()) {
            return 1;
        }
        try {
            long page = Long.parseLong(text);
            if (page >= 1 && page <= MAX_PAGE) {
                return page;
            }
        } catch (NumberFormatException e) {
            // Reported below.
        }
        throw Problem.field(
                "page",
                "应为 1 到 " + MAX_PAGE + " 的整数",
                "must be a whole number from 1 to " + MAX_PAGE);
    }

    // The first page is read before the answer starts, so that an error can still be reported.
    private Response lines(Request request) {
        Caller caller = accounts.authenticate(request);
        ChatSession session =
                chatLog.history()
                        .session(caller, request.path("agentId"), request.path("sessionId"));
        List<ChatLine> first = chatLog.history().lines(session, 0, STREAM_PAGE);
        return Response.streamed(out -> {
            text(out, "{\"code\":0,\"msg\":\"success\",\"data\":[");
            List<ChatLine> page = first;
            String between = "";
            while (!page.isEmpty()) {
                for (ChatLine line : page) {
                    text(out, between);
                    Json.write(out, ChatLineView.of(session, line));
                    between = ",";
                }
                boolean more = page.size() == STREAM_PAGE;
                page =
                        more
                                ? chatLog.history().lines(session, page.getLast().id(), STREAM_PAGE)
                                : List.of();
            }
            text(out, "]}");
        });
    }

    private static void text(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    private Response ofDevice(Request request) {
        Caller caller = accounts.authenticate(request);
        Mac mac = mac(caller, request);
        Page page = Page.of(request);
        String cursor = page.cursor();
        List<ChatSession> found =
                chatLog.history()
                        .ofDevice(
                                caller,
                                mac,
                                cursor == null ? null : Page.number(cursor),
                                page.limit() + 1,
                                tx -> devices.require(tx, caller.accountId(), mac));
        return Page.response(found, page, DeviceChatView::of, row -> Long.toString(row.id()));
    }

    // The history of a device that was unbound remains, and is only found by its MAC.
    private Mac mac(Caller caller, Request request) {
        DeviceRef ref = DeviceRef.parse("mac", request.path("mac"));
        return devices.macOf(caller.accountId(), ref);
    }

    private Response delete(Request request) {
        Caller caller = accounts.authenticate(request);
        Mac mac = mac(caller, request);
        long deleted =
                chatLog.delete(caller, mac, tx -> devices.require(tx, caller.accountId(), mac));
        return Response.ok(new DeletedLinesView(deleted));
    }
}
