package io.slipway.device;

import io.slipway.cluster.Bus;
import io.slipway.cluster.Topic;
import io.slipway.device.profile.CheckInFacts;
import io.slipway.http.Problem;
import io.slipway.protocol.Mac;
import io.slipway.protocol.ota.CheckIn;
import io.slipway.sql.Chunks;
import io.slipway.sql.Database;
import io.slipway.sql.Ids;
import io.slipway.sql.Plane;
import io.slipway.sql.Tx;
import io.slipway.work.Listeners;
import io.slipway.work.Throttles;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The registry's use cases. A method with a {@link Tx} is part of its caller's transaction; the
 * others run in their own. Thread-safe.
 */
public final class Devices {

    /**
     * @param seenAt when any of them was last seen, epoch ms; 0 for never
     */
    public record Usage(long devices, long seenAt) {}

    /** What a pair last reported before it stopped being bound; texts may be empty. */
    public record LastReport(String board, String version, String language) {

        public static LastReport of(CheckIn checkIn) {
            return new LastReport(
                    checkIn.board().nameOrType(),
                    checkIn.application().version(),
                    checkIn.language());
        }
    }

    /**
     * Pairs that a transaction unbinds: once it commits, all nodes remove them from their caches.
     */
    public final class UnboundPairs {
        private final Tx tx;

        private UnboundPairs(Tx tx) {
            this.tx = tx;
        }

        // Even if the caller has stopped waiting: the commit is what counts.
        void add(String pairKey) {
            tx.afterCommit(() -> cache.forget(pairKey));
            bus.send(tx, UNBOUND, pairKey);
        }
    }

    // All keyed by the pair's key.
    private static final Topic<String> UNBOUND = Topic.text("unbound");
    private static final Topic<String> CHANGED = Topic.text("changed");
    private static final Topic<String> MOVED = Topic.text("moved");
    private static final Topic<String> REVOKED = Topic.text("revoked");

    /** The usual result for a new pair. */
    private static final SameMacDevices NOBODY = new SameMacDevices(null, List.of(), List.of());

    /** The maximum number of devices examined for one MAC. */
    private static final int MOST_TWINS = 100;

    /** The maximum number of networks from which an account's devices are expected. */
    private static final int MOST_NETWORKS = 10_000;

    /**
     * The maximum number of pairs of a MAC for which a token without Client-Id is tried; only 00:…
     * has more.
     */
    private static final int MOST_PAIRS = 1_000;

    /** An unbound device that was not switched on for this long may get Chinese texts. */
    private static final Duration FORMER_KEPT = Duration.ofDays(90);

    private final Database database;
    private final Bus bus;
    private final Ids ids;
    private final InstantSource clock;
    private final BoundCache cache;
    private final ZoneNews zones;
    private final Listeners<Consumer<String>> moved = new Listeners<>("a device has moved");
    private final Listeners<Consumer<String>> revoked = new Listeners<>("a program was revoked");
    private final Listeners<BiConsumer<Tx, Long>> erased =
            new Listeners<>("a device left its pair");
    private final Listeners<BiConsumer<Tx, Device>> unbound =
            new Listeners<>("a device was unbound");
    private final Listeners<BiConsumer<String, Mac>> changed =
            new Listeners<>("a device has changed");

    public Devices(Database database, Bus bus, Ids ids, InstantSource clock, BoundCache cache) {
        this.database = database;
        this.bus = bus;
        this.ids = ids;
        this.clock = clock;
        this.cache = cache;
        this.zones = new ZoneNews(database, bus, cache);
        bus.subscribe(UNBOUND, cache::forget);
        bus.onOthers(CHANGED, cache::ask);
        bus.onOthers(MOVED, pairKey -> moved.tellOrThrow(listener -> listener.accept(pairKey)));
        bus.onOthers(REVOKED, pairKey -> revoked.tellOrThrow(listener -> listener.accept(pairKey)));
        bus.onGap(cache::clear);
    }

