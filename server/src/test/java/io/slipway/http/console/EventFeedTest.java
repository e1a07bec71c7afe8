package io.slipway.http.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.TestClock;
import io.slipway.http.HttpConfig;
import io.slipway.http.Problem;
import io.slipway.http.RawClient;
import io.slipway.http.RouteScope;
import io.slipway.http.TestLimits;
import io.slipway.http.console.EventFeed.Message;
import io.slipway.http.edge.Edge;
import io.slipway.http.file.TransferTimeouts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Feeds on the wire. */
class EventFeedTest {

    private static final String OPEN = "GET /feed HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final List<Message> END = List.of();

    private final LinkedBlockingQueue<List<Message>> news = new LinkedBlockingQueue<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicInteger beats = new AtomicInteger(1_000);
    private Edge edge;
    private int port;

    @BeforeEach
    void start() {
        var config =
                new HttpConfig("127.0.0.1", 0, List.of(), "", Duration.ofSeconds(3), 0, 65_536);
        // A piece that is not read for a second exceeds the limit.
        var limits = TestLimits.hurry(config.idleTimeout(), Duration.ofSeconds(1));
        edge = new Edge(config, new TestClock(), fault -> null, TransferTimeouts.USUAL, limits);
        edge.events(
                RouteScope.OPEN,
                "/feed",
                request ->
                        new EventFeed(this::next, () -> beats.decrementAndGet() >= 0, this::end));
        edge.events(
                RouteScope.OPEN,
                "/refused",
                request -> {
                    throw new Problem(429, "太多", "too many");
                });
        port = edge.start();
    }

    private List<Message> next(Duration most) throws InterruptedException {
        if (ended.getCount() == 0) {
            return null;
        }
        List<Message> told = news.poll(most.toMillis(), TimeUnit.MILLISECONDS);
        return told == null ? List.of() : told == END ? null : told;
    }

    private void end() {
        ended.countDown();
        news.add(END);
    }

    @AfterEach
    void stop() {
        edge.close();
    }

    private void awaitEnd() throws InterruptedException {
        assertThat(ended.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    private static String line(RawClient client) throws IOException {
        var line = new StringBuilder();
        int next;
        while ((next = client.read(1)[0]) != '\n') {
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    // Lines of chunks are lengths, which are no words.
    private static String lineWith(RawClient client, String begin) throws IOException {
        String line;
        do {
            line = line(client);
        } while (!line.startsWith(begin));
        return line;
    }

    @Test
    void newsComeAtOnceAndBeatsInBetween() throws IOException {
        try (var client = new RawClient(port)) {
            var head = client.send(OPEN).head();
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.header("Content-Type")).isEqualTo("text/event-stream; charset=utf-8");
            assertThat(head.header("Cache-Control")).isEqualTo("no-store");
            assertThat(head.header("X-Accel-Buffering")).isEqualTo("no");
            assertThat(lineWith(client, "retry")).isEqualTo("retry: 3000");
            news.add(List.of(Message.of("device", Map.of("mac", "客厅"))));
            assertThat(lineWith(client, "event")).isEqualTo("event: device");
            assertThat(lineWith(client, "data")).startsWith("data: {\"mac\":");
            assertThat(lineWith(client, ":")).isEqualTo(":");
            // Longer than the connection may be idle.
            for (int i = 0; i < 4; i++) {
                lineWith(client, ":");
            }
        }
    }

    @Test
    void aRefusalIsAnAnswerLikeAnyOther() throws IOException {
        try (var client = new RawClient(port)) {
            var head = client.get("/refused").head();
            assertThat(head.status()).isEqualTo(429);
            assertThat(new String(client.read(head.length()), StandardCharsets.UTF_8))
                    .contains("\"code\":429");
        }
    }

    @Test
    void aViewerWhoIsNoLongerEntitledIsDisconnectedNormally() throws Exception {
        beats.set(1);
        try (var client = new RawClient(port)) {
            client.send(OPEN).head();
            assertThat(lineWith(client, ":")).isEqualTo(":");
            assertThat(lineWith(client, "0")).as("the last chunk").isEqualTo("0");
            awaitEnd();
        }
    }

    @Test
    void aPageThatIsClosedIsNoticedBeforeTheNextBeat() throws Exception {
        try (var client = new RawClient(port)) {
            client.send(OPEN).head();
            lineWith(client, "retry");
            beats.set(Integer.MIN_VALUE);
            client.end();
        }
        awaitEnd();
        assertThat(beats.get()).as("not checked at a heartbeat").isEqualTo(Integer.MIN_VALUE);
    }

    @Test
    void aClientThatReadsNothingIsDisconnected() throws Exception {
        String much = "x".repeat(1 << 20);
        try (var client = new RawClient(port, 4096)) {
            client.send(OPEN).head();
            for (int i = 0; i < 32; i++) {
                news.add(List.of(new Message("event", '"' + much + '"')));
            }
            awaitEnd();
        }
    }

    @Test
    void aShutdownEndsFeedsAtOnce() throws Exception {
        try (var client = new RawClient(port)) {
            client.send(OPEN).head();
            lineWith(client, "retry");
            edge.drain(Duration.ofSeconds(30));
            awaitEnd();
            assertThat(lineWith(client, "0")).isEqualTo("0");
        }
    }
}
