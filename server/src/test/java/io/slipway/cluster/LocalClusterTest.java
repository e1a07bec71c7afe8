package io.slipway.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.slipway.cluster.CallFailed.CallFailureKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Presence and calls with a single node. */
class LocalClusterTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir Path folder;

    @Test
    void aNewSessionOfAPairReplacesTheOlder() {
        try (var presence = new Presence.Local()) {
            presence.opened(SampleSessions.session("s1", "p1", 1, "a", 10));
            presence.opened(SampleSessions.session("s2", "p2", 2, "a", 10));
            presence.opened(SampleSessions.session("s3", "p1", 1, "a", 9));
            assertThat(presence.count()).isEqualTo(2);
            assertThat(presence.session("s1")).isEmpty();
            assertThat(presence.ofDevices(List.of(1L, 2L, 3L)).get(1L).sessionId()).isEqualTo("s3");
            presence.closed("s1");
            assertThat(presence.ofAccount("a", null, 10))
                    .extracting("sessionId")
                    .containsExactly("s3", "s2");
            presence.closed("s3");
            assertThat(presence.ofAccount(null, null, 10))
                    .extracting("sessionId")
                    .containsExactly("s2");
        }
    }

    @Test
    void aNodeHasANewNameInEachLife() throws Exception {
        Node first = Node.start(folder);
        assertThat(first.earlier()).isEmpty();
        Node second = Node.start(folder);
        assertThat(second.earlier()).isEqualTo(first.name()).isNotEqualTo(second.name());
        Files.writeString(folder.resolve("node"), "../../etc\n");
        assertThat(Node.start(folder).earlier()).isEmpty();
    }

    @Test
    void aCallRunsTheHandler() {
        Node node = Node.start(folder);
        try (var calls = new Calls.Local(node)) {
            calls.handle("twice", payload -> payload + payload);
            calls.handle(
                    "throw",
                    payload -> {
                        throw new IllegalStateException("no " + payload);
                    });
            calls.handle("much", payload -> "x".repeat(Calls.MAX_ANSWER + 1));
            assertThat(calls.call(node.name(), "twice", "中", LONG)).isEqualTo("中中");
            assertThat(failure(calls, node.name(), "throw", LONG).kind())
                    .isEqualTo(CallFailureKind.FAILED);
            assertThat(failure(calls, node.name(), "throw", LONG)).hasMessage("no x");
            assertThat(failure(calls, node.name(), "much", LONG).kind())
                    .isEqualTo(CallFailureKind.FAILED);
            assertThat(failure(calls, node.name(), "else", LONG).kind())
                    .isEqualTo(CallFailureKind.FAILED);
            assertThat(failure(calls, "ffffffff", "twice", LONG).kind())
                    .isEqualTo(CallFailureKind.NODE_GONE);
            String tooLong = "x".repeat(Calls.MAX_PAYLOAD + 1);
            assertThatThrownBy(() -> calls.call(node.name(), "twice", tooLong, LONG))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> calls.call(node.name(), "twice", "x", Duration.ZERO))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aHandlerThatTakesTooLongIsInterrupted() throws InterruptedException {
        Node node = Node.start(folder);
        var interrupted = new CountDownLatch(1);
        try (var calls = new Calls.Local(node)) {
            calls.handle(
                    "wait",
                    payload -> {
                        try {
                            Thread.sleep(LONG);
                        } catch (InterruptedException e) {
                            interrupted.countDown();
                        }
                        return "";
                    });
            // More of them than may run at once: each frees its slot.
            for (int i = 0; i < 300; i++) {
                assertThat(failure(calls, node.name(), "wait", Duration.ofMillis(1)).kind())
                        .isEqualTo(CallFailureKind.TIMEOUT);
            }
            assertThat(interrupted.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static CallFailed failure(Calls calls, String node, String op, Duration timeout) {
        return catchThrowableOfType(CallFailed.class, () -> calls.call(node, op, "x", timeout));
    }
}
