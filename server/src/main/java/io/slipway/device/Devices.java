package io.slipway.device;

import io.slipway.cluster.Bus;
import io.slipway.cluster.Topic;
import io.slipway.http.Problem;
import io.slipway.protocol.FirmwareVersion;
import io.slipway.protocol.Mac;
import io.slipway.protocol.ota.CheckIn;
import io.slipway.settings.Settings;
import io.slipway.sql.Chunks;
import io.slipway.sql.Database;
import io.slipway.sql.Ids;
import io.slipway.sql.Plane;
import io.slipway.sql.Tx;
import io.slipway.work.Listeners;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The registry's use cases. A method with a {@link Tx} is part of its caller's transaction; the
 * others are one of their own. Thread-safe.
 */
public final class Devices {

    /** Take-over is possible once the pinned pair has been silent for so long (decisions D1). */
    public record Config(Duration takeOverAfter) {

        /** Reads it; what does not hold is said to {@code s}. */
        public static Config read(Settings s) {
            return new Config(
                    s.duration(
                            "device.take-over-after",
                            "72 h",
                            "已绑定设备离线多久后，别的账号可用激活码接管",
                            "silence after which another account's code takes a bound device over"));
        }
    }

    /**
     * @param seenAt the latest sign of one of them, epoch ms; 0 for none
     */
    public record Usage(long devices, long seenAt) {}

    /** What a pair reported last before it stopped being bound; texts may be empty. */
    public record Former(String board, String version, String language) {

        public static Former of(CheckIn checkIn) {
            return new Former(checkIn.board(), checkIn.version(), checkIn.language());
        }
    }

    /** Pairs that stop being bound in a transaction: forgotten by all nodes once it commits. */
    public final class Gone {
        private final Tx tx;

        private Gone(Tx tx) {
            this.tx = tx;
        }

        // Also when whoever asked for it has stopped waiting: the commit is what counts.
        void add(String pairKey) {
            tx.afterCommit(() -> cache.forget(pairKey));
            bus.send(tx, UNBOUND, pairKey);
        }
    }

    // All by the pair's key.
    private static final Topic<String> UNBOUND = Topic.text("unbound");
    private static final Topic<String> CHANGED = Topic.text("changed");
    private static final Topic<String> MOVED = Topic.text("moved");

    /** A firmware's first version that sends a Client-Id. */
    private static final FirmwareVersion CLIENT_ID_SINCE =
            FirmwareVersion.parse("1.2.1").orElseThrow();

    /** An unbound device that was not switched on for so long may be told in Chinese. */
    private static final Duration FORMER_KEPT = Duration.ofDays(90);

    private final Database database;
    private final Bus bus;
    private final Ids ids;
    private final InstantSource clock;
    private final BoundCache cache;
    private final Config config;
    private final Listeners<Consumer<String>> moved = new Listeners<>("a device has moved");
    private final Listeners<BiConsumer<Tx, Long>> erased =
            new Listeners<>("a device's pin left its pair");
    private final Listeners<BiConsumer<String, Mac>> changed =
            new Listeners<>("a device has changed");

    public Devices(
            Database database,
            Bus bus,
            Ids ids,
            InstantSource clock,
            BoundCache cache,
            Config config) {
        this.database = database;
        this.bus = bus;
        this.ids = ids;
        this.clock = clock;
        this.cache = cache;
        this.config = config;
        bus.on(UNBOUND, cache::forget);
        bus.onOthers(CHANGED, cache::ask);
        bus.onOthers(MOVED, pairKey -> moved.tellOrThrow(listener -> listener.accept(pairKey)));
        bus.onGap(cache::clear);
    }

    /** Runs a change of bindings; the pairs that it ends are unknown everywhere when it returns. */
    public <T> T change(Plane plane, BiFunction<Tx, Gone, T> work) {
        return database.write(plane, tx -> work.apply(tx, new Gone(tx)));
    }

    /**
     * Before the reads of a change to a MAC's bindings: on PostgreSQL two changes at once would
     * both go by what neither has written yet, and a pair that one of them ends would stay in the
     * caches.
     */
    public void lock(Tx tx, Mac mac) {
        tx.lock(mac.bits());
    }

