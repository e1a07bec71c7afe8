package io.slipway.http.console;

import io.slipway.http.Json;
import io.slipway.http.Response;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Messages for one viewer while a page is open, as server-sent events: a route of {@link
 * Edge#events}. A viewer that reads nothing for half a minute is disconnected; browsers reconnect
 * by themselves.
 *
 * @param source of the messages
 * @param entitled checked at each heartbeat, may block; false ends the feed
 * @param end called at least once, from any thread, when the viewer or this server goes; it must
 *     not block, and after it the source returns null
 */
public record EventFeed(FeedSource source, BooleanSupplier entitled, Runnable end) {

    /** How long a browser waits before it reconnects. */
    private static final String RETRY = "retry: 3000\n\n";

    private static final String HEARTBEAT = ":\n\n";

    /** Supplies a feed's messages, on the feed's own virtual thread. */
    @FunctionalInterface
    public interface FeedSource {

        /**
         * Messages that are available now or within {@code most}; empty if there are none, null to
         * end the feed.
         */
        @Nullable List<Message> await(Duration most) throws InterruptedException;
    }

    /**
     * @param event one word
     * @param data JSON, in one line
     */
    public record Message(String event, String data) {

        /** With an object to be serialized as JSON. */
        public static Message of(String event, Object data) {
            return new Message(event, Json.text(data));
        }
    }

    /** The wire format of a feed. */
    record FeedStream(EventFeed feed, Duration beat) implements Response.Stream {

        @Override
        public void write(OutputStream out) throws IOException {
            try {
                put(out, RETRY);
                long due = System.nanoTime() + beat.toNanos();
                while (true) {
                    long left = due - System.nanoTime();
                    if (left > 0) {
                        List<Message> news = feed.source.await(Duration.ofNanos(left));
                        if (news == null) {
                            return;
                        }
                        put(out, text(news));
                    } else if (feed.entitled.getAsBoolean()) {
                        put(out, HEARTBEAT);
                        due = System.nanoTime() + beat.toNanos();
                    } else {
                        return;
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                feed.end.run();
            }
        }

        private static String text(List<Message> news) {
            var text = new StringBuilder();
            for (Message one : news) {
                text.append("event: ").append(one.event).append('\n');
                text.append("data: ").append(one.data).append("\n\n");
            }
            return text.toString();
        }

        private static void put(OutputStream out, String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        }
    }

    /** The response, which lasts until the feed ends. */
    public Response response(Duration beat) {
        // Buffering proxies would hold back a feed forever.
        return new Response(
                200,
                "text/event-stream; charset=utf-8",
                new byte[0],
                Map.of("X-Accel-Buffering", "no"),
                new FeedStream(this, beat));
    }
}
