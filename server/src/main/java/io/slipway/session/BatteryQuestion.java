package io.slipway.session;

import io.slipway.protocol.socket.Battery;
import io.slipway.protocol.socket.DeviceMessage;
import io.slipway.protocol.socket.McpMessages;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Asks a device once per session for its battery level, which updates depend on (update-rules 2.3).
 * Only after the device has listed that tool to its backend: so no device is asked that lacks it or
 * is not ready. No person waits for the answer. Lives on the session's event loop.
 */
final class BatteryQuestion {

    private static final Duration LIMIT = Duration.ofSeconds(8);
    private static final String PARAMS = "{\"name\":\"" + Battery.TOOL + "\",\"arguments\":{}}";

    private final ToolCalls tools;
    private final Consumer<String> answer;
    private boolean asked;

    /**
     * @param answer receives the result of the call, if any
     */
    BatteryQuestion(ToolCalls tools, Consumer<String> answer) {
        this.tools = tools;
        this.answer = answer;
    }

    /** A message of the device to its backend. */
    void heard(DeviceMessage.Mcp message) {
        if (asked || message.method() != null || !lists(message.payload())) {
            return;
        }
        asked = true;
        var reply = new CompletableFuture<McpMessages.McpReply>();
        var _ =
                reply.thenAccept(toolReply -> {
                    String result = toolReply.result();
                    if (result != null) {
                        answer.accept(result);
                    }
                });
        tools.call(reply, "tools/call", PARAMS, LIMIT);
    }

    private static boolean lists(String payload) {
        // Rules out most messages cheaply.
        return payload.contains(Battery.TOOL)
                && McpMessages.reply(payload)
                        .map(McpMessages.McpReply::result)
                        .map(McpMessages.Tools::read)
                        .filter(page ->
                                page.tools().stream()
                                        .anyMatch(tool -> tool.name().equals(Battery.TOOL)))
                        .isPresent();
    }
}
