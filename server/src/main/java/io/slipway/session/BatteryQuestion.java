package io.slipway.session;

import io.slipway.protocol.socket.Battery;
import io.slipway.protocol.socket.DeviceMessage;
import io.slipway.protocol.socket.McpMessages;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Asks a device once a session how full its battery is: updates wait for that (update-rules 2.3).
 * Only after it has told its backend that it has the tool, so that none is asked that has not, and
 * none before it is ready to be. Nobody waits for the answer. Lives on the session's event loop.
 */
final class BatteryQuestion {

    private static final Duration LIMIT = Duration.ofSeconds(8);
    private static final String PARAMS = "{\"name\":\"" + Battery.TOOL + "\",\"arguments\":{}}";

    private final ToolCalls tools;
    private final Consumer<String> answer;
    private boolean asked;

    /**
     * @param answer takes the result of the call, if there is one
     */
    BatteryQuestion(ToolCalls tools, Consumer<String> answer) {
        this.tools = tools;
        this.answer = answer;
    }

    /** What a device has just said to its backend. */
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
        // Most replies are told from a list of tools by this alone.
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
