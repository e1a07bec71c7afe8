package io.slipway.activation;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.Person;
import io.slipway.TestDevice;
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

/** Concurrent actions on the pairs of one MAC, and of their owners. */
class OwnershipRaceTest {

    private static final int ROUNDS = 10;
    private static final int CALLERS = 8;

    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource
    void ofManyPairsThatOneAccountBindsAtOnceItHasOne(TestEngine engine) throws Exception {
        try (TestServer server = TestServer.start(engine, folder);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Person owner = Person.register(server, "owner");
            for (int round = 0; round < ROUNDS; round++) {
                TestDevice first = TestDevice.of(server, round);
                List<TestDevice> callers = new ArrayList<>();
                for (int i = 0; i < CALLERS; i++) {
                    String uuid = String.format("00000000-1111-4222-8333-%012x", i);
                    callers.add(first.withClientId(uuid));
                }
                var codes = callers.stream().map(TestDevice::code).toList();
                var go = new CountDownLatch(1);
                List<Future<Integer>> answers = new ArrayList<>();
                for (String code : codes) {
                    String path = "/xiaozhi/device/bind/" + owner.agentId + "/" + code;
                    answers.add(
                            threads.submit(() -> {
                                go.await();
                                return owner.raw("POST", path, "").statusCode();
                            }));
                }
                go.countDown();
                for (Future<Integer> answer : answers) {
                    assertThat(answer.get()).isEqualTo(200);
                }
                assertThat(callers.stream().filter(TestDevice::bound).count()).isEqualTo(1);
                assertThat(owner.ok("GET", "/v1/devices?q=" + first.mac(), "")).hasSize(1);
            }
        }
    }
}
