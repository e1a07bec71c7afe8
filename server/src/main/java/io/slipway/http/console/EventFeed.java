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
 * What one viewer is told while a page is open, as server-sent events: a route of {@link
 * Edge#events}. A viewer that takes nothing for half a minute is cut; browsers come back by
 * themselves.
 *
 * @param source where the messages come from
 * @param entitled asked at each heartbeat, may block; false ends the feed
 * @param end called at least once, from any thread, when the viewer or this server goes; it must
 *     not wait, and after it the source returns null
 */
public record EventFeed(FeedSource source, BooleanSupplier entitled, Runnable end) {

    /** How long a browser waits before it comes back. */
    private static final String RETRY = "retry: 3000\n\n";

    private static final String HEARTBEAT = ":\n\n";

    /** Gives a feed its messages, on the feed's own virtual thread. */
    @FunctionalInterface
    public interface FeedSource {

        /**
         * What there is to say, at once or within {@code most}; empty when that is nothing, null
         * when the feed ends.
         */
        @Nullable List<Message> await(Duration most) throws InterruptedException;
    }

    /**
     * @param event one word
     * @param data JSON, in one line
     */
    public record Message(String event, String data) {

        /** With what is written as JSON, an object. */
        public static Message of(String event, Object data) {
            return new Message(event, new String(Json.write(data), StandardCharsets.UTF_8));
        }
    }

    /** A feed on the wire. */
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

    /** The answer that goes on until the feed ends. */
    public Response response(Duration beat) {
        // Proxies that collect answers would sit on a feed for ever.
        return new Response(
                200,
                "text/event-stream; charset=utf-8",
                new byte[0],
                Map.of("X-Accel-Buffering", "no"),
                new FeedStream(this, beat));
    }
}