    /** The device that this very pair is bound as. */
    public Optional<Device> bound(Tx tx, Pair pair) {
        return DeviceStore.holder(tx, pair.mac()).filter(device -> device.isPair(pair));
    }

    /** What is known of a pair that was bound once. */
    public Optional<Former> former(Tx tx, Pair pair) {
        return FormerStore.find(tx, pair.key());
    }

    /**
     * Adds what is told, with its pair's key, that a device has moved to another agent or account;
     * on all nodes, once that is durable.
     */
    public void whenMoved(Consumer<String> listener) {
        moved.add(listener);
    }

    /**
     * Adds what is told, in the same transaction, that a device's pin leaves its pair: it was
     * unbound, or its flash was erased and it has another Client-Id.
     */
    public void whenErased(BiConsumer<Tx, Long> listener) {
        erased.add(listener);
    }

    /**
     * Adds what is told, on this node once it is durable, that something about a device of an
     * account has changed, be it that it came or went. It must not wait.
     */
    public void whenChanged(BiConsumer<String, Mac> listener) {
        changed.add(listener);
    }

    private void news(Tx tx, String accountId, Mac mac) {
        tx.afterCommit(() -> changed.tell(listener -> listener.accept(accountId, mac)));
    }

    private void moved(Tx tx, String pairKey) {
        tx.afterCommit(() -> moved.tell(listener -> listener.accept(pairKey)));
        bus.send(tx, MOVED, pairKey);
    }

    // What fails there fails the change: nobody may keep what was known of another pair.
    private void erased(Tx tx, long deviceId) {
        erased.tellOrThrow(listener -> listener.accept(tx, deviceId));
    }

    /** Who holds the MAC now. */
    public Optional<Held> held(Tx tx, Mac mac) {
        return DeviceStore.held(tx, mac);
    }

    /** An account's own device or claim; 404 for anybody else's. */
    public Device require(Tx tx, String accountId, Mac mac) {
        return find(tx, accountId, mac)
                .orElseThrow(() -> Problem.notFound("设备不存在", "No such device"));
    }

    /** As {@link #require}, empty for anybody else's. */
    public Optional<Device> find(Tx tx, String accountId, Mac mac) {
        return DeviceStore.claim(tx, accountId, mac);
    }

    /**
     * Whether a check-in of this pair may replace a pin of "none", which happens once (decisions
     * D1).
     */
    public boolean mayPin(Held held, Pair pair, CheckIn checkIn) {
        return !held.pinned()
                && pair.pinned()
                && FirmwareVersion.parse(checkIn.version())
                        .filter(v -> v.compareTo(CLIENT_ID_SINCE) >= 0)
                        .isPresent();
    }

    /**
     * Binds a pair to an account, moving, taking over or giving back as decisions D1 says.
     *
     * @return the device as it now is
     * @throws Problem 409 when another account's device was seen too recently, naming the time from
     *     which it will be allowed, or when it is bound already
     */
    public Device bind(Tx tx, Gone gone, Pair pair, NewDevice wanted) {
        bindOnly(tx, gone, pair, wanted);
        return require(tx, wanted.accountId(), pair.mac());
    }

    /** As {@link #bind}, for whom the device's id is enough: nothing is read again. */
    public long bindOnly(Tx tx, Gone gone, Pair pair, NewDevice wanted) {
        long now = clock.millis();
        // Nobody ever had most of those that are bound: one small look instead of two large ones.
        boolean known = DeviceStore.known(tx, pair.mac());
        Optional<Device> holder = known ? DeviceStore.holder(tx, pair.mac()) : Optional.empty();
        Optional<Device> own =
                known ? DeviceStore.claim(tx, wanted.accountId(), pair.mac()) : Optional.empty();
        long id;
        if (holder.isPresent() && holder.get().accountId().equals(wanted.accountId())) {
            id = holder.get().id();
            move(tx, gone, holder.get(), pair, wanted, now);
            adopt(tx, holder.get(), wanted, now);
        } else {
            holder.ifPresent(other -> displace(tx, gone, other, own, pair, now));
            if (own.isPresent()) {
                // A claim that outlived a take-over: history, alias and agent come back with it.
                id = own.get().id();
                pin(tx, id, pair, wanted, now);
                DeviceStore.hold(tx, id, true, now);
                adopt(tx, own.get(), wanted, now);
            } else {
                id = ids.next();
                DeviceStore.insert(tx, id, pair, wanted, now);
            }
        }
        moved(tx, pair.key());
        news(tx, wanted.accountId(), pair.mac());
        return id;
    }

