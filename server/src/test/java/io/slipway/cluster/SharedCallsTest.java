package io.slipway.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.slipway.cluster.CallFailed.CallFailureKind;
import io.slipway.sql.Database;
import io.slipway.sql.DatabaseConfig;
import io.slipway.sql.Plane;
import io.slipway.sql.StoreException;
import io.slipway.sql.TestEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls between nodes over a real PostgreSQL. */
class SharedCallsTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir Path folder;

    private final List<AutoCloseable> open = new ArrayList<>();
    private DatabaseConfig config;
    private One one;
    private One two;

    private static final class One {
        final Node node;
        final Database database;
        final Presence presence;
        final Calls calls;

        One(DatabaseConfig config, Path folder, Bus bus, List<AutoCloseable> open) {
            node = Node.start(folder);
            database = Database.open(config);
            presence = new Presence.Postgres(database, bus, node, () -> 0);
            calls = new Calls.Postgres(database, bus, node);
            open.addAll(List.of(database, bus, presence, calls));
        }
    }

    @BeforeEach
    void start() throws Exception {
        config = TestEngine.POSTGRES.config(folder);
        one = start("one", new Bus.Postgres(config));
        two = start("two", new Bus.Postgres(config));
    }

    private One start(String name, Bus bus) throws Exception {
        var made = new One(config, Files.createDirectories(folder.resolve(name)), bus, open);
        long end = System.nanoTime() + LONG.toNanos();
        while (!made.database.read(Plane.CONSOLE, tx -> NodeStore.alive(tx, made.node.name()))) {
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
            Thread.sleep(20);
        }
        return made;
    }

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable kit : open.reversed()) {
            kit.close();
        }
    }

    private String call(String op, String payload, Duration timeout) {
        return one.calls.call(two.node.name(), op, payload, timeout);
    }

    private CallFailed failure(String op, Duration timeout) {
        return catchThrowableOfType(CallFailed.class, () -> call(op, "x", timeout));
    }

    private long rows() {
        return one.database.read(
                Plane.CONSOLE,
                tx ->
                        tx.handle()
                                .createQuery("SELECT count(*) FROM node_call")
                                .mapTo(Long.class)
                                .one());
    }

    @Test
    void anotherNodeAnswers() {
        one.calls.handle("who", payload -> "one " + payload);
        two.calls.handle("who", payload -> "two " + payload);
        assertThat(call("who", "中 \n\"'\\", LONG)).isEqualTo("two 中 \n\"'\\");
        assertThat(one.calls.call(one.node.name(), "who", "", LONG)).isEqualTo("one ");
        String most = "中".repeat(Calls.MAX_PAYLOAD / 3);
        assertThat(call("who", most, LONG)).isEqualTo("two " + most);
        two.calls.handle("much", payload -> "x".repeat(Calls.MAX_ANSWER));
        assertThat(call("much", "", LONG)).hasSize(Calls.MAX_ANSWER);
        assertThat(rows()).as("no rows are left").isZero();
    }

    @Test
    void whatTheHandlerThrowsReachesTheCaller() {
        two.calls.handle(
                "throw",
                payload -> {
                    throw new IllegalStateException("no\0 " + payload + "!".repeat(5_000));
                });
        two.calls.handle("much", payload -> "x".repeat(Calls.MAX_ANSWER + 1));
        two.calls.handle("zero", payload -> "\0");
        two.calls.handle("null", payload -> null);
        for (String op : List.of("throw", "much", "zero", "null", "unknown")) {
            assertThat(failure(op, LONG).kind()).as(op).isEqualTo(CallFailureKind.FAILED);
        }
        assertThat(failure("throw", LONG).getMessage()).startsWith("no x!!").hasSize(1_000);
        assertThat(rows()).isZero();
    }

    @Test
    void manyConcurrentCallsGetTheirOwnAnswers() throws Exception {
        var together = new CountDownLatch(20);
        two.calls.handle(
                "echo",
                payload -> {
                    together.countDown();
                    try {
                        assertThat(together.await(20, TimeUnit.SECONDS)).isTrue();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    return payload;
                });
        var calls = new ArrayList<Callable<String>>();
        for (int i = 0; i < 20; i++) {
            String payload = "p" + i;
            calls.add(() -> call("echo", payload, LONG));
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> answers = threads.invokeAll(calls);
            for (int i = 0; i < 20; i++) {
                assertThat(answers.get(i).get()).isEqualTo("p" + i);
            }
        }
        assertThat(rows()).isZero();
    }

    @Test
    void aCallThatTakesTooLongIsGivenUpOnBothSides() throws Exception {
        var interrupted = new CountDownLatch(1);
        two.calls.handle(
                "wait",
                payload -> {
                    try {
                        Thread.sleep(LONG);
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                    }
                    return "late";
                });
        assertThat(failure("wait", Duration.ofMillis(700)).kind())
                .isEqualTo(CallFailureKind.TIMEOUT);
        assertThat(interrupted.await(20, TimeUnit.SECONDS)).isTrue();
        eventually(() -> rows() == 0);
    }

    @Test
    void aNodeThatIsGoneOrGoesIsNotWaitedFor() throws Exception {
        CallFailed unknown =
                catchThrowableOfType(
                        CallFailed.class, () -> one.calls.call("ffffffff", "x", "", LONG));
        assertThat(unknown.kind()).isEqualTo(CallFailureKind.NODE_GONE);

        var asked = new CountDownLatch(1);
        var never = new CountDownLatch(1);
        two.calls.handle(
                "die",
                payload -> {
                    asked.countDown();
                    try {
                        never.await(30, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return "";
                });
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<CallFailed> failed = threads.submit(() -> failure("die", LONG));
            assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
            // Killed, and silent for half a minute.
            two.database.close();
            one.database.run(
                    Plane.CONSOLE,
                    tx ->
                            tx.handle()
                                    .execute(
                                            "UPDATE node SET seen_at = seen_at - 31000 WHERE name = ?",
                                            two.node.name()));
            assertThat(failed.get(20, TimeUnit.SECONDS).kind())
                    .isEqualTo(CallFailureKind.NODE_GONE);
        }
        eventually(() -> rows() == 0);
        assertThat(failure("die", LONG).kind())
                .as("now it is known")
                .isEqualTo(CallFailureKind.NODE_GONE);
    }

    @Test
    void aMessageThatIsLostDelaysACallOnly() throws Exception {
        // A bus that delivers nothing: as if all messages were lost.
        One deaf = start("deaf", new Bus.Local());
        One mute = start("mute", new Bus.Local());
        var runs = new AtomicInteger();
        mute.calls.handle("count", payload -> payload + runs.incrementAndGet());
        assertThat(deaf.calls.call(mute.node.name(), "count", "n", LONG)).isEqualTo("n1");
        assertThat(runs).hasValue(1);
        assertThat(rows()).isZero();
    }

    @Test
    void abandonedCallsAreNotRunAndDeleted() throws Exception {
        var runs = new AtomicInteger();
        two.calls.handle("late", payload -> "" + runs.incrementAndGet());
        two.calls.handle("soon", payload -> "");
        one.database.run(
                Plane.CONSOLE,
                tx ->
                        tx.handle()
                                .execute(
                                        "INSERT INTO node_call VALUES ('gone-1', 'gone', ?, 'late', '', 0, NULL, 1)",
                                        two.node.name()));
        for (int i = 0; i < 3; i++) {
            call("soon", "", LONG);
            Thread.sleep(300);
        }
        assertThat(runs).hasValue(0);
        one.database.run(Plane.CONSOLE, CallStore::clean);
        assertThat(rows()).isZero();
    }

    @Test
    void withoutTheDatabaseACallFailsAtOnce() {
        one.database.close();
        assertThatThrownBy(() -> call("x", "", LONG)).isInstanceOf(StoreException.class);
    }

    private interface Condition {
        boolean holds();
    }

    // Bounded waiting for something on another thread; not a measurement.
    private static void eventually(Condition condition) throws InterruptedException {
        long end = System.nanoTime() + LONG.toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
            Thread.sleep(20);
        }
    }
}
