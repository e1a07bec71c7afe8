package io.slipway.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.TestClock;
import io.slipway.cluster.Bus;
import io.slipway.protocol.Mac;
import io.slipway.sql.Database;
import io.slipway.sql.Ids;
import io.slipway.sql.Plane;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The registry's guarantees for concurrent changes. */
@ParameterizedClass
@EnumSource(TestEngine.class)
class DevicesTest {

    private static final Mac MAC = Mac.parse("d4:06:06:00:00:01").orElseThrow();
    private static final Mac OTHER_MAC = Mac.parse("d4:06:06:00:00:02").orElseThrow();
    private static final String NETWORK = "203.0.113.7";
    private static final Devices.LastReport SAID = new Devices.LastReport("b", "1", "zh-CN");

    @Parameter TestEngine engine;
    @TempDir Path folder;
    private final TestClock clock = new TestClock();
    private Database database;
    private Ids ids;
    private Devices devices;

    @BeforeEach
    void open() {
        database = engine.open(folder);
        ids = new Ids(clock);
        devices = new Devices(database, new Bus.Local(), ids, clock, new BoundCache(100));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void provisional(Pair pair) {
        var wanted = new NewDevice("alice", null, false, SAID, null, 0, NETWORK, "");
        Optional<Binding> made =
                database.write(Plane.DEVICE, tx -> devices.bindNew(tx, ids.next(), pair, wanted));
        assertThat(made).isPresent();
    }

    private List<Device> found() {
        return database.read(Plane.CONSOLE, tx -> devices.provisional(tx, "alice", NETWORK, 0, 10));
    }

    @Test
    void lockedDevicesAreAsTheOneBeforeLeftThem() throws Exception {
        var pair = new Pair(MAC, true, false, 11, 12);
        var taken = new Pair(MAC, true, false, 13, 14);
        provisional(pair);
        provisional(new Pair(OTHER_MAC, true, false, 15, 16));
        List<Device> found = found();
        assertThat(found).hasSize(2);
        var moved = new CountDownLatch(1);
        var asked = new CountDownLatch(1);
        var mover =
                new FutureTask<Void>(() ->
                        devices.change(
                                Plane.DEVICE,
                                (tx, unboundPairs) -> {
                                    devices.lock(tx, MAC);
                                    var wanted = new NewDevice("alice", null, SAID);
                                    devices.move(tx, unboundPairs, found.getFirst(), taken, wanted);
                                    moved.countDown();
                                    await(asked);
                                    return null;
                                }));
        Thread.ofVirtual().start(mover);
        await(moved);
        var late =
                new FutureTask<>(() -> {
                    asked.countDown();
                    return devices.change(
                            Plane.BACKGROUND, (tx, unboundPairs) -> devices.lock(tx, found));
                });
        Thread.ofVirtual().start(late);
        List<Device> locked = late.get(30, TimeUnit.SECONDS);
        mover.get(30, TimeUnit.SECONDS);
        assertThat(locked).extracting(each -> each.owner().pairKey()).contains(taken.key());
        assertThat(locked).extracting(each -> each.proven()).containsExactlyInAnyOrder(true, false);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
