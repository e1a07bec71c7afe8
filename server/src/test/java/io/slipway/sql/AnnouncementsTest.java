package io.slipway.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnnouncementsTest {

    @TempDir Path folder;

    @Test
    void committedMessagesAreReceivedAndAGapIsNoticed() throws InterruptedException {
        DatabaseConfig config = TestEngine.POSTGRES.config(folder);
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        var gaps = new AtomicInteger();
        try (Database database = Database.open(config);
                var announcements = new Announcements(config, heard::add, gaps::incrementAndGet)) {
            eventually(announcements::current);
            assertThat(gaps).hasValue(1);
            database.run(Plane.CONSOLE, tx -> tx.announce("topic one"));
            assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("topic one");

            // The listener's connection is cut, as by a restart of the database.
            database.run(
                    Plane.CONSOLE,
                    tx ->
                            tx.handle()
                                    .execute(
                                            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                                                    + " WHERE application_name = 'slipway-bus'"
                                                    + " AND datname = current_database()"));
            eventually(() -> gaps.get() == 2);
            eventually(announcements::current);
            database.run(Plane.CONSOLE, tx -> tx.announce("topic two"));
            assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("topic two");
        }
    }

    private static void eventually(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
            Thread.sleep(20);
        }
    }
}
