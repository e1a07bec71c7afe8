package io.slipway.session;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.cluster.CallFailed;
import io.slipway.cluster.Calls;
import io.slipway.cluster.Presence;
import io.slipway.http.Json;
import io.slipway.http.Problem;
import io.slipway.protocol.socket.McpMessages;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;

/** What people do with live sessions, on any node. Thread-safe; calls block, 15 s at most. */
final class SessionControl {

    /** For a single answer of a device. */
    private static final Duration DEVICE = Duration.ofSeconds(8);

    /** For the whole call. */
    private static final Duration WHOLE = Duration.ofSeconds(20);

    private static final int PAGES = 16;

    private static final String GONE = "gone";
    private static final String SILENT = "silent";
    private static final String BUSY = "busy";

    private final Sessions sessions;
    private final Calls calls;

    SessionControl(Sessions sessions, Calls calls) {
        this.sessions = sessions;
        this.calls = calls;
        answer("session.end", SessionControl::ended);
        answer("session.reboot", SessionControl::rebooted);
        answer("session.tools", SessionControl::toolsOf);
        answer("session.tool", SessionControl::called);
    }

    // Every request names its session; the node's result is returned as JSON.
    private void answer(String op, BiFunction<Session, JsonNode, JsonNode> work) {
        calls.handle(
                op,
                payload -> {
                    JsonNode request = Json.read(payload);
                    Session session =
                            sessions.find(request.path("session").asText())
                                    .orElseThrow(() -> new IllegalStateException(GONE));
                    return Json.text(work.apply(session, request));
                });
    }

    /** Tells the device that its owner ended the conversation, and ends it. */
    void end(Presence.LiveSession session) {
        call(session, "session.end", request(session));
    }

    /** Restarts the device. */
    void reboot(Presence.LiveSession session) {
        call(session, "session.reboot", request(session));
    }

    /** The device's tools, including those meant for people. */
    JsonNode tools(Presence.LiveSession session) {
        return call(session, "session.tools", request(session));
    }

    /**
     * Calls a tool.
     *
     * @return the device's result, or {@code {"error": …}} if the device refused
     */
    JsonNode tool(Presence.LiveSession session, String name, JsonNode arguments) {
        ObjectNode request = request(session);
        request.put("name", name);
        request.set("arguments", arguments);
        return call(session, "session.tool", request);
    }

    private static ObjectNode request(Presence.LiveSession session) {
        ObjectNode request = Json.object();
        request.put("session", session.sessionId());
        return request;
    }

    private JsonNode call(Presence.LiveSession session, String op, ObjectNode request) {
        try {
            String answer = calls.call(session.node(), op, Json.text(request), WHOLE);
            return Json.read(answer);
        } catch (CallFailed e) {
            throw problem(e);
        }
    }

    private static Problem problem(CallFailed e) {
        return switch (e.kind()) {
            case NODE_GONE -> noSession();
            case TIMEOUT -> silent();
            case FAILED ->
                    switch (String.valueOf(e.getMessage())) {
                        case GONE -> noSession();
                        case SILENT -> silent();
                        case BUSY ->
                                new Problem(
                                        429,
                                        "正在进行的调用太多，请稍后再试",
                                        "Too many calls at once; try again");
                        default -> new Problem(500, "会话所在的节点出错", "The session's node failed");
                    };
        };
    }

    /** The device has no session now. */
    static Problem noSession() {
        return Problem.notFound(
                "设备当前没有会话：请先唤醒设备", "The device has no session at the moment: wake it up first");
    }

    private static Problem silent() {
        return new Problem(504, "设备没有应答", "The device did not answer");
    }

    private static JsonNode ended(Session session, JsonNode request) {
        session.execute(() -> session.tell(Notice.ENDED, ""));
        return Json.object();
    }

    private static JsonNode rebooted(Session session, JsonNode request) {
        session.execute(session::reboot);
        return Json.object();
    }

    private static JsonNode toolsOf(Session session, JsonNode request) {
        ArrayNode tools = Json.object().putArray("tools");
        String cursor = "";
        for (int page = 0; page < PAGES; page++) {
            ObjectNode params = Json.object();
            params.put("cursor", cursor);
            params.put("withUserTools", true);
            McpMessages.McpReply reply = ask(session, "tools/list", params);
            String result = reply.result();
            if (result == null) {
                break;
            }
            McpMessages.Tools found = McpMessages.Tools.read(result);
            for (McpMessages.Tool tool : found.tools()) {
                ObjectNode shown = tools.addObject();
                shown.put("name", tool.name());
                shown.put("description", tool.description());
                shown.set("inputSchema", Json.read(tool.inputSchema()));
            }
            String next = found.nextCursor();
            if (next.isEmpty() || next.equals(cursor)) {
                break;
            }
            cursor = next;
        }
        return tools;
    }

    private static JsonNode called(Session session, JsonNode request) {
        String name = request.path("name").asText();
        ObjectNode params = Json.object();
        params.put("name", name);
        params.set("arguments", request.path("arguments"));
        McpMessages.McpReply reply = ask(session, "tools/call", params);
        String result = reply.result();
        if (result != null) {
            return Json.read(result);
        }
        ObjectNode error = Json.object();
        error.put("error", String.valueOf(reply.error()));
        return error;
    }

    private static McpMessages.McpReply ask(Session session, String method, ObjectNode params) {
        try {
            return session.call(method, Json.text(params), DEVICE)
                    .get(DEVICE.toMillis() + 1_000, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            throw new IllegalStateException(
                    cause instanceof TimeoutException
                            ? SILENT
                            : cause instanceof ToolCalls.TooMany ? BUSY : GONE,
                    e);
        } catch (TimeoutException e) {
            throw new IllegalStateException(SILENT, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(SILENT, e);
        }
    }
}