    private static void pin(Tx tx, long id, Pair pair, NewDevice wanted, long now) {
        DeviceStore.pin(tx, id, pair, wanted.said(), wanted.proven(), now);
        CheckIn reported = wanted.reported();
        if (reported != null) {
            DeviceStore.facts(tx, id, Facts.of(reported), now);
        }
    }

    // It keeps its agent (decisions D1), but one that has none any more gets the one it is bound
    // to.
    private static void adopt(Tx tx, Device device, NewDevice wanted, long now) {
        if (device.agentId() == null && wanted.agentId() != null) {
            DeviceStore.agent(tx, device.id(), wanted.agentId(), wanted.accountId(), now);
        }
    }

    private void move(Tx tx, Gone gone, Device device, Pair pair, NewDevice wanted, long now) {
        if (device.isPair(pair)) {
            throw new Problem(409, "设备已绑定", "The device is bound already");
        }
        gone.add(device.pairKey());
        erased(tx, device.id());
        FormerStore.remember(tx, device, now);
        pin(tx, device.id(), pair, wanted, now);
    }

    private void displace(
            Tx tx, Gone gone, Device holder, Optional<Device> own, Pair pair, long now) {
        boolean givenBack = own.isPresent() && own.get().isPair(pair);
        gone.add(holder.pairKey());
        news(tx, holder.accountId(), holder.mac());
        erased(tx, holder.id());
        FormerStore.remember(tx, holder, now);
        if (givenBack) {
            // The rightful pair is back: nothing of the take-over remains to be fought over.
            DeviceStore.delete(tx, holder.id());
            return;
        }
        long free = Math.max(holder.seenAt(), holder.boundAt()) + config.takeOverAfter().toMillis();
        if (now < free) {
            throw Device.heldUntil(free);
        }
        DeviceStore.hold(tx, holder.id(), false, now);
    }

    /** Ends an account's binding or claim; alias, tags and pin go with it (decisions D4). */
    public void unbind(Tx tx, Gone gone, Device device) {
        gone.add(device.pairKey());
        erased(tx, device.id());
        FormerStore.remember(tx, device, clock.millis());
        DeviceStore.delete(tx, device.id());
        news(tx, device.accountId(), device.mac());
        // When a claim ends, whoever holds the device is contested no longer.
        Held held = device.held() ? null : DeviceStore.held(tx, device.mac()).orElse(null);
        if (held != null) {
            changed(tx, held.pairKey());
            news(tx, held.accountId(), device.mac());
        }
    }

    /** Pins a device of "none" to its first Client-Id. */
    public void pinFirst(Tx tx, Gone gone, Held held, Pair pair, CheckIn checkIn) {
        gone.add(held.pairKey());
        DeviceStore.pin(tx, held.id(), pair, Former.of(checkIn), false, clock.millis());
        news(tx, held.accountId(), pair.mac());
    }

    /** Notes that another pair calls with a held MAC, for its owner to decide. */
    public void contest(Tx tx, Held held, Pair rival, CheckIn checkIn) {
        String key = rival.key();
        if (!key.equals(held.rival()) && !key.equals(held.refused())) {
            long now = clock.millis();
            DeviceStore.contest(tx, held.id(), rival, checkIn.board(), checkIn.version(), now);
            news(tx, held.accountId(), rival.mac());
        }
    }

    /**
     * The owner says that the waiting pair is his device; returns its key.
     *
     * @param shown which one he was shown: whoever knows the MAC can call in between
     */
    public String acceptRival(Tx tx, Gone gone, Device device, String shown) {
        Device.Rival rival = device.requireRival(shown);
        long now = clock.millis();
        gone.add(device.pairKey());
        erased(tx, device.id());
        FormerStore.remember(tx, device, now);
        DeviceStore.pinRival(tx, device.id(), rival, now);
        news(tx, device.accountId(), device.mac());
        return rival.pairKey();
    }

