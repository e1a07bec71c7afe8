package io.slipway.rollout.grant;

import io.slipway.cluster.Bus;
import io.slipway.device.BoundCache;
import io.slipway.device.Devices;
import io.slipway.device.FilledDevices;
import io.slipway.device.Pair;
import io.slipway.protocol.Mac;
import io.slipway.protocol.ota.CheckIn;
import io.slipway.protocol.ota.Partition;
import io.slipway.rollout.rules.Given;
import io.slipway.rollout.rules.attempt.Attempt;
import io.slipway.rollout.rules.attempt.AttemptRow;
import io.slipway.rollout.rules.attempt.AttemptState;
import io.slipway.rollout.rules.attempt.Cause;
import io.slipway.rollout.rules.attempt.RunningBuild;
import io.slipway.rollout.rules.attempt.Standing;
import io.slipway.rollout.rules.attempt.Vote;
import io.slipway.rollout.rules.plan.DeviceFacts;
import io.slipway.rollout.rules.plan.Rollout;
import io.slipway.rollout.store.AttemptStore;
import io.slipway.rollout.store.RolloutStore;
import io.slipway.rollout.store.RolloutStore.NamedDevice;
import io.slipway.sql.Database;
import io.slipway.sql.Ids;
import io.slipway.sql.Plane;
import io.slipway.sql.Tx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Devices of every kind in a registry, and a simple model of them. */
final class CountedFleet {

    static final long NOW = Given.T0 + 400 * Given.DAY;
    static final List<String> ACCOUNTS = List.of("maker", "shop", "school");

    /** Accounts whose devices count in full if several accounts have some. */
    static final Set<String> VOUCHED = Set.of("shop");

    static final long MADE = Given.T0 - Given.DAY;

    private static final List<String> BOARDS =
            List.of(Given.BOARD, "bread-compact-wifi-old-name", "Bread-Compact-WiFi", "other", "");
    private static final List<String> VERSIONS =
            List.of("2.0.0", "2.0.0", "2.0.5", "1.9.1", "2.1.0", "2.2.0", "1.5.5", "beta");
    private static final List<String> TAGS = List.of("beta", "客厅", "lab");

    /** A device as created. */
    record FleetDevice(
            DeviceFacts facts,
            Mac mac,
            long seenAt,
            boolean proven,
            boolean late,
            Vote vote,
            List<Attempt> attempts) {

        /** Its vote in a rollout that was created at {@link #MADE}. */
        Vote vote(Rollout rollout) {
            if (attempts.stream().anyMatch(a -> a.subject().rolloutId().equals(rollout.id()))) {
                return vote;
            }
            return rollout.reach().account() != null || VOUCHED.contains(facts.owner().account())
                    ? Vote.FULL
                    : proven && !late ? Vote.LIMITED : Vote.NONE;
        }
    }

    private final Database database;
    private final Random random;
    private final Ids ids = new Ids(() -> java.time.Instant.ofEpochMilli(NOW));
    private final Map<String, FilledDevices> fill = new HashMap<>();
    final List<FleetDevice> made = new ArrayList<>();
    final Devices devices;

    CountedFleet(Database database, Random random) {
        this.database = database;
        this.random = random;
        devices =
                new Devices(
                        database,
                        new Bus.Local(),
                        ids,
                        () -> java.time.Instant.ofEpochMilli(NOW),
                        new BoundCache(100));
    }

