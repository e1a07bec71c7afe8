package io.slipway.rollout.grant;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.account.TestAccounts;
import io.slipway.device.FilledDevices;
import io.slipway.device.Pair;
import io.slipway.firmware.Board;
import io.slipway.firmware.BuildChanges;
import io.slipway.firmware.Scheme;
import io.slipway.protocol.Mac;
import io.slipway.protocol.firmware.Chip;
import io.slipway.protocol.ota.CheckIn;
import io.slipway.rollout.rules.Given;
import io.slipway.rollout.rules.gate.Gate;
import io.slipway.rollout.rules.plan.Limits;
import io.slipway.rollout.rules.plan.NamedDevices;
import io.slipway.rollout.rules.plan.Rollout;
import io.slipway.rollout.rules.plan.RolloutPlan;
import io.slipway.rollout.rules.plan.Schedule;
import io.slipway.rollout.rules.plan.Selection;
import io.slipway.rollout.store.RolloutStore;
import io.slipway.simulator.update.FirmwareFile;
import io.slipway.sql.Plane;
import io.slipway.sql.StoreException;
import io.slipway.sql.TestEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Many devices at once, at two nodes if possible: the limit holds at every moment. */
@ParameterizedClass
@EnumSource(TestEngine.class)
class StoreGrantTest {

    private static final int DEVICES = 200;
    private static final int THREADS = 16;
    private static final int CAP = 10;

    private final TestEngine engine;

    StoreGrantTest(TestEngine engine) {
        this.engine = engine;
    }

    private record Granted(int device, StoreNode node, String offerId) {}

    @Test
    void noMoreThanTheLimit(@TempDir Path folder) throws Exception {
        try (var nodes = new StoreNodes(engine, folder)) {
            nodes.start(engine == TestEngine.POSTGRES ? 2 : 1, false, Limits.NONE, 4_000);
            var checkIn = checkIn("2.0.0", Given.elf("2.0.0"));
            List<Pair> pairs = pairs();
            var ids = new ArrayList<Long>();
            String rollout = prepare(nodes, folder, pairs, ids, checkIn);
            nodes.clock.addAndGet(Given.DAY);

            // Every offer is finished at once, so that slots become free and are taken again.
            var granted = new ConcurrentLinkedQueue<Granted>();
            var most = new ConcurrentLinkedQueue<Long>();
            for (int round = 0; round < 3; round++) {
                granted.clear();
                everybody(i -> {
                    StoreNode node = nodes.get(i % nodes.count());
                    try {
                        var offer = node.checkIn(pairs.get(i), checkIn).offer();
                        if (offer != null) {
                            granted.add(new Granted(i, node, offer.offerId()));
                        }
                    } catch (StoreException slow) {
                        // It took over a second: the device gets no offer.
                    }
                    most.add(inFlight(nodes, rollout));
                });
                assertThat(granted).as("round " + round).hasSizeBetween(1, CAP);
                assertThat(most).allMatch(each -> each <= CAP);
                counted(nodes, rollout, ids);
                everyGrant(granted, ids);
                assertThat(inFlight(nodes, rollout)).isLessThanOrEqualTo(CAP);
                // Offers that no device got are given up too.
                nodes.clock.addAndGet(3 * Given.MINUTE);
                nodes.first().module.tick();
                assertThat(inFlight(nodes, rollout)).isZero();
                counted(nodes, rollout, ids);
                nodes.clock.addAndGet(2 * Given.DAY);
            }
        }
    }

    private interface Work {
        void at(int device);
    }

    private static void everybody(Work work) throws Exception {
        try (var threads = Executors.newFixedThreadPool(THREADS)) {
            var all = new ArrayList<CompletableFuture<Void>>();
            for (int i = 0; i < DEVICES; i++) {
                int device = i;
                all.add(CompletableFuture.runAsync(() -> work.at(device), threads));
            }
            CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                    .get(60, TimeUnit.SECONDS);
        }
    }

