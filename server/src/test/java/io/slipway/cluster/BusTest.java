package io.slipway.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.sql.Database;
import io.slipway.sql.DatabaseConfig;
import io.slipway.sql.Plane;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BusTest {

    private static final Topic<String> WORDS = Topic.text("words");
    private static final Topic<Topic.Signal> SIGNAL = Topic.signal("signal");
    private static final Topic<Integer> NUMBERS =
            new Topic<>(
                    "numbers",
                    number -> Integer.toString(number),
                    text ->
                            text.matches("[0-9]+")
                                    ? Optional.of(Integer.valueOf(text))
                                    : Optional.empty());

    /** As another version of the server might write them. */
    private static final Topic<String> STRANGE_NUMBERS = Topic.text("numbers");

    @TempDir Path folder;

    private final List<String> heard = new CopyOnWriteArrayList<>();

    private static Bus bus(DatabaseConfig config) throws InterruptedException {
        if (!config.postgres()) {
            return new Bus.Local();
        }
        var bus = new Bus.Postgres(config);
        eventually(bus::current);
        return bus;
    }

    private static <T> void send(Database database, Bus bus, Topic<T> topic, T message) {
        database.run(Plane.CONSOLE, tx -> bus.send(tx, topic, message));
    }

    @ParameterizedTest
    @EnumSource
    void twoHandlersOfATopicBothHear(TestEngine engine) throws InterruptedException {
        DatabaseConfig config = engine.config(folder);
        try (Database database = Database.open(config);
                Bus bus = bus(config)) {
            bus.subscribe(WORDS, word -> heard.add("one " + word));
            bus.subscribe(
                    WORDS,
                    word -> {
                        throw new IllegalStateException("for the test");
                    });
            bus.subscribe(WORDS, word -> heard.add("two " + word));
            bus.onOthers(WORDS, word -> heard.add("own " + word));
            bus.subscribe(SIGNAL, signal -> heard.add(signal.toString()));
            send(database, bus, WORDS, "a b");
            send(database, bus, SIGNAL, Topic.Signal.NEWS);
            eventually(() -> heard.contains("NEWS"));
            assertThat(heard).containsExactly("one a b", "two a b", "NEWS");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRolledBackChangeIsNotAnnounced(TestEngine engine) throws InterruptedException {
        DatabaseConfig config = engine.config(folder);
        try (Database database = Database.open(config);
                Bus bus = bus(config)) {
            bus.subscribe(WORDS, heard::add);
            assertThatThrownBy(() ->
                            database.run(
                                    Plane.CONSOLE,
                                    tx -> {
                                        bus.send(tx, WORDS, "never");
                                        throw new IllegalStateException("for the test");
                                    }))
                    .hasMessage("for the test");
            send(database, bus, WORDS, "later");
            eventually(() -> heard.contains("later"));
            assertThat(heard).containsExactly("later");
        }
    }

    @ParameterizedTest
    @EnumSource
    void messagesOfOtherVersionsAreSkipped(TestEngine engine) throws InterruptedException {
        DatabaseConfig config = engine.config(folder);
        try (Database database = Database.open(config);
                Bus bus = bus(config)) {
            bus.subscribe(NUMBERS, number -> heard.add("number " + (number + 1)));
            send(database, bus, STRANGE_NUMBERS, "many");
            send(database, bus, NUMBERS, 41);
            eventually(() -> heard.contains("number 42"));
            assertThat(heard).hasSize(1);
        }
    }

    @Test
    void twoHandlersOnAnotherNodeBothHearAndSoDoThoseOfOthersAlone() throws InterruptedException {
        DatabaseConfig config = TestEngine.POSTGRES.config(folder);
        try (Database database = Database.open(config);
                Bus mine = bus(config);
                Bus other = bus(config)) {
            mine.onOthers(WORDS, word -> heard.add("mine " + word));
            other.subscribe(WORDS, word -> heard.add("one " + word));
            other.onOthers(WORDS, word -> heard.add("two " + word));
            send(database, mine, WORDS, "a");
            eventually(() -> heard.contains("two a"));
            assertThat(heard).containsExactly("one a", "two a");
        }
    }

    @Test
    void afterAGapAllAreNotified() throws InterruptedException {
        DatabaseConfig config = TestEngine.POSTGRES.config(folder);
        try (Database database = Database.open(config);
                Bus bus = bus(config)) {
            bus.onGap(() -> heard.add("one"));
            bus.onGap(() -> heard.add("two"));
            bus.subscribe(
                    WORDS,
                    word -> {
                        throw new IllegalStateException("for the test");
                    });
            // A failed handler counts as a gap.
            send(database, bus, WORDS, "a");
            eventually(() -> heard.contains("two"));
            assertThat(heard).startsWith("one", "two");
        }
    }

    @Test
    void aTopicIsOneWord() {
        assertThatThrownBy(() -> Topic.text("two words"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Topic.text("")).isInstanceOf(IllegalArgumentException.class);
    }

    // Bounded waiting for something on another thread; not a measurement.
    private static void eventually(BooleanSupplier holds) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
            Thread.sleep(5);
        }
    }
}
