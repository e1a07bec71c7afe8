package io.slipway.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.sql.Ids;
import io.slipway.sql.Plane;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several nodes over one PostgreSQL. */
class WebhookClusterTest {

    @TempDir Path folder;
    private EventFixture fixture;
    private WebhookReceiver receiver;

    @BeforeEach
    void open() {
        fixture = new EventFixture(TestEngine.POSTGRES, folder);
        receiver = new WebhookReceiver();
    }

    @AfterEach
    void close() {
        fixture.close();
        receiver.close();
    }

    @Test
    void twoNodesSendEachOnceAndTwoAtATime() throws Exception {
        EventModule other = fixture.another(true);
        receiver.takesMs = 5;
        String id =
                fixture.webhook(fixture.alice, receiver.url("/"), ",\"types\":[\"offered\"]")
                        .path("id")
                        .asText();
        String account = fixture.alice.caller().accountId();
        int events = 300;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (EventModule node : new EventModule[] {fixture.module, other}) {
                var _ =
                        threads.submit(() ->
                                EventFixture.until(() -> receiver.got.size() >= events, node));
            }
            for (int i = 0; i < events; i++) {
                fixture.add(new NewEvent(EventType.OFFERED, account, "", "", "", Map.of("n", i)));
            }
        }
        fixture.until(() -> waiting(id) == 0);
        assertThat(receiver.got.stream().map(got -> got.json().path("data").path("n").asInt()))
                .containsExactlyInAnyOrderElementsOf(IntStream.range(0, events).boxed().toList());
        assertThat(receiver.mostAtOnce).hasValueLessThanOrEqualTo(Sender.AT_ONCE_EACH);
    }

    private int waiting(String id) {
        return fixture.deliveries(fixture.alice, id, "waiting").size();
    }

    /** Its id is older than what was already read: its transaction took long to commit. */
    @Test
    void anEventThatCommitsLateIsFound() {
        String id = fixture.webhook(fixture.alice, receiver.url("/"), "").path("id").asText();
        fixture.node.pass(Duration.ofSeconds(30));
        fixture.add(EventType.ROLLOUT_STARTED, fixture.alice, "r1");
        fixture.until(fixture.alice, id, "delivered", 1);
        long early = Ids.least(fixture.node.now.get().minusSeconds(10).toEpochMilli());
        var late =
                EventFixture.event(
                        EventType.ROLLOUT_DONE, fixture.alice.caller().accountId(), "r1");
        fixture.node.database.run(
                Plane.CONSOLE,
                tx ->
                        EventStore.insert(
                                tx, List.of(new EventStore.EventRow(early, 0, late, "{}"))));
        fixture.module.deliver();
        fixture.module.sweep();
        assertThat(fixture.deliveries(fixture.alice, id, "")).hasSize(1);
        fixture.node.pass(Duration.ofMinutes(3));
        fixture.module.sweep();
        fixture.until(fixture.alice, id, "delivered", 2);
        assertThat(receiver.types()).containsExactly("rollout_started", "rollout_done");
        fixture.node.pass(Duration.ofMinutes(3));
        fixture.module.sweep();
        fixture.module.deliver();
        assertThat(fixture.deliveries(fixture.alice, id, "")).as("once").hasSize(2);
    }
}