    /**
     * Runs a change of bindings; when it returns, all nodes have dropped the pairs that it unbinds.
     */
    public <T> T change(Plane plane, BiFunction<Tx, UnboundPairs, T> work) {
        return database.write(plane, tx -> work.apply(tx, new UnboundPairs(tx)));
    }

    /**
     * Must precede the reads of a change to a MAC's bindings: on PostgreSQL, two concurrent changes
     * would not see each other's writes, and a pair that one of them unbinds would stay in the
     * caches.
     */
    public void lock(Tx tx, Mac mac) {
        tx.lock(mac.bits());
    }

    /** The binding of exactly this pair, regardless of others with its MAC. */
    public Optional<Binding> binding(Tx tx, Pair pair) {
        return HotDeviceStore.binding(tx, pair);
    }

    /** The first of the two that is bound. */
    public Optional<Pair> boundFirst(Pair one, Pair other) {
        return database.read(
                Plane.DEVICE,
                tx ->
                        Stream.of(one, other)
                                .filter(pair -> binding(tx, pair).isPresent())
                                .findFirst());
    }

    /**
     * Whether a pair is bound and its owner allows it to talk without one of this server's tokens.
     */
    public boolean withoutToken(Pair pair) {
        return database.read(Plane.DEVICE, tx -> HotDeviceStore.withoutToken(tx, pair));
    }

    /** The bound pairs of a MAC, of any account, newest first; truncated if there are very many. */
    public List<Pair> pairsOf(Mac mac) {
        return database.read(Plane.DEVICE, tx -> DeviceStore.pairsOf(tx, mac, MOST_PAIRS));
    }

    /** Like {@link #binding}, with all data. */
    public Optional<Device> bound(Tx tx, Pair pair) {
        return HotDeviceStore.ofPair(tx, pair);
    }

    /** What is known of a pair that was bound before. */
    public Optional<LastReport> former(Tx tx, Pair pair) {
        return FormerStore.find(tx, pair.key());
    }

    /**
     * Registers a listener that is called, with the pair's key, when a device has moved to another
     * agent or account; on all nodes, once that is durable.
     */
    public void whenMoved(Consumer<String> listener) {
        moved.add(listener);
    }

    /**
     * Registers a listener that is called, in the same transaction, when a device leaves its pair:
     * it was unbound, or its flash was erased and its owner has bound its new pair.
     */
    public void whenErased(BiConsumer<Tx, Long> listener) {
        erased.add(listener);
    }

    /**
     * Registers a listener that is called, in the same transaction, when an account loses a device.
     */
    public void whenUnbound(BiConsumer<Tx, Device> listener) {
        unbound.add(listener);
    }

    /**
     * Registers a listener that is called, on this node once it is durable, when any device of an
     * account is added, changed or removed. It must not block.
     */
    public void whenChanged(BiConsumer<String, Mac> listener) {
        changed.add(listener);
    }

    /**
     * Registers a listener that is called, with the key of its former pair, when a program has lost
     * its identity: it was unbound, or has another; on all nodes, once that is durable.
     */
    public void whenRevoked(Consumer<String> listener) {
        revoked.add(listener);
    }

    private void news(Tx tx, String accountId, Mac mac) {
        tx.afterCommit(() -> changed.tell(listener -> listener.accept(accountId, mac)));
    }

    private void moved(Tx tx, String pairKey) {
        tx.afterCommit(() -> moved.tell(listener -> listener.accept(pairKey)));
        bus.send(tx, MOVED, pairKey);
    }

    private void revoked(Tx tx, String pairKey) {
        tx.afterCommit(() -> revoked.tell(listener -> listener.accept(pairKey)));
        bus.send(tx, REVOKED, pairKey);
    }

    // A failing listener fails the change: data of another pair must not survive.
    private void erased(Tx tx, long deviceId) {
        erased.tellOrThrow(listener -> listener.accept(tx, deviceId));
    }

    /**
     * An account's device with that MAC; other accounts' devices don't matter.
     *
     * @throws Problem 404; 409 for a MAC that identifies no single device, with the ids of those
     *     that have it
     */
    public Device require(Tx tx, String accountId, Mac mac) {
        return find(tx, accountId, mac)
                .orElseThrow(() -> Problem.notFound("设备不存在", "No such device"));
    }

