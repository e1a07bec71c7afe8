package io.slipway.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HousekeepingTest {

    private final List<String> done = new CopyOnWriteArrayList<>();

    @Test
    void nothingRunsBeforeTheStartAndWhatFailsIsTriedAgain() throws InterruptedException {
        var first = new CountDownLatch(1);
        var again = new CountDownLatch(3);
        try (var housekeeping = new Housekeeping()) {
            housekeeping.once("first", first::countDown);
            housekeeping.every(
                    Duration.ofMillis(1),
                    "again",
                    () -> {
                        again.countDown();
                        throw new IllegalStateException("for the test");
                    });
            assertThat(first.getCount()).isOne();
            housekeeping.start();
            assertThat(first.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(again.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void atTheEndEverythingIsWrittenWhateverFails() {
        var housekeeping = new Housekeeping();
        housekeeping.write(() -> done.add("one"));
        housekeeping.write(() -> {
            throw new IllegalStateException("for the test");
        });
        housekeeping.write(() -> done.add("two"));
        assertThatThrownBy(housekeeping::flush).hasMessage("for the test");
        assertThat(done).containsExactly("one");
        housekeeping.close();
        housekeeping.flushAll();
        assertThat(done).containsExactly("one", "one", "two");
    }
}
