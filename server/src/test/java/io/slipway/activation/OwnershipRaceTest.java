package io.slipway.activation;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.Dev;
import io.slipway.Person;
import io.slipway.TestServer;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What one MAC's pairs and people want at the same moment. */
class OwnershipRaceTest {

    private static final int ROUNDS = 10;
    private static final int CALLERS = 8;

    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource
    void oneOfManyClientIdsReplacesAPinOfNone(TestEngine engine) throws Exception {
        try (TestServer server = TestServer.start(engine, folder);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Person owner = Person.register(server, "owner");
            for (int round = 0; round < ROUNDS; round++) {
                Dev old = Dev.of(server, round).withClientId("").withVersion("1.0.1");
                owner.bind(old.code());
                List<Dev> callers = new ArrayList<>();
                for (int i = 0; i < CALLERS; i++) {
                    String uuid = String.format("00000000-1111-4222-8333-%012x", i);
                    callers.add(old.withClientId(uuid).withVersion("2.4.2"));
                }
                var go = new CountDownLatch(1);
                List<Future<Boolean>> first = new ArrayList<>();
                for (Dev caller : callers) {
                    first.add(
                            threads.submit(() -> {
                                go.await();
                                return caller.bound();
                            }));
                }
                go.countDown();
                int told = 0;
                for (Future<Boolean> answer : first) {
                    told += answer.get() ? 1 : 0;
                }
                assertThat(told).as("pairs that were told they are bound").isEqualTo(1);
                assertThat(callers.stream().filter(Dev::bound).count()).isEqualTo(1);
            }
        }
    }
}