    /** Like {@link #require(Tx, String, Mac)}, by MAC or id. */
    public Device require(Tx tx, String accountId, DeviceRef ref) {
        Mac mac = ref.mac();
        return mac != null
                ? require(tx, accountId, mac)
                : byId(tx, ref.id())
                        .filter(device -> device.owner().accountId().equals(accountId))
                        .orElseThrow(() -> Problem.notFound("设备不存在", "No such device"));
    }

    /**
     * The devices that share a pair's MAC.
     *
     * @param bound the pair's own binding; null for none
     * @param provisional unproven devices that may be this pair
     * @param expected devices whose owner expects them anew
     */
    public record SameMacDevices(
            @Nullable Binding bound,
            List<SameMacDevice> provisional,
            List<SameMacDevice> expected) {}

    /** Another pair's device of the same MAC. */
    public record SameMacDevice(long deviceId, String accountId, boolean contested) {}

    /** The bindings with the pair's MAC that are relevant to this pair. */
    public SameMacDevices sameMac(Tx tx, Pair pair) {
        if (!pair.mac().individual()) {
            return new SameMacDevices(binding(tx, pair).orElse(null), List.of(), List.of());
        }
        long now = clock.millis();
        Binding bound = null;
        List<HotDeviceStore.SameMacRow> all = HotDeviceStore.sameMac(tx, pair, MOST_TWINS);
        if (all.isEmpty()) {
            return NOBODY;
        }
        var provisional = new ArrayList<SameMacDevice>();
        var expected = new ArrayList<SameMacDevice>();
        for (HotDeviceStore.SameMacRow row : all) {
            if (row.pairKey().equals(pair.key())) {
                bound = new Binding(row.id(), row.factsPrint(), row.zone());
                continue;
            }
            var other = new SameMacDevice(row.id(), row.accountId(), row.contestedAt() > 0);
            if (!row.proven()) {
                provisional.add(other);
            }
            if (row.expectedUntil() > now) {
                expected.add(other);
            }
        }
        return new SameMacDevices(bound, provisional, expected);
    }

    /**
     * Records that another pair reports the MAC or the serial number of an unproven device: no
     * binding moves, only its owner is notified.
     *
     * @param serial may be empty
     */
    public void contest(Tx tx, Pair other, List<SameMacDevice> provisional, String serial) {
        long now = clock.millis();
        for (SameMacDevice each : provisional) {
            if (!each.contested()) {
                DeviceStore.contested(tx, each.deviceId(), now);
                news(tx, each.accountId(), other.mac());
            }
        }
        if (!serial.isEmpty()) {
            DeviceStore.contested(tx, serial, now)
                    .forEach(owned -> news(tx, owned.accountId(), owned.mac()));
        }
    }

    /** The owner confirms that the provisional device is theirs: it is proven. */
    public void prove(Tx tx, Device device) {
        DeviceStore.prove(tx, device.id(), clock.millis());
        news(tx, device.owner().accountId(), device.mac());
    }

    /**
     * Lets another pair of a device's MAC take it over automatically for a while, or ends that.
     *
     * @param until epoch ms; 0 to end it
     */
    public void expect(Tx tx, Device device, long until) {
        DeviceStore.expect(tx, device.id(), until);
        news(tx, device.owner().accountId(), device.mac());
    }

    /** Stores where an account's devices were seen, 2,000 per transaction, for {@link #expect}. */
    public void expectFrom(String accountId, Duration seenWithin, long until) {
        long since = clock.millis() - seenWithin.toMillis();
        long after = 0;
        int networks = 0;
        List<DeviceStore.LastAddress> page;
        do {
            long from = after;
            page =
                    database.read(
                            Plane.BACKGROUND,
                            tx -> DeviceStore.seenAt(tx, accountId, since, from, 2_000));
            var found = new TreeSet<String>();
            for (DeviceStore.LastAddress place : page) {
                after = place.deviceId();
                if (!place.address().isEmpty()) {
                    found.add(Throttles.network(place.address()));
                }
            }
            networks += found.size();
            database.run(
                    Plane.BACKGROUND, tx -> DeviceStore.expectFrom(tx, accountId, found, until));
        } while (page.size() == 2_000 && networks < MOST_NETWORKS);
    }

