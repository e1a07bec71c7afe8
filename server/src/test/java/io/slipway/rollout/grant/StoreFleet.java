package io.slipway.rollout.grant;

import static io.slipway.rollout.rules.Given.DAY;
import static io.slipway.rollout.rules.Given.HOUR;
import static io.slipway.rollout.rules.Given.MINUTE;

import io.slipway.account.Caller;
import io.slipway.account.TestAccounts;
import io.slipway.device.DeviceRef;
import io.slipway.firmware.Board;
import io.slipway.firmware.BuildChanges;
import io.slipway.firmware.Scheme;
import io.slipway.http.Problem;
import io.slipway.protocol.firmware.Chip;
import io.slipway.rollout.grant.SimImage.Behaviour;
import io.slipway.rollout.rules.Given;
import io.slipway.rollout.rules.attempt.AttemptRow;
import io.slipway.rollout.rules.attempt.Cause;
import io.slipway.rollout.rules.attempt.Outages;
import io.slipway.rollout.rules.gate.Gate;
import io.slipway.rollout.rules.plan.Limits;
import io.slipway.rollout.rules.plan.NamedDevices;
import io.slipway.rollout.rules.plan.Rollout;
import io.slipway.rollout.rules.plan.RolloutPlan;
import io.slipway.rollout.rules.plan.Schedule;
import io.slipway.rollout.rules.plan.Selection;
import io.slipway.simulator.update.FirmwareFile;
import io.slipway.sql.Plane;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A fleet of its own account, its builds and rollouts, generated from a seed. */
final class StoreFleet {

    private static final String[] VERSIONS = {"1.7.7", "1.8.0", "2.0.0", "2.0.1"};

    private static final int MOST_POSTS = 400;

    final SimWorld world;
    final StoreServer server;
    final List<SimDevice> devices = new ArrayList<>();
    private final long seed;
    private final StoreNodes nodes;
    private final Path folder;
    private final SimFaults faults;
    private final Caller owner;
    private final long began;
    private final long firstSeq;
    private final List<String> builds = new ArrayList<>();
    private boolean closing;
    private boolean restarted;

    StoreFleet(long seed, StoreNodes nodes, Path folder, boolean two) {
        this.seed = seed;
        this.nodes = nodes;
        this.folder = folder;
        world = new SimWorld(seed);
        world.now = nodes.clock.get() + HOUR;
        began = world.now;
        nodes.clock.set(began);
        faults = SimFaults.any(world);
        var random = world.random;
        nodes.start(
                two && random.nextBoolean() ? 2 : 1,
                random.nextInt(5) == 0,
                new Limits(random.nextInt(3) == 0 ? 1 + random.nextInt(4) : 0, 0, 0),
                faults.skew());
        firstSeq = nodes.first().ids.next() - (1L << 22) * 10_000;
        owner =
                TestAccounts.login(
                                nodes.database,
                                () -> java.time.Instant.ofEpochMilli(began),
                                "fleet" + began,
                                false)
                        .caller();
        server = new StoreServer(world, nodes, owner.accountId());
        devices();
        rollouts();
        outages();
        people();
        looks();
        restarts();
    }

    private void devices() {
        var random = world.random;
        long bootsEvery = world.between(30 * MINUTE, DAY);
        int n = 1 + random.nextInt(20);
        for (int i = 0; i < n; i++) {
            var table =
                    switch (random.nextInt(10)) {
                        case 0 -> Given.V2_4M;
                        case 1, 2 -> Given.V1_16M;
                        default -> Given.V2_16M;
                    };
            var device =
                    new SimDevice(
                            seed + "-" + i,
                            SimFleet.BOARDS.get(random.nextInt(3)),
                            table,
                            SimImage.good(VERSIONS[random.nextInt(VERSIONS.length)]),
                            world,
                            server,
                            faults,
                            bootsEvery);
            device.tellsHash = random.nextInt(12) > 0;
            devices.add(device);
            server.bind(device);
            device.plugIn();
        }
    }

