package io.slipway.rollout.grant;

import static io.slipway.rollout.rules.Given.MINUTE;
import static io.slipway.rollout.rules.Given.SECOND;

import io.slipway.device.Devices;
import io.slipway.device.FilledDevices;
import io.slipway.device.NewDevice;
import io.slipway.device.Pair;
import io.slipway.http.Json;
import io.slipway.http.file.DownloadRoute;
import io.slipway.protocol.Mac;
import io.slipway.protocol.ota.CheckIn;
import io.slipway.rollout.json.PlanJson;
import io.slipway.rollout.rules.attempt.Attempt;
import io.slipway.rollout.rules.attempt.AttemptRow;
import io.slipway.rollout.rules.attempt.AttemptState;
import io.slipway.rollout.rules.attempt.Evidence;
import io.slipway.rollout.rules.attempt.Inference;
import io.slipway.rollout.rules.attempt.Outages;
import io.slipway.rollout.rules.attempt.Policy;
import io.slipway.rollout.rules.attempt.RunningBuild;
import io.slipway.rollout.rules.attempt.Transition;
import io.slipway.rollout.store.AttemptStore;
import io.slipway.rollout.store.RolloutRow;
import io.slipway.rollout.store.RolloutStore;
import io.slipway.sql.Plane;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The real rollouts on a real database as simulated devices see them. Checks the tables after each
 * offer, and wakes what times out.
 */
final class StoreServer implements SimGateway {

    /** The registry's data of a device. */
    static final class Known {
        final SimDevice device;
        final long id;
        final Mac mac;
        Pair pair;

        /** The identity after its flash was erased, until its owner has bound it. */
        @Nullable Pair fresh;

        boolean offered;
        long wakesAt = Long.MAX_VALUE;

        Known(SimDevice device, long id, Pair pair) {
            this.device = device;
            this.id = id;
            this.mac = pair.mac();
            this.pair = pair;
        }
    }

    private record Given(Known known, long at, SimImage image) {}

    final StoreNodes nodes;
    final Map<String, Known> devices = new LinkedHashMap<>();
    final Map<Long, Known> byId = new LinkedHashMap<>();
    final Map<String, SimImage> images = new LinkedHashMap<>();
    final List<String> rollouts = new ArrayList<>();
    final List<String> wrongs = new ArrayList<>();
    Outages outages = Outages.NONE;
    boolean failed;
    int offers;
    int fast;
    int posts;
    private final SimWorld world;
    private final String account;
    private final Map<String, Given> given = new HashMap<>();
    private int downloads;

    StoreServer(SimWorld world, StoreNodes nodes, String account) {
        this.world = world;
        this.nodes = nodes;
        this.account = account;
    }

    /** Binds a device that has checked in once. */
    void bind(SimDevice device) {
        StoreNode node = node();
        long id = node.ids.next();
        var mac = new Mac(0x02_00_00_00_00_00L | nodes.nextMac());
        var known = new Known(device, id, pair(mac));
        nodes.database.run(
                Plane.BACKGROUND,
                tx -> {
                    var fill = new FilledDevices(account, "agent");
                    fill.insert(tx, id, known.pair, checkIn(device, device.says()), world.now);
                    fill.seen(tx);
                });
        devices.put(device.id, known);
        byId.put(id, known);
    }

    private Pair pair(Mac mac) {
        return new Pair(mac, true, false, world.random.nextLong(), world.random.nextLong());
    }

    private static CheckIn checkIn(SimDevice device, RunningBuild running) {
        return new CheckIn(
                true,
                null,
                new CheckIn.Application(true, "xiaozhi", running.version(), "", "", running.elf()),
                running.slot(),
                new CheckIn.ReportedBoard(true, device.board, device.board),
                new CheckIn.Hardware(
                        io.slipway.rollout.rules.Given.CHIP,
                        2,
                        16 << 20,
                        CheckIn.UNKNOWN,
                        device.table),
                "");
    }

    StoreNode node() {
        return nodes.any(world);
    }

    private boolean down() {
        return outages.touch(world.now, world.now);
    }

    private void failed(StoreNode node) {
        failed = true;
        node.updates.failed();
        world.after(61 * SECOND, () -> recovered(node));
    }

    private void recovered(StoreNode node) {
        nodes.at(world);
        if (!nodes.has(node) || !node.module.outages().lasts()) {
            return;
        }
        node.module.alive();
        nodes.heard(node);
        if (node.module.outages().lasts()) {
            world.after(10 * SECOND, () -> recovered(node));
        } else {
            devices.values().forEach(this::wake);
        }
    }

