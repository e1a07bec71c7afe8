package io.slipway.session;

import io.slipway.http.socket.Socket;
import io.slipway.protocol.socket.McpMessages;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Calls of a device's tools by people. Their ids are above those of backends, so that no reply goes
 * to the wrong caller (decisions D8). Lives on the session's event loop; the futures complete
 * there.
 */
final class ToolCalls {

    /** This server uses the ids from here up, backends those below. */
    private static final long FIRST_ID = 1L << 30;

    /** Calls of one device that may be pending at a time. */
    private static final int MOST = 16;

    private final Socket socket;
    private final Consumer<String> requests;
    private final Map<Long, CompletableFuture<McpMessages.McpReply>> waiting = new HashMap<>();
    private long next = FIRST_ID;
    private boolean open;

    /** More calls are pending than the device could answer. */
    static final class TooMany extends IllegalStateException {
        TooMany() {
            super("too many calls at once");
        }
    }

    /**
     * @param requests sends an MCP payload to the device
     */
    ToolCalls(Socket socket, Consumer<String> requests) {
        this.socket = socket;
        this.requests = requests;
    }

    /** From now on the device can be asked. */
    void open() {
        open = true;
    }

    /** Sends a request to the device; {@code reply} gets the answer, or the failure. */
    void call(
            CompletableFuture<McpMessages.McpReply> reply,
            String method,
            String params,
            Duration limit) {
        if (!open) {
            reply.completeExceptionally(ended());
        } else if (waiting.size() >= MOST) {
            reply.completeExceptionally(new TooMany());
        } else {
            long id = next;
            next = next == Integer.MAX_VALUE ? FIRST_ID : next + 1;
            waiting.put(id, reply);
            socket.after(limit.toMillis(), () -> expire(id));
            requests.accept(McpMessages.request(id, method, params));
        }
    }

    private void expire(long id) {
        CompletableFuture<McpMessages.McpReply> reply = waiting.remove(id);
        if (reply != null) {
            reply.completeExceptionally(new TimeoutException("the device did not answer"));
        }
    }

    /** Whether an id is one of this server's; such a message goes nowhere else. */
    static boolean ours(@Nullable Long id) {
        return id != null && id >= FIRST_ID;
    }

    /** A device's reply to one of these ids, or what it sent instead of one. */
    void replied(long id, String payload) {
        CompletableFuture<McpMessages.McpReply> reply = waiting.remove(id);
        if (reply != null) {
            McpMessages.reply(payload)
                    .ifPresentOrElse(
                            reply::complete,
                            () ->
                                    reply.completeExceptionally(
                                            new IllegalStateException("no reply")));
        }
    }

    /** The session is over: pending calls fail. */
    void close() {
        open = false;
        waiting.values().forEach(reply -> reply.completeExceptionally(ended()));
        waiting.clear();
    }

    private static IllegalStateException ended() {
        return new IllegalStateException("the session has ended");
    }
}
