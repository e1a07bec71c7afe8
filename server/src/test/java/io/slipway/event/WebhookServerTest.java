package io.slipway.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.Person;
import io.slipway.TestClock;
import io.slipway.TestServer;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Webhooks of a complete server, sent by its own housekeeping. */
class WebhookServerTest {

    private static final String HOOKS = "/v1/webhooks";

    @TempDir Path folder;

    @Test
    void privateAddressesAreRefusedByDefault() {
        try (TestServer server = TestServer.start(TestEngine.SQLITE, folder)) {
            Person person = Person.register(server, "owner");
            for (String host :
                    List.of("127.0.0.1", "localhost", "10.0.0.1", "[::1]", "nas.local", "redis")) {
                String body = "{\"url\":\"http://" + host + ":8080/\"}";
                String message = person.fails(400, "POST", HOOKS, body).path("msg").asText();
                assertThat(message).contains("webhooks.private");
            }
            String id =
                    person.ok("POST", HOOKS, "{\"url\":\"https://h.example/\"}")
                            .path("id")
                            .asText();
            String inside = "{\"url\":\"http://192.168.1.1/\"}";
            person.fails(400, "PUT", HOOKS + "/" + id, inside);
        }
    }

    /**
     * Deliveries pending at shutdown are sent by the next server; whether they are allowed is
     * checked each time.
     */
    @Test
    void aServerGoesOnWhereTheLastOneEnded() throws Exception {
        try (var receiver = new WebhookReceiver()) {
            String deliveries;
            receiver.status = 500;
            var allowed = Map.of("webhooks.private", "on");
            var clock = new TestClock();
            try (TestServer server = TestServer.start(folder, clock, allowed)) {
                Person person = Person.register(server, "owner");
                String url = "{\"url\":\"" + receiver.url("/") + "\"}";
                String one = HOOKS + "/" + person.ok("POST", HOOKS, url).path("id").asText();
                deliveries = one + "/deliveries";
                person.ok("POST", one + "/test", "");
                await(person, deliveries, "HTTP 500");
            }
            receiver.status = 200;
            int before = receiver.got.size();
            clock.advance(Duration.ofMinutes(1));
            try (TestServer server = TestServer.start(folder, clock, Map.of())) {
                Person person = Person.login(server, "owner");
                await(person, deliveries, "private network");
                assertThat(receiver.got).hasSize(before);
            }
            clock.advance(Duration.ofMinutes(2));
            try (TestServer server = TestServer.start(folder, clock, allowed)) {
                Person person = Person.login(server, "owner");
                await(person, deliveries, "\"delivered\"");
                assertThat(receiver.got.getLast().delivery())
                        .isEqualTo(receiver.got.getFirst().delivery());
            }
        }
    }

    private static void await(Person person, String path, String text) throws Exception {
        long end = System.nanoTime() + 60_000_000_000L;
        while (!person.ok("GET", path, "").toString().contains(text)) {
            assertThat(System.nanoTime()).as("in time: " + text).isLessThan(end);
            Thread.sleep(50);
        }
    }
}