    @Override
    public SimImage anyTarget() {
        var all = List.copyOf(images.values());
        return all.get(world.random.nextInt(all.size()));
    }

    // ------------------------------------------------------------ devices call

    @Override
    public Answer post(SimDevice device, RunningBuild running) {
        posts++;
        StoreNode node = node();
        var none = new Answer(true, true, null, false, device.image());
        // In an outage half of the check-ins are lost and half are recorded and answered with 500.
        boolean broken = down();
        if (broken) {
            failed(node);
            if (world.random.nextBoolean()) {
                return new Answer(false, false, null, false, device.image());
            }
        }
        Known known = devices.get(device.id);
        if (known.fresh != null) {
            return none;
        }
        if (known.offered) {
            node.seen();
        }
        StoreNode.OfferResult told = node.checkIn(known.pair, checkIn(device, running));
        if (!told.asked()) {
            fast++;
            passed(known, running, node.now());
        }
        nodes.heard(node);
        wake(known);
        Offer offer = told.offer();
        if (offer != null) {
            offered(node, known, offer, running);
            wrong(broken, "offered while we fail");
        }
        return broken
                ? new Answer(false, true, null, false, device.image())
                : offer == null
                        ? none
                        : new Answer(
                                true,
                                true,
                                offer.offerId(),
                                offer.force(),
                                images.get(offer.build().id()));
    }

    // Answers from memory must not change anything. Restarts are counted by each node alone.
    private void passed(Known known, RunningBuild running, long now) {
        if (!known.offered) {
            return;
        }
        for (AttemptRow row : attempts(known)) {
            Attempt a = row.attempt();
            boolean counted =
                    a.conclusion().state() == AttemptState.CONFIRMED
                            && running.runs(a.subject().build());
            var lastReport = new Evidence.CheckedIn(a.seq() + 1, now, running);
            Transition transition = Inference.apply(a, lastReport, Outages.NONE, Policy.DEFAULTS);
            wrong(
                    !counted && !a.closed() && !transition.changes().isEmpty(),
                    "not applied: " + running + " changes " + a);
        }
    }

    private List<AttemptRow> attempts(Known known) {
        return nodes.database.read(
                Plane.CONSOLE, tx -> AttemptStore.ofDevices(tx, List.of(known.id)));
    }

    private void offered(StoreNode node, Known known, Offer offer, RunningBuild running) {
        offers++;
        known.offered = true;
        long now = node.now();
        boolean again = given.containsKey(offer.offerId());
        given.putIfAbsent(
                offer.offerId(), new Given(known, world.now, images.get(offer.build().id())));
        record Seen(List<AttemptRow> attempts, RolloutRow rollout, long inFlight) {}
        Seen seen =
                nodes.database.read(
                        Plane.CONSOLE,
                        tx -> {
                            var attempts = AttemptStore.ofDevices(tx, List.of(known.id));
                            String id =
                                    attempts.stream()
                                            .map(AttemptRow::attempt)
                                            .filter(a -> a.offer().id().equals(offer.offerId()))
                                            .findFirst()
                                            .orElseThrow()
                                            .subject()
                                            .rolloutId();
                            long inFlight =
                                    AttemptStore.ofRollout(tx, id, null, 0, 10_000).stream()
                                            .filter(row ->
                                                    row.attempt().conclusion().state().inFlight())
                                            .count();
                            return new Seen(
                                    attempts, RolloutStore.find(tx, id).orElseThrow(), inFlight);
                        });
        RolloutRow row = seen.rollout();
        GateState gateState = GateState.read(row.progress().gates());
        int most = PlanJson.read(Json.read(row.stored().plan())).schedule().limits().inFlight();
        wrong(
                !row.progress().status().equals("RUNNING"),
                "an offer after the halt: " + row.progress().status());
        wrong(most > 0 && seen.inFlight() > most, "more in flight than may be");
        wrong(seen.inFlight() != row.load().inFlight(), "in flight is " + seen.inFlight());
        wrong(running.elf().equals(elf(row.purpose().build())), "offered what runs already");
        int open = 0;
        for (AttemptRow each : seen.attempts()) {
            Attempt a = each.attempt();
            boolean this1 = a.offer().id().equals(offer.offerId());
            open += a.conclusion().state().inFlight() ? 1 : 0;
            boolean same = a.subject().build().id().equals(row.purpose().build());
            wrong(same && a.past().quarantined(), "offered what is in quarantine");
            wrong(
                    this1 && gateState.halts().cover(a.subject().stratum()),
                    "offered to a group that has halted");
            wrong(
                    this1 && a.conclusion().state() != AttemptState.OFFERED,
                    "offered and " + a.conclusion().state());
            wrong(
                    !this1 && same && now - a.offer().at() < 10 * MINUTE,
                    "offered again too soon by another rollout");
        }
        wrong(open != 1, open + " offers open at once");
        wrong(again && now - given.get(offer.offerId()).at() > 2 * MINUTE, "an old offer again");
    }