    // The other node, whose clock differs, gets downloads too.
    private static void everyGrant(Iterable<Granted> granted, List<Long> ids) throws Exception {
        var all = new ArrayList<CompletableFuture<Void>>();
        for (Granted each : granted) {
            long id = ids.get(each.device());
            all.add(
                    CompletableFuture.runAsync(
                            () -> each.node().updates.began(id, each.offerId(), "d" + id)));
        }
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
        for (Granted each : granted) {
            long id = ids.get(each.device());
            each.node()
                    .updates
                    .ended(
                            id,
                            each.offerId(),
                            "d" + id,
                            1,
                            io.slipway.http.file.DownloadRoute.TransferEnd.CUT_BY_US,
                            each.node().now());
            each.node().settle(id);
        }
    }

    private static long inFlight(StoreNodes nodes, String rollout) {
        return nodes.database.read(
                Plane.CONSOLE,
                tx -> RolloutStore.find(tx, rollout).orElseThrow().load().inFlight());
    }

    private static void counted(StoreNodes nodes, String rollout, List<Long> ids) {
        List<String> wrongs =
                nodes.database.read(
                        Plane.CONSOLE,
                        tx -> {
                            var checks = new StoreChecks(tx);
                            checks.counts(rollout);
                            checks.replay(ids, 0);
                            return checks.wrongs;
                        });
        assertThat(wrongs).isEmpty();
    }

    private static String prepare(
            StoreNodes nodes, Path folder, List<Pair> pairs, List<Long> ids, CheckIn checkIn)
            throws java.io.IOException {
        StoreNode node = nodes.first();
        var owner =
                TestAccounts.login(
                                nodes.database,
                                () -> java.time.Instant.ofEpochMilli(nodes.clock.get()),
                                "owner",
                                false)
                        .caller();
        nodes.database.run(
                Plane.BACKGROUND,
                tx -> {
                    var fill = new FilledDevices(owner.accountId(), "agent");
                    for (Pair pair : pairs) {
                        long id = node.ids.next();
                        fill.insert(tx, id, pair, checkIn, nodes.clock.get());
                        ids.add(id);
                    }
                    fill.seen(tx);
                });
        var file = FirmwareFile.of(Chip.ESP32S3, "2.1.0").withSize(8 * 1024);
        Path image = Files.write(folder.resolve("image"), file.bytes());
        var boards = List.of(new Board(Given.BOARD, List.of()));
        var said = new BuildChanges(boards, Scheme.ANY, null, null, null);
        String build = node.builds.add(owner, image, said).build().id();
        var gate = new Gate(29, 0.9, 0.9, java.time.Duration.ofHours(1));
        var plan =
                new RolloutPlan(
                        "all",
                        build,
                        "",
                        false,
                        Selection.ALL,
                        List.of(new Rollout.Stage(1, gate)),
                        new Schedule(new Limits(CAP, 0, 0), null, 0),
                        false);
        String rollout = node.rollouts().create(owner, plan, NamedDevices.NOBODY, false, false);
        node.rollouts().start(owner, rollout);
        nodes.heard(node);
        for (int i = 0; i < nodes.count(); i++) {
            nodes.get(i).module.look();
        }
        return rollout;
    }

    private static List<Pair> pairs() {
        var random = new java.util.Random(7);
        var pairs = new ArrayList<Pair>();
        for (int i = 0; i < DEVICES; i++) {
            var mac = new Mac(0x02_00_00_00_00_00L | i);
            pairs.add(new Pair(mac, true, false, random.nextLong(), random.nextLong()));
        }
        return pairs;
    }

    private static CheckIn checkIn(String version, String elf) {
        return new CheckIn(
                true,
                null,
                new CheckIn.Application(true, "xiaozhi", version, "", "", elf),
                "ota_0",
                new CheckIn.ReportedBoard(true, Given.BOARD, Given.BOARD),
                new CheckIn.Hardware(Given.CHIP, 2, 16 << 20, CheckIn.UNKNOWN, Given.V2_16M),
                "");
    }
}
