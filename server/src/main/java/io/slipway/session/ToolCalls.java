package io.slipway.session;

import io.slipway.protocol.socket.Mcp;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Calls of a device's tools by people. Their ids lie above those of backends, so that no reply goes
 * to the wrong one (decisions D8). Lives on the session's event loop; the futures complete there.
 */
final class ToolCalls {

    /** The ids from here up are ours; below, the backend's. */
    static final long FIRST_ID = 1L << 30;

    /** Calls of one device that may wait at a time. */
    private static final int MOST = 16;

    private final Map<Long, CompletableFuture<Mcp.Reply>> waiting = new HashMap<>();
    private long next = FIRST_ID;

    /** More calls of one device wait than it could answer. */
    static final class TooMany extends IllegalStateException {
        TooMany() {
            super("too many calls at once");
        }
    }

    /**
     * Expects a reply, or fails it at once when too many wait already.
     *
     * @return the id to ask with
     */
    long ask(CompletableFuture<Mcp.Reply> reply) {
        long id = next;
        next = next == Integer.MAX_VALUE ? FIRST_ID : next + 1;
        if (waiting.size() >= MOST) {
            reply.completeExceptionally(new TooMany());
        } else {
            waiting.put(id, reply);
        }
        return id;
    }

    /** The device took too long, if it has not answered. */
    void expire(long id) {
        CompletableFuture<Mcp.Reply> reply = waiting.remove(id);
        if (reply != null) {
            reply.completeExceptionally(new TimeoutException("the device did not answer"));
        }
    }

    /** Whether an id is one of ours; then the message goes nowhere else. */
    static boolean ours(@Nullable Long id) {
        return id != null && id >= FIRST_ID;
    }

    /** A device's reply to one of our ids, or what it sent in place of one. */
    void replied(long id, String payload) {
        CompletableFuture<Mcp.Reply> reply = waiting.remove(id);
        if (reply != null) {
            Mcp.reply(payload)
                    .ifPresentOrElse(
                            reply::complete,
                            () ->
                                    reply.completeExceptionally(
                                            new IllegalStateException("no reply")));
        }
    }

    /** The session is over: nobody will answer. */
    void close() {
        waiting.values()
                .forEach(reply ->
                        reply.completeExceptionally(
                                new IllegalStateException("the session has ended")));
        waiting.clear();
    }
}