    private String elf(String build) {
        SimImage image = images.get(build);
        return image == null ? "-" : image.elf();
    }

    @Override
    public @Nullable Download get(String offerId) {
        Given one = given.get(offerId);
        StoreNode node = node();
        if (down()) {
            failed(node);
            return null;
        }
        if (one == null || world.now - one.at() >= Inference.START_WITHIN.toMillis()) {
            return null;
        }
        var download = new Download("d" + ++downloads, offerId, one.known().device);
        node.updates.began(one.known().id, offerId, download.id());
        nodes.heard(node);
        wake(one.known());
        return download;
    }

    @Override
    public void ended(Download download, Evidence.DownloadEnd end) {
        Known known = devices.get(download.device().id);
        StoreNode node = node();
        var how =
                switch (end) {
                    case COMPLETE -> DownloadRoute.TransferEnd.COMPLETE;
                    case CUT -> DownloadRoute.TransferEnd.CUT;
                    case CUT_BY_US -> DownloadRoute.TransferEnd.CUT_BY_US;
                };
        node.updates.ended(known.id, download.offerId(), download.id(), 1, how, node.now());
        node.settle(known.id);
        nodes.heard(node);
        wake(known);
    }

    @Override
    public void session(SimDevice device) {
        Known known = devices.get(device.id);
        if (!down() && known.fresh == null) {
            StoreNode node = node();
            node.updates.sessionOpened(known.id);
            node.module.tick();
            node.settle(known.id);
            nodes.heard(node);
            wake(known);
        }
    }

    @Override
    public void erased(SimDevice device) {
        Known known = devices.get(device.id);
        known.fresh = pair(known.mac);
        // Its owner handles it at once, in days, or never.
        switch (world.random.nextInt(3)) {
            case 0 -> moved(known);
            case 1 ->
                    world.after(
                            world.between(0, 2 * io.slipway.rollout.rules.Given.DAY),
                            () -> moved(known));
            default -> {}
        }
    }

    private void moved(Known known) {
        Pair fresh = known.fresh;
        if (fresh == null) {
            return;
        }
        StoreNode node = node();
        var lastReport = Devices.LastReport.of(checkIn(known.device, known.device.says()));
        node.devices.change(
                Plane.CONSOLE,
                (tx, unboundPairs) -> {
                    node.devices.lock(tx, known.mac);
                    return node.devices.bind(
                            tx, unboundPairs, fresh, new NewDevice(account, "agent", lastReport));
                });
        known.pair = fresh;
        known.fresh = null;
        nodes.heard(node);
        wake(known);
    }

    // ------------------------------------------------------------ time

    /**
     * The periodic work of every second, every few seconds and every minute, as far as a device
     * notices.
     */
    void wake(Known known) {
        if (!known.offered) {
            return;
        }
        long due =
                nodes.database.read(
                        Plane.CONSOLE,
                        tx ->
                                tx.handle()
                                        .createQuery(
                                                "SELECT min(due) FROM rollout_attempt WHERE device = ?")
                                        .bind(0, known.id)
                                        .mapTo(Long.class)
                                        .findOne()
                                        .orElse(Long.MAX_VALUE));
        if (due < Long.MAX_VALUE && due < known.wakesAt) {
            known.wakesAt = due;
            world.at(Math.max(due, world.now + SECOND), () -> woken(known, due));
        }
    }

    private void woken(Known known, long due) {
        if (known.wakesAt != due) {
            return;
        }
        known.wakesAt = Long.MAX_VALUE;
        StoreNode node = node();
        node.module.tick();
        nodes.heard(node);
        wake(known);
    }

    void look() {
        StoreNode node = node();
        node.seen();
        node.module.look();
        nodes.heard(node);
    }

    void wrong(boolean is, String what) {
        if (is) {
            wrongs.add(what);
        }
    }
}
