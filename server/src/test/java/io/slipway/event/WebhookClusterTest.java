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
    private Telling telling;
    private Receiver receiver;

    @BeforeEach
    void open() {
        telling = new Telling(TestEngine.POSTGRES, folder);
        receiver = new Receiver();
    }

    @AfterEach
    void close() {
        telling.close();
        receiver.close();
    }

    @Test
    void twoNodesSendEachOnceAndTwoAtATime() throws Exception {
        EventModule other = telling.another(true);
        receiver.takesMs = 5;
        String id =
                telling.webhook(telling.alice, receiver.url("/"), ",\"types\":[\"offered\"]")
                        .path("id")
                        .asText();
        String account = telling.alice.caller().accountId();
        int events = 300;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (EventModule node : new EventModule[] {telling.module, other}) {
                var _ =
                        threads.submit(
                                () -> Telling.until(() -> receiver.got.size() >= events, node));
            }
            for (int i = 0; i < events; i++) {
                telling.add(new NewEvent(EventType.OFFERED, account, "", "", "", Map.of("n", i)));
            }
        }
        telling.until(() -> waiting(id) == 0);
        assertThat(receiver.got.stream().map(got -> got.json().path("data").path("n").asInt()))
                .containsExactlyInAnyOrderElementsOf(IntStream.range(0, events).boxed().toList());
        assertThat(receiver.mostAtOnce).hasValueLessThanOrEqualTo(Sender.AT_ONCE_EACH);
    }

    private int waiting(String id) {
        return telling.deliveries(telling.alice, id, "waiting").size();
    }

    /** Its id is older than what was read already: a transaction that took its time to commit. */
    @Test
    void anEventThatCommitsLateIsFound() {
        String id = telling.webhook(telling.alice, receiver.url("/"), "").path("id").asText();
        telling.node.pass(Duration.ofSeconds(30));
        telling.add(EventType.ROLLOUT_STARTED, telling.alice, "r1");
        telling.until(telling.alice, id, "delivered", 1);
        long early = Ids.least(telling.node.now.get().minusSeconds(10).toEpochMilli());
        var late = Telling.event(EventType.ROLLOUT_DONE, telling.alice.caller().accountId(), "r1");
        telling.node.database.run(
                Plane.CONSOLE,
                tx ->
                        EventStore.insert(
                                tx, List.of(new EventStore.EventRow(early, 0, late, "{}"))));
        telling.module.tell();
        telling.module.sweep();
        assertThat(telling.deliveries(telling.alice, id, "")).hasSize(1);
        telling.node.pass(Duration.ofMinutes(3));
        telling.module.sweep();
        telling.until(telling.alice, id, "delivered", 2);
        assertThat(receiver.types()).containsExactly("rollout_started", "rollout_done");
        telling.node.pass(Duration.ofMinutes(3));
        telling.module.sweep();
        telling.module.tell();
        assertThat(telling.deliveries(telling.alice, id, "")).as("once").hasSize(2);
    }
}