    void add(int count, List<Rollout> rollouts) {
        for (int at = 0; at < count; at += 500) {
            int some = Math.min(500, count - at);
            database.run(
                    Plane.BACKGROUND,
                    tx -> {
                        for (int i = 0; i < some; i++) {
                            add(tx, rollouts);
                        }
                        fill.values().forEach(each -> each.seen(tx));
                    });
        }
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private void add(Tx tx, List<Rollout> rollouts) {
        long id = ids.next();
        var mac = new Mac(0x02_00_00_00_00_00L | made.size());
        String account = any(ACCOUNTS);
        String version = any(VERSIONS);
        String board = any(BOARDS);
        String chip = random.nextInt(10) == 0 ? "esp32" : Given.CHIP;
        int table = random.nextInt(8);
        CheckIn said = checkIn(version, board, chip, table);
        long seenAt = NOW - (long) (Given.DAY * Math.pow(60, random.nextDouble()) / 1.5);
        insert(tx, id, account, mac, said, seenAt);
        boolean proven = random.nextInt(4) > 0;
        boolean late = random.nextInt(4) == 0;
        Vote vote = any(List.of(Vote.values()));
        boolean autoUpdate = random.nextInt(10) > 0;
        String channel = random.nextInt(3) == 0 ? "edge" : "";
        Set<String> tags = random.nextBoolean() ? Set.of() : Set.of(any(TAGS));
        tx.handle()
                .execute(
                        "UPDATE device SET auto_update = ?, proven = ?, bound_at = ?, channel = ?,"
                                + " tags = ? WHERE id = ?",
                        autoUpdate ? 1L : 0L,
                        proven ? 1L : 0L,
                        late ? MADE : MADE - 1,
                        channel,
                        tags.isEmpty() ? "[]" : "[\"" + tags.iterator().next() + "\"]",
                        id);
        var facts =
                new DeviceFacts(
                        Long.toString(id),
                        new DeviceFacts.DeviceOwner(
                                account, autoUpdate, channel, "agent of " + account, tags),
                        new RunningBuild(version, said.application().elfSha256(), said.slot()),
                        0,
                        board,
                        new CheckIn.Hardware(
                                chip, 2, 0, CheckIn.UNKNOWN, said.hardware().partitions()),
                        DeviceFacts.NamedBy.NONE,
                        DeviceFacts.Readings.UNKNOWN);
        var attempts = attempts(tx, id, account, mac, vote, rollouts);
        made.add(new FleetDevice(facts, mac, seenAt, proven, late, vote, attempts));
    }

    private void insert(Tx tx, long id, String account, Mac mac, CheckIn said, long at) {
        var pair = new Pair(mac, true, false, random.nextLong(), random.nextLong());
        fill.computeIfAbsent(account, name -> new FilledDevices(name, "agent of " + name))
                .insert(tx, id, pair, said, at);
    }

    private static CheckIn checkIn(String version, String board, String chip, int table) {
        List<Partition> partitions =
                switch (table) {
                    case 0 -> List.of();
                    case 1 -> Given.V2_4M;
                    case 2 -> Given.V1_16M;
                    default -> Given.V2_16M;
                };
        return new CheckIn(
                true,
                null,
                new CheckIn.Application(true, "xiaozhi", version, "", "", Given.elf(version)),
                table == 1 ? "factory" : "ota_0",
                new CheckIn.ReportedBoard(true, board, board),
                new CheckIn.Hardware(chip, 2, 16 << 20, CheckIn.UNKNOWN, partitions),
                "");
    }

    private List<Attempt> attempts(
            Tx tx, long device, String account, Mac mac, Vote vote, List<Rollout> rollouts) {
        var attempts = new ArrayList<Attempt>();
        for (Rollout rollout : rollouts) {
            if (random.nextInt(8) == 0) {
                var past =
                        new Attempt.OfferHistory(
                                2,
                                random.nextInt(3),
                                0,
                                0,
                                false,
                                false,
                                false,
                                random.nextInt(4) == 0);
                var attempt =
                        new Attempt(
                                new Attempt.Subject(
                                        rollout.id(),
                                        rollout.target().build(),
                                        random.nextInt(2),
                                        Given.stratum(any(VERSIONS))),
                                new Attempt.Conclusion(
                                        AttemptState.INSTALL_FAILED,
                                        Cause.NOT_INSTALLED,
                                        NOW - Given.DAY,
                                        Standing.BAD),
                                Attempt.LastOffer.NONE,
                                past,
                                Attempt.LastCheckIn.NONE,
                                false,
                                1,
                                NOW - Given.DAY);
                attempts.add(attempt);
                var row = new AttemptRow(device, account, mac, vote, attempt);
                AttemptStore.write(tx, List.of(new AttemptStore.AttemptWrite(row, Long.MAX_VALUE)));
            }
        }
        return attempts;
    }

    /** Some devices of the fleet, some of another account, and some unbound ones. */
    List<NamedDevice> named(int count) {
        var named = new HashSet<NamedDevice>();
        while (named.size() < count) {
            int kind = random.nextInt(10);
            FleetDevice some = any(made);
            String account = kind < 2 ? any(ACCOUNTS) : some.facts().owner().account();
            long mac =
                    kind == 0
                            ? 0x06_00_00_00_00_00L | random.nextInt(1_000_000)
                            : some.mac().bits();
            named.add(new NamedDevice(account, mac, RolloutStore.LISTED));
        }
        return List.copyOf(named);
    }

    /** A device as named in a rollout's lists. */
    static DeviceFacts named(FleetDevice device, String rollout, PlanCache.ResolvedPlan resolved) {
        DeviceFacts d = device.facts();
        String account = d.owner().account();
        return new DeviceFacts(
                d.id(),
                d.owner(),
                d.running(),
                d.runningSince(),
                d.board(),
                d.hardware(),
                new DeviceFacts.NamedBy(
                        resolved.listed().has(account, device.mac()) ? Set.of(rollout) : Set.of(),
                        resolved.canaries().has(account, device.mac())
                                ? Set.of(rollout)
                                : Set.of()),
                d.readings());
    }
}