    /** Whether the account had devices in a network when it last declared that it expects some. */
    public boolean expectedFrom(Tx tx, String accountId, String network) {
        return DeviceStore.expectedFrom(tx, accountId, network, clock.millis());
    }

    /** An account's provisional devices that came from a network, after the given one. */
    public List<Device> provisional(
            Tx tx, String accountId, String network, long after, int limit) {
        return DeviceStore.provisional(tx, accountId, network, after, limit);
    }

    /** Devices of a MAC, of any account, newest first after {@code cursor}. */
    List<Device> anybodys(Tx tx, Mac mac, @Nullable String cursor, int limit) {
        return DeviceStore.ofMac(tx, mac, DeviceQuery.before(cursor), limit);
    }

    /** An account's devices, newest first after {@code cursor}; null for the first page. */
    public List<Device> ofAccount(Tx tx, String accountId, @Nullable String cursor, int limit) {
        return DeviceStore.page(tx, DeviceQuery.all(accountId, null, cursor, limit));
    }

    /** A device by its id, of any account. */
    public Optional<Device> byId(Tx tx, long id) {
        return DeviceStore.ofId(tx, id);
    }

    /** The MAC that a reference means, bound or not; 404 for the id of another account's device. */
    public Mac macOf(String accountId, DeviceRef ref) {
        Mac mac = ref.mac();
        return mac != null
                ? mac
                : database.read(Plane.CONSOLE, tx -> require(tx, accountId, ref)).mac();
    }

    /** A device of any account: for administrators. */
    public Device requireAnybodys(Tx tx, DeviceRef ref) {
        return byId(tx, ref.id()).orElseThrow(() -> Problem.notFound("设备不存在", "No such device"));
    }

    /** Like {@link #require(Tx, String, DeviceRef)}, for a change: see {@link #lock(Tx, Mac)}. */
    public Device lock(Tx tx, String accountId, DeviceRef ref) {
        Mac mac = ref.mac();
        lock(tx, mac != null ? mac : require(tx, accountId, ref).mac());
        return require(tx, accountId, ref);
    }

    /** Like {@link #lock(Tx, Mac)}, for several. */
    public void lockAll(Tx tx, Stream<Mac> macs) {
        // In a fixed order, to avoid deadlocks between two that lock several.
        macs.distinct().sorted().forEach(mac -> lock(tx, mac));
    }

    /**
     * Those of the given devices that still exist, in their current state, with their MACs locked.
     */
    public List<Device> lock(Tx tx, List<Device> found) {
        lockAll(tx, found.stream().map(Device::mac));
        return found.stream().flatMap(device -> byId(tx, device.id()).stream()).toList();
    }

    /** Like {@link #require(Tx, String, Mac)}, empty if there is none. */
    public Optional<Device> find(Tx tx, String accountId, Mac mac) {
        List<Device> own = DeviceStore.own(tx, accountId, mac, MOST_TWINS);
        if (!mac.individual() && !own.isEmpty()) {
            var ids = own.stream().map(device -> Long.toString(device.id())).toList();
            throw new Problem(
                    409,
                    "这个 MAC 不属于单一设备，请改用设备 id",
                    "This MAC does not identify a single device: use the device id instead",
                    Map.of("ids", ids));
        }
        return own.stream().findFirst();
    }

    /**
     * Binds an unbound pair, by what was known of it beforehand.
     *
     * @param id that the device gets
     * @return empty if it has been bound meanwhile, or if the account has the MAC as another pair,
     *     which only its owner's word moves
     */
    public Optional<Binding> bindNew(Tx tx, long id, Pair pair, NewDevice wanted) {
        Optional<Binding> made = HotDeviceStore.insert(tx, id, pair, wanted, clock.millis());
        if (made.isPresent()) {
            moved(tx, pair.key());
            news(tx, wanted.accountId(), pair.mac());
        }
        return made;
    }

