package io.slipway.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.http.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** An open page that listens, like a browser's EventSource. */
public final class OpenPage implements AutoCloseable {

    public static final String BEAT = ":";

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final HttpClient CLIENT =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(10))
                    .build();

    /** An event, or a {@link #BEAT}. */
    public record PushedEvent(String event, JsonNode data) {
        public boolean is(String wanted, String... members) {
            boolean same = event.equals(wanted);
            for (int i = 0; same && i < members.length; i += 2) {
                same = data.path(members[i]).asText().equals(members[i + 1]);
            }
            return same;
        }
    }

    final HttpResponse<InputStream> answer;
    private final LinkedBlockingQueue<PushedEvent> inbox = new LinkedBlockingQueue<>();
    private final CountDownLatch ended = new CountDownLatch(1);

    private OpenPage(HttpResponse<InputStream> answer) {
        this.answer = answer;
        Thread.ofVirtual().start(this::read);
    }

    /** {@code headers} are name, value, name, value… */
    public static OpenPage open(String base, String... headers) {
        OpenPage page = attempt(base, headers);
        assertThat(page.answer.statusCode()).isEqualTo(200);
        assertThat(page.answer.headers().firstValue("Content-Type").orElse(""))
                .isEqualTo("text/event-stream; charset=utf-8");
        return page;
    }

    static OpenPage attempt(String base, String... headers) {
        var request = HttpRequest.newBuilder(URI.create(base + "/v1/live")).headers(headers);
        try {
            return new OpenPage(
                    CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofInputStream()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void read() {
        try (var in =
                new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            String event = "";
            String line;
            while ((line = in.readLine()) != null) {
                if (line.equals(":")) {
                    inbox.add(new PushedEvent(BEAT, null));
                } else if (line.startsWith("event: ")) {
                    event = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    byte[] data = line.substring(6).getBytes(StandardCharsets.UTF_8);
                    inbox.add(new PushedEvent(event, Json.read(data)));
                }
            }
        } catch (IOException closed) {
            // Closed by either side.
        } finally {
            ended.countDown();
        }
    }

    /** The first match; earlier ones are skipped. */
    public PushedEvent await(Predicate<PushedEvent> wanted) {
        return upTo(wanted).getLast();
    }

    public PushedEvent await(String event, String... members) {
        return await(told -> told.is(event, members));
    }

    /** Everything up to the first that fits. */
    public List<PushedEvent> upTo(Predicate<PushedEvent> wanted) {
        var all = new ArrayList<PushedEvent>();
        try {
            do {
                PushedEvent next = inbox.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                assertThat(next).as("what is awaited, after " + all).isNotNull();
                all.add(next);
            } while (!wanted.test(all.getLast()));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return all;
    }

    /** Waits until the server has closed it. */
    void awaitEnd() {
        try {
            assertThat(ended.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as("an end").isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try {
            answer.body().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