    // ------------------------------------------------------------ builds and rollouts

    private String build(String version) {
        var random = world.random;
        var file =
                FirmwareFile.of(Chip.ESP32S3, version)
                        .withSize(8 * 1024)
                        .withElfSeed(began + builds.size());
        var behaviours = Behaviour.values();
        Behaviour odd = behaviours[random.nextInt(behaviours.length)];
        Behaviour usual = random.nextInt(3) == 0 ? odd : Behaviour.GOOD;
        Map<String, Behaviour> on = random.nextInt(3) == 0 ? Map.of("board-b", odd) : Map.of();
        try {
            Path image = Files.write(folder.resolve("image"), file.bytes());
            List<Board> boards =
                    SimFleet.BOARDS.stream().map(name -> new Board(name, List.of())).toList();
            var said = new BuildChanges(boards, Scheme.ANY, null, null, null);
            String id = nodes.first().builds.add(owner, image, said).build().id();
            server.images.put(id, new SimImage(version, file.elfSha256(), usual, on));
            builds.add(id);
            return id;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void rollouts() {
        var random = world.random;
        String first = build("2.1.0");
        rollout(first, "", 0);
        if (random.nextBoolean()) {
            rollout(build("2.2.0"), "", random.nextInt(4) * DAY);
        }
        if (random.nextInt(3) == 0) {
            // Another rollout of the same build: failures carry over.
            rollout(first, "", random.nextInt(4) * DAY);
        }
        if (random.nextInt(3) == 0) {
            rollout(build("2.0.5"), first, (2 + random.nextInt(3)) * DAY);
        }
    }

    private void rollout(String build, String bad, long after) {
        var random = world.random;
        double share = random.nextBoolean() ? 1 : part(0);
        var plan =
                new RolloutPlan(
                        "to " + build,
                        build,
                        bad,
                        false,
                        Selection.ALL,
                        List.of(new Rollout.Stage(share, gate()), new Rollout.Stage(1, gate())),
                        new Schedule(
                                new Limits(random.nextInt(5), random.nextInt(4), 0),
                                null,
                                after == 0 ? 0 : began + after),
                        false);
        var some = devices.get(random.nextInt(devices.size()));
        var named =
                random.nextInt(4) > 0
                        ? NamedDevices.NOBODY
                        : new NamedDevices(
                                List.of(
                                        new NamedDevices.DeviceName(
                                                "", server.devices.get(some.id).mac)),
                                List.of());
        Rollouts rollouts = nodes.first().rollouts();
        String id = rollouts.create(owner, plan, named, false, false);
        rollouts.start(owner, id);
        server.rollouts.add(id);
    }

    // With one decimal place, as people write it.
    private double part(double least) {
        return Math.round(1000 * (least + world.random.nextDouble() * 0.9)) / 1000.0;
    }

    private Gate gate() {
        var random = world.random;
        return new Gate(
                random.nextInt(10),
                part(0.05),
                part(0.05),
                Duration.ofMinutes(world.between(0, 24 * 60)));
    }

    // ------------------------------------------------------------ what happens to them

    private void outages() {
        var spans = new ArrayList<Outages.Span>();
        for (int i = world.random.nextInt(3); i > 0; i--) {
            long from = began + world.between(0, 6 * DAY);
            spans.add(new Outages.Span(from, from + world.between(MINUTE, 6 * HOUR)));
        }
        server.outages = new Outages(spans);
    }

    private void looks() {
        world.after(
                world.between(HOUR, 8 * HOUR),
                () -> {
                    server.look();
                    if (world.random.nextInt(6) == 0) {
                        server.node().module.clean();
                    }
                    if (!closing) {
                        looks();
                    }
                });
    }

    // A node's memory is lost; the next one has read the tables.
    private void restarts() {
        for (int i = world.random.nextInt(3); i > 0; i--) {
            world.after(
                    world.between(0, 6 * DAY),
                    () -> {
                        nodes.at(world);
                        nodes.first().module.alive();
                        nodes.start(nodes.count(), false, Limits.NONE, faults.skew());
                        restarted = true;
                        server.devices.values().forEach(server::wake);
                    });
        }
    }

    private void people() {
        if (world.random.nextInt(3) == 0) {
            return;
        }
        for (int i = world.random.nextInt(12); i > 0; i--) {
            world.after(world.between(0, 6 * DAY), this::act);
        }
    }

    private void act() {
        var random = world.random;
        StoreNode node = server.node();
        Rollouts rollouts = node.rollouts();
        String id = server.rollouts.get(random.nextInt(server.rollouts.size()));
        try {
            switch (random.nextInt(10)) {
                case 0 -> rollouts.cancel(owner, id, "-");
                case 1 -> rollouts.pause(owner, id, "-");
                case 2 -> rollouts.promote(owner, id, "-");
                case 3 -> rollouts.finish(owner, id);
                case 4 -> rollouts.widen(owner, id, List.of(new Rollout.Stage(1, gate())));
                case 5 -> server.rollouts.add(rollouts.turnBack(owner, id, older(), false));
                case 6, 7 -> clear(node.attempts());
                default -> rollouts.resume(owner, id, "-");
            }
        } catch (Problem refused) {
            // Impossible in its state; the next action may be possible.
        }
        nodes.heard(node);
        server.devices.values().forEach(server::wake);
    }

    private String older() {
        return build("2.0." + (10 + builds.size()));
    }

    private void clear(Attempts attempts) {
        for (AttemptRow row : attempts.quarantine(owner, null, 0, 100)) {
            attempts.clear(
                    owner, DeviceRef.of(row.mac()), row.attempt().subject().build().id(), "");
        }
    }

    // ------------------------------------------------------------ what must be true

    /** Runs for some days, or until constantly restarting devices have shown enough. */
    StoreFleet run(long days) {
        long end = world.now + days * DAY;
        for (long hour = 1; world.now < end && server.posts < MOST_POSTS; hour++) {
            world.runUntil(world.now + HOUR);
            if (hour % 24 == 0) {
                check();
            }
        }
        check();
        return this;
    }

    private void check() {
        nodes.at(world);
        nodes.database.read(
                Plane.CONSOLE,
                tx -> {
                    var checks = new StoreChecks(tx);
                    server.rollouts.forEach(checks::counts);
                    Outages known = nodes.first().module.outages().known();
                    boolean exact = !server.failed && !restarted;
                    if (nodes.count() == 1) {
                        checks.due(server.byId.keySet(), known, exact);
                    }
                    server.wrongs.addAll(checks.wrongs);
                    return true;
                });
        for (SimDevice device : devices) {
            server.wrong(
                    device.repeats > 0,
                    device.id + " installed a build twice without another check-in between");
            server.wrong(
                    device.hopeless > 0 && faults.post().lostAnswer() == 0 && !server.failed,
                    device.id + " was offered an update on its first boot");
        }
    }

    /** Unplugs all, waits until nothing is open, and replays the log; returns what went wrong. */
    List<String> ends(Map<Cause, Integer> causes) {
        devices.forEach(SimDevice::unplug);
        closing = true;
        world.runUntil(world.now + 9 * DAY);
        check();
        nodes.database.read(
                Plane.CONSOLE,
                tx -> {
                    var checks = new StoreChecks(tx);
                    checks.replay(server.byId.keySet(), firstSeq);
                    checks.ended(server.byId.keySet());
                    server.wrongs.addAll(checks.wrongs);
                    checks.causes.forEach((cause, n) -> causes.merge(cause, n, Integer::sum));
                    return true;
                });
        for (String id : server.rollouts) {
            try {
                nodes.first().rollouts().cancel(owner, id, "over");
            } catch (Problem ended) {
                // It has.
            }
        }
        return server.wrongs;
    }
}