    /** Binds a newly created pair, for a program of that name. */
    public Device bindProgram(Tx tx, Pair pair, NewDevice wanted, String name) {
        long id = ids.next();
        if (bindNew(tx, id, pair, wanted).isEmpty()) {
            throw boundAlready();
        }
        DeviceStore.program(tx, id, name);
        return bound(tx, pair).orElseThrow();
    }

    /** An account's programs, newest first, at most this many. */
    public List<Device> programs(Tx tx, String accountId, int most) {
        return DeviceStore.programs(tx, accountId, most);
    }

    /** Gives a device another pair; the previous one is no longer bound. */
    public Device renew(Tx tx, UnboundPairs unboundPairs, Device device, Pair pair) {
        var lastReport =
                new LastReport(
                        device.report().board(),
                        device.report().version(),
                        device.report().language());
        move(
                tx,
                unboundPairs,
                device,
                pair,
                new NewDevice(device.owner().accountId(), null, lastReport));
        return bound(tx, pair).orElseThrow();
    }

    /**
     * Binds a pair to the account that has proven to hold it. The account's device of the same MAC
     * becomes this pair and keeps its data (decisions D1).
     *
     * @return the device as it now is
     * @throws Problem 409 when the pair is already bound
     */
    public Device bind(Tx tx, UnboundPairs unboundPairs, Pair pair, NewDevice wanted) {
        if (bindNew(tx, ids.next(), pair, wanted).isEmpty()) {
            Device own =
                    pair.mac().individual()
                            ? DeviceStore.own(tx, wanted.accountId(), pair.mac(), 1).stream()
                                    .findFirst()
                                    .orElseThrow(Devices::boundAlready)
                            : null;
            if (own == null) {
                throw boundAlready();
            }
            move(tx, unboundPairs, own, pair, wanted);
        }
        return bound(tx, pair).orElseThrow();
    }

    private static Problem boundAlready() {
        return new Problem(409, "设备已绑定", "The device is already bound");
    }

    /**
     * Moves a device to another pair, which must not be bound itself; the device keeps its data.
     *
     * @throws Problem 409 when the pair is already bound
     */
    public void move(Tx tx, UnboundPairs unboundPairs, Device own, Pair pair, NewDevice wanted) {
        if (HotDeviceStore.binding(tx, pair).isPresent()) {
            throw boundAlready();
        }
        long now = clock.millis();
        end(tx, unboundPairs, own, now);
        DeviceStore.move(tx, own.id(), pair, wanted, now);
        // It keeps its agent, but one that has none any more gets the one it is bound to.
        if (own.owner().agentId() == null && wanted.agentId() != null) {
            DeviceStore.agent(tx, own.id(), wanted.agentId(), wanted.accountId(), now);
        }
        moved(tx, pair.key());
        news(tx, own.owner().accountId(), own.mac());
    }

    // The pair is no longer bound; the device is moved or deleted.
    private void end(Tx tx, UnboundPairs unboundPairs, Device device, long now) {
        unboundPairs.add(device.owner().pairKey());
        if (device.choices().entry().program()) {
            revoked(tx, device.owner().pairKey());
        }
        erased(tx, device.id());
        FormerStore.remember(tx, device, now);
    }

    /** Ends an account's binding; alias, tags and pair are deleted with it (decisions D4). */
    public void unbind(Tx tx, UnboundPairs unboundPairs, Device device) {
        end(tx, unboundPairs, device, clock.millis());
        DeviceStore.delete(tx, device.id());
        unbound.tellOrThrow(listener -> listener.accept(tx, device));
        news(tx, device.owner().accountId(), device.mac());
    }

    /**
     * Data that a device's check-ins need has changed: once this commits, its check-ins consult the
     * database, on all nodes.
     */
    public void changed(Tx tx, String pairKey) {
        tx.afterCommit(() -> cache.ask(pairKey));
        bus.send(tx, CHANGED, pairKey);
    }