    /** The owner says that it is not; that pair is not shown to him again. */
    public void refuseRival(Tx tx, Device device) {
        device.requireRival();
        DeviceStore.refuse(tx, device.id());
        news(tx, device.accountId(), device.mac());
    }

    /**
     * What a check-in must know of a device has changed: once this commits, its check-ins ask the
     * database, on all nodes.
     */
    public void changed(Tx tx, String pairKey) {
        tx.afterCommit(() -> cache.ask(pairKey));
        bus.send(tx, CHANGED, pairKey);
    }

    /** Stores what a bound device reports of itself. */
    public void facts(long deviceId, CheckIn checkIn) {
        Facts facts = Facts.of(checkIn);
        long now = clock.millis();
        database.run(
                Plane.DEVICE,
                tx ->
                        DeviceStore.facts(tx, deviceId, facts, now)
                                .ifPresent(owned -> news(tx, owned.accountId(), owned.mac())));
    }

    public void moveToAgent(Tx tx, Device device, @Nullable String agentId, String updater) {
        moved(tx, device.pairKey());
        changed(tx, device.pairKey());
        DeviceStore.agent(tx, device.id(), agentId, updater, clock.millis());
        news(tx, device.accountId(), device.mac());
    }

    /** Stores what an owner sets of his device. */
    void update(Tx tx, Device before, Device after, String updater) {
        DeviceStore.update(tx, after, updater, clock.millis());
        news(tx, after.accountId(), after.mac());
        boolean relabelled = !after.labels().equals(before.labels());
        if (relabelled) {
            TagStore.replace(tx, after);
        }
        if (relabelled || after.autoUpdate() != before.autoUpdate()) {
            changed(tx, after.pairKey());
        }
    }

    List<Device> page(DeviceQuery query) {
        return database.read(Plane.CONSOLE, tx -> DeviceStore.page(tx, query));
    }

    /** An agent's devices after {@code cursor}, newest first; null cursor for the first page. */
    public List<Device> ofAgent(
            String accountId, String agentId, @Nullable String cursor, int limit) {
        return page(DeviceQuery.all(accountId, agentId, cursor, limit));
    }

    /** Where the page after {@code last} of {@link #ofAgent} begins. */
    public static String cursor(Device last) {
        return DeviceQuery.cursor(null, last);
    }

    /** What an agent's devices amount to; the time is that of its newest thousand. */
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
        return database.read(Plane.CONSOLE, tx -> DeviceStore.claim(tx, accountId, mac))
                .map(Device::agentId);
    }

    /** Takes all devices from an agent that is gone, 500 a transaction. */
    public void forgetAgent(String agentId) {
        Chunks.delete(database, (tx, limit) -> DeviceStore.forgetAgent(tx, agentId, limit));
    }

    /** Fills the cache with bound pairs, so that a restart needs no read a device. */
    public void warm() {
        long after = 0;
        List<DeviceStore.Bound> chunk;
        do {
            long from = after;
            // Taken before the read: whatever is unbound meanwhile is not put back.
            int[] stamps = cache.stamps();
            chunk = database.read(Plane.BACKGROUND, tx -> DeviceStore.boundAfter(tx, from, 2_000));
            for (DeviceStore.Bound bound : chunk) {
                cache.put(bound.pairKey(), stamps, bound.id(), bound.factsPrint());
                after = bound.id();
            }
        } while (!chunk.isEmpty());
    }

    /** Deletes counters older than {@code keep}, and what is known of pairs long gone. */
    public void clean(Duration keep) {
        long forgotten = clock.millis() - FORMER_KEPT.toMillis();
        Chunks.delete(database, (tx, limit) -> FormerStore.forgetBefore(tx, forgotten, limit));
        long before = (clock.millis() - keep.toMillis()) / 3_600_000;
        int gone;
        do {
            gone = database.write(Plane.BACKGROUND, tx -> DeviceStore.forgetHours(tx, before, 500));
        } while (gone > 0);
    }
}
