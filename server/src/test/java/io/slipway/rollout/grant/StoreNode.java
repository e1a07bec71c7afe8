package io.slipway.rollout.grant;

import io.slipway.TestClock;
import io.slipway.account.Access;
import io.slipway.account.Accounts;
import io.slipway.account.Audit;
import io.slipway.base.Base;
import io.slipway.cluster.Bus;
import io.slipway.cluster.Topic;
import io.slipway.device.Binding;
import io.slipway.device.BoundCache;
import io.slipway.device.Devices;
import io.slipway.device.Pair;
import io.slipway.device.seen.CalledHosts;
import io.slipway.device.seen.SeenLog;
import io.slipway.event.Events;
import io.slipway.firmware.Builds;
import io.slipway.firmware.FirmwareConfig;
import io.slipway.firmware.FirmwareModule;
import io.slipway.firmware.HomeAddresses;
import io.slipway.http.edge.Edge;
import io.slipway.keys.Keyring;
import io.slipway.keys.MasterKey;
import io.slipway.protocol.ota.CheckIn;
import io.slipway.rollout.rules.attempt.Inference;
import io.slipway.rollout.rules.attempt.Policy;
import io.slipway.rollout.rules.plan.Limits;
import io.slipway.sql.Database;
import io.slipway.sql.DatabaseConfig;
import io.slipway.sql.Ids;
import io.slipway.sql.Plane;
import io.slipway.work.Housekeeping;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The rollouts of one node as assembled by {@code Main}, without its sockets. */
final class StoreNode implements AutoCloseable {

    private static final Topic<String> HEARD = Topic.text("heard");
    private static final MasterKey MASTER = MasterKey.ofHex("5a".repeat(32));

    /**
     * @param hidden whether downloads can't be watched
     * @param limits of all rollouts together
     */
    record Options(Path folder, boolean hidden, Limits limits) {}

    /** The result of a check-in, and whether it needed the database. */
    record OfferResult(@Nullable Offer offer, boolean asked) {}

    final Database database;
    final Ids ids;
    final Devices devices;
    final Builds builds;
    final GrantModule module;
    final DeviceUpdates updates;
    private final InstantSource clock;
    private final Bus bus;
    private final BoundCache cache = new BoundCache(4_096);
    private final SeenLog seen;
    private final FirmwareModule firmware;
    private final AtomicReference<String> heard = new AtomicReference<>("");
    private final AtomicLong told = new AtomicLong();

    StoreNode(
            DatabaseConfig config,
            Database database,
            Edge edge,
            InstantSource clock,
            Options options) {
        this.database = database;
        this.clock = clock;
        ids = new Ids(clock);
        bus = config.postgres() ? new Bus.Postgres(config) : new Bus.Local();
        seen = new SeenLog(database, clock);
        devices = new Devices(database, bus, ids, clock, cache);
        var base =
                new Base(database, ids, TestClock.shared(clock, database), bus, new Housekeeping());
        var audit = new Audit(database, ids, clock);
        var accounts = new Accounts(database, clock, () -> null);
        var access = new Access(accounts, audit);
        firmware =
                FirmwareModule.install(
                        edge,
                        () ->
                                new FirmwareConfig(
                                        options.folder().resolve("firmware"),
                                        options.folder().resolve("incoming"),
                                        null,
                                        1 << 20,
                                        1_000,
                                        options.hidden(),
                                        0,
                                        0),
                        base,
                        access,
                        new HomeAddresses("http://ota.test", new CalledHosts(database, clock)),
                        new Keyring(database, MASTER, clock),
                        Inference.START_WITHIN);
        builds = firmware.builds();
        module =
                GrantModule.install(
                        new GrantModule.Needs(
                                base,
                                access,
                                devices,
                                new Events(database, ids, clock),
                                builds,
                                firmware.downloads(),
                                () -> false),
                        Policy.DEFAULTS,
                        options::limits,
                        Duration.ofDays(400));
        updates = module.updates();
        bus.subscribe(HEARD, heard::set);
    }

    long now() {
        return clock.millis();
    }

    Attempts attempts() {
        return module.attempts();
    }

    Rollouts rollouts() {
        return module.rollouts();
    }

    /** As check-ins are answered over HTTP, without the image of an offer. */
    OfferResult checkIn(Pair pair, CheckIn checkIn) {
        long print = checkIn.fingerprint();
        var known = bus.current() ? cache.find(pair, print) : null;
        if (known != null && updates.passes(checkIn, known)) {
            long mark = updates.seenAgain(known.mark());
            if (mark != known.mark()) {
                cache.mark(pair, known.mark(), mark);
            }
            seen.seen(known.deviceId(), now(), "127.0.0.1", true);
            return new OfferResult(null, false);
        }
        int stamp = cache.stamp(pair);
        Binding bound = database.read(Plane.DEVICE, tx -> devices.binding(tx, pair)).orElseThrow();
        if (bound.factsPrint() != print) {
            devices.facts(bound.deviceId(), checkIn);
        }
        DeviceUpdates.CheckInOutcome said = updates.checkedIn(bound.deviceId(), true, 0);
        cache.put(
                pair,
                stamp,
                print,
                new BoundCache.CachedPair(bound.deviceId(), said.mark(), bound.zone()));
        seen.seen(bound.deviceId(), now(), "127.0.0.1", true);
        return new OfferResult(said.offer(), true);
    }

    /** Writes when devices were seen, as every few seconds. */
    void seen() {
        seen.flush();
    }

    /** Waits until everything asynchronous has been applied, which happens in order. */
    void settle(long deviceId) {
        updates.began(deviceId, "none", "none");
    }

    /** Sends a message to all nodes; returns it. */
    String tell() {
        String word = System.identityHashCode(this) + "-" + told.incrementAndGet();
        database.run(Plane.CONSOLE, tx -> bus.send(tx, HEARD, word));
        return word;
    }

    /** Waits briefly until everything sent before {@code word} has arrived here. */
    boolean hears(String word) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(500);
        while (!heard.get().equals(word) && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        return heard.get().equals(word);
    }

    @Override
    public void close() {
        module.close();
        firmware.close();
        bus.close();
    }
}