    /** Stores what a bound device reports about itself. */
    public void facts(long deviceId, CheckIn checkIn) {
        CheckInFacts facts = CheckInFacts.of(checkIn);
        long now = clock.millis();
        database.run(
                Plane.DEVICE,
                tx ->
                        HotDeviceStore.facts(tx, deviceId, facts, now)
                                .ifPresent(owned -> news(tx, owned.accountId(), owned.mac())));
    }

    public void moveToAgent(Tx tx, Device device, @Nullable String agentId, String updater) {
        moved(tx, device.owner().pairKey());
        changed(tx, device.owner().pairKey());
        DeviceStore.agent(tx, device.id(), agentId, updater, clock.millis());
        news(tx, device.owner().accountId(), device.mac());
    }

    /** Stores the owner's settings of a device. */
    void update(Tx tx, Device before, Device after, String updater) {
        DeviceStore.update(tx, after, updater, clock.millis());
        news(tx, after.owner().accountId(), after.mac());
        boolean relabelled = !after.choices().labels().equals(before.choices().labels());
        if (relabelled) {
            TagStore.replace(tx, after);
        }
        if (relabelled || after.choices().autoUpdate() != before.choices().autoUpdate()) {
            changed(tx, after.owner().pairKey());
        }
        if (!after.choices().zone().equals(before.choices().zone())) {
            zones.ofDevice(tx, after.owner().pairKey());
        }
    }

    /** An account's time zone has changed, and with it that of its devices without their own. */
    public void zoneChanged(Tx tx, String accountId) {
        zones.ofAccount(tx, accountId);
    }

    /** Resumes spreading time zones where that was interrupted. */
    void spreadZones() {
        zones.spread();
    }

    List<Device> page(DeviceQuery query) {
        return database.read(Plane.CONSOLE, tx -> DeviceStore.page(tx, query));
    }

    /** An agent's devices after {@code cursor}, newest first; null cursor for the first page. */
    public List<Device> ofAgent(
            String accountId, String agentId, @Nullable String cursor, int limit) {
        return page(DeviceQuery.all(accountId, agentId, cursor, limit));
    }

    /** The cursor of the page after {@code last} of {@link #ofAgent}. */
    public static String cursor(Device last) {
        return DeviceQuery.cursor(null, last);
    }

    /**
     * The number of an agent's devices and when one was last seen, taken from the newest thousand.
     */
    public Usage usage(String agentId) {
        return database.read(
                Plane.CONSOLE,
                tx ->
                        new Usage(
                                DeviceStore.countOf(tx, agentId),
                                DeviceStore.lastSeen(tx, agentId, 1_000)));
    }

    /** The agent of an account's device. */
    public Optional<String> agentOf(String accountId, Mac mac) {
        return database.read(Plane.CONSOLE, tx -> DeviceStore.own(tx, accountId, mac, 1)).stream()
                .findFirst()
                .map(found -> found.owner().agentId());
    }

    /** Removes all devices from a deleted agent, 500 per transaction. */
    public void forgetAgent(String agentId) {
        Chunks.delete(database, (tx, limit) -> DeviceStore.forgetAgent(tx, agentId, limit));
    }

    /** Fills the cache with bound pairs, so that a restart needs no read per device. */
    public void warm() {
        long after = 0;
        List<DeviceStore.BoundRow> chunk;
        do {
            long from = after;
            // Taken before the read: pairs unbound meanwhile are not cached again.
            int[] stamps = cache.stamps();
            chunk =
                    database.read(
                            Plane.BACKGROUND, tx -> HotDeviceStore.boundAfter(tx, from, 2_000));
            for (DeviceStore.BoundRow bound : chunk) {
                cache.put(bound.pairKey(), stamps, bound.id(), bound.factsPrint(), bound.zone());
                after = bound.id();
            }
        } while (!chunk.isEmpty());
    }

    /** Deletes what is kept for a while only: the data of pairs unbound long ago. */
    public void clean() {
        long forgotten = clock.millis() - FORMER_KEPT.toMillis();
        Chunks.delete(database, (tx, limit) -> FormerStore.forgetBefore(tx, forgotten, limit));
        long now = clock.millis();
        Chunks.delete(database, (tx, limit) -> DeviceStore.forgetExpected(tx, now, limit));
    }
}
