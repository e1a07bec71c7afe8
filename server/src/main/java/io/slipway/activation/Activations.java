package io.slipway.activation;

import io.slipway.account.Audit;
import io.slipway.account.Caller;
import io.slipway.agent.Agents;
import io.slipway.cluster.ClusterClock;
import io.slipway.device.Binding;
import io.slipway.device.Device;
import io.slipway.device.DeviceRef;
import io.slipway.device.Devices;
import io.slipway.device.NewDevice;
import io.slipway.device.Pair;
import io.slipway.http.Peer;
import io.slipway.http.Problem;
import io.slipway.keys.MasterKey;
import io.slipway.protocol.Mac;
import io.slipway.protocol.ota.Activate;
import io.slipway.protocol.ota.CheckIn;
import io.slipway.sql.Database;
import io.slipway.sql.Ids;
import io.slipway.sql.Plane;
import io.slipway.sql.Tx;
import io.slipway.work.Attempts;
import io.slipway.work.Listeners;
import io.slipway.work.Origin;
import io.slipway.work.Origins;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** From a device that nobody owns to one that somebody does, and back. Thread-safe. */
public final class Activations {

    /** What a pair is told at its check-in. */
    public sealed interface Standing {}

    /**
     * @param factsPrint what it reported last, digested
     */
    public record Bound(long deviceId, long factsPrint, int zone) implements Standing {}

    /**
     * @param code null when there are too many already, or while it may prove itself by a key
     * @param version of the firmware that asked for the code
     * @param language that it asked in; both may be empty
     */
    public record Unbound(@Nullable String code, String challenge, String version, String language)
            implements Standing {}

    /** Is told of a device that its owner gave to another agent. */
    @FunctionalInterface
    public interface Moved {
        void moved(String accountId, Mac mac, String agentId);
    }

    /** What an activation poll is told. */
    public enum Poll {
        ACTIVATED,
        PENDING,
        REFUSED
    }

    /** Keys that are tried for one serial number: each is an account that announced it. */
    private static final int MOST_KEYS = 16;

    private final Database database;
    private final Ids ids;
    private final ClusterClock clock;
    private final Origins origins;
    private final Devices devices;
    private final Agents agents;
    private final Audit audit;
    private final SerialProof proofs;
    private final Codes codes;
    private final Guesses guesses;
    private final Sequences sequences;
    private final Warnings warnings;
    private final Listeners<Moved> moved = new Listeners<>("a device was moved");

    public Activations(
            Database database,
            Ids ids,
            ClusterClock clock,
            ActivationConfig config,
            Devices devices,
            Agents agents,
            Attempts attempts,
            Origins origins,
            Audit audit,
            MasterKey master) {
        this.database = database;
        this.ids = ids;
        this.clock = clock;
        this.origins = origins;
        this.devices = devices;
        this.agents = agents;
        this.audit = audit;
        this.proofs = new SerialProof(master);
        this.codes = new Codes(database, ids, clock, config);
        this.guesses = new Guesses(attempts, codes, clock, config.guesses());
        this.sequences = new Sequences(clock);
        this.warnings = new Warnings(codes.rate(), guesses, sequences, origins);
        // What announced a device does not bind it anew (decisions D3).
        devices.whenUnbound(
                (tx, gone) -> PreregistrationStore.useUp(tx, gone.accountId(), gone.mac()));
    }

    /**
     * Where a pair stands, which may bind it (a pre-registration) or make its code.
     *
     * @param serial of the Serial-Number header
     */
    public Standing standing(Pair pair, CheckIn checkIn, Peer peer, @Nullable String serial) {
        origins.saw(peer, pair.high());
        // Where a code was asked from decides who is told that its device waits nearby.
        return standing(Asking.of(pair, checkIn, true, peer.origin(), origins.of(peer), serial));
    }

    /**
     * As {@link #standing(Pair, CheckIn, Peer, String)}, of a pair that opens a session.
     *
     * @param known what was known of it before: it reports nothing now
     */
    public Standing atSession(Pair pair, CheckIn known, String address) {
        return standing(Asking.of(pair, known, false, address, Origin.of(address), null));
    }

    /**
     * @param reports whether the check-in is the device's own
     * @param serial of the Serial-Number header
     */
    private record Asking(
            Pair pair,
            CheckIn checkIn,
            boolean reports,
            String address,
            String network,
            Origin origin,
            @Nullable String serial) {

        static Asking of(
                Pair pair,
                CheckIn checkIn,
                boolean reports,
                String address,
                Origin origin,
                @Nullable String serial) {
            // Once: it is taken apart to be understood.
            String network = Attempts.network(address);
            return new Asking(pair, checkIn, reports, address, network, origin, serial);
        }
    }

    /**
     * @param known null when there is something to write
     * @param announced by which it may be bound; null for none
     */
    private record FirstLook(@Nullable Standing known, @Nullable Preregistration announced) {}

    private Standing standing(Asking asking) {
        FirstLook look = database.read(Plane.DEVICE, tx -> look(tx, asking));
        return look.known() != null
                ? look.known()
                : devices.change(
                        Plane.DEVICE, (tx, gone) -> settle(tx, gone, asking, look.announced()));
    }

    private FirstLook look(Tx tx, Asking asking) {
        Pair pair = asking.pair();
        Devices.Around around = devices.around(tx, pair);
        if (around.bound() != null) {
            return new FirstLook(bound(around.bound()), null);
        }
        Preregistration announced = announced(tx, asking).orElse(null);
        boolean news =
                !around.expected().isEmpty()
                        || !around.provisional().stream().allMatch(Devices.Neighbour::contested);
        if (news || announced != null) {
            return new FirstLook(null, announced);
        }
        Standing asks =
                codes.asks(tx, pair)
                        .filter(a -> a.equals(a.with(asking.checkIn())))
                        .map(this::unbound)
                        .orElse(null);
        return new FirstLook(asks, null);
    }

    private Standing settle(
            Tx tx, Devices.Gone gone, Asking asking, @Nullable Preregistration found) {
        Pair pair = asking.pair();
        CheckIn checkIn = asking.checkIn();
        devices.lock(tx, pair.mac());
        if (found != null) {
            // What was found may be gone by now, and something else be there.
            Optional<Bound> made =
                    announcedNow(tx, asking, found)
                            .or(() ->
                                    announced(tx, asking)
                                            .flatMap(fresh -> announcedNow(tx, asking, fresh)));
            if (made.isPresent()) {
                return made.get();
            }
        }
        Devices.Around around = devices.around(tx, pair);
        if (around.bound() != null) {
            // On PostgreSQL somebody may have bound it since it was looked for.
            return bound(around.bound());
        }
        if (!around.expected().isEmpty()) {
            Optional<Bound> taken = expectedNow(tx, gone, asking, around.expected());
            if (taken.isPresent()) {
                return taken.get();
            }
        }
        String serial = asking.serial() == null ? "" : asking.serial();
        devices.contest(tx, pair, around.provisional(), serial);
        boolean keyed = !serial.isEmpty() && !HotActivationStore.keyed(tx, serial, 1).isEmpty();
        return codes.give(tx, pair, checkIn, asking.network(), asking.origin(), serial, keyed)
                .map(this::unbound)
                .orElseGet(() ->
                        new Unbound(
                                null, Codes.challenge(), checkIn.version(), checkIn.language()));
    }

    // One that was announced beforehand is bound by its first check-in; empty when it no longer
    // waits, or when somebody has bound the pair.
    private Optional<Bound> announcedNow(Tx tx, Asking asking, Preregistration announced) {
        Pair pair = asking.pair();
        long id = ids.next();
        long now = clock.millis();
        if (!HotActivationStore.stillWaits(tx, announced.id(), asking.network(), now)) {
            return Optional.empty();
        }
        // One by MAC is used up by the account's having the device.
        boolean serial = announced.mac() == null;
        if (serial && !HotActivationStore.useAnnounced(tx, announced.id(), id)) {
            return Optional.empty();
        }
        // With what it reports: a fleet's first check-ins are one commit each, not two.
        CheckIn reported = asking.reports() ? asking.checkIn() : null;
        var wanted =
                new NewDevice(
                        announced.accountId(),
                        announced.agentId(),
                        false,
                        Devices.Former.of(asking.checkIn()),
                        reported,
                        announced.id(),
                        asking.network());
        Optional<Binding> made = devices.bindNew(tx, id, pair, wanted);
        if (made.isEmpty()) {
            if (serial) {
                PreregistrationStore.giveBack(tx, announced.id());
            }
            return Optional.empty();
        }
        bound(tx, pair, wanted, asking.address(), "pre-registered");
        return made.map(Activations::bound);
    }

    // Its owner said that it will come as another pair, and nobody else calls with its MAC.
    private Optional<Bound> expectedNow(
            Tx tx, Devices.Gone gone, Asking asking, List<Devices.Neighbour> expected) {
        Pair pair = asking.pair();
        String network = asking.network();
        long since = Activation.silentSince(clock.silenceMillis());
        boolean alone =
                ActivationStore.others(tx, pair.mac(), "", since, 2).stream()
                        .allMatch(other -> other.pairKey().equals(pair.key()));
        if (!alone) {
            return Optional.empty();
        }
        for (Devices.Neighbour each : expected) {
            if (devices.expectedFrom(tx, each.accountId(), network)) {
                var said = Devices.Former.of(asking.checkIn());
                var wanted = new NewDevice(each.accountId(), null, false, said, null, 0, network);
                Device device = devices.byId(tx, each.deviceId()).orElseThrow();
                devices.move(tx, gone, device, pair, wanted);
                bound(tx, pair, wanted, asking.address(), "expected anew");
                return devices.binding(tx, pair).map(Activations::bound);
            }
        }
        return Optional.empty();
    }

    private Unbound unbound(Activation a) {
        String whole = guesses.guarded() ? a.code() + a.tail() : a.code();
        String code = a.quiet(clock.millis()) ? null : whole;
        return new Unbound(code, a.challenge(), a.version(), a.language());
    }

    private static Bound bound(Binding binding) {
        return new Bound(binding.deviceId(), binding.factsPrint(), binding.zone());
    }

    // A serial number with a key proves itself at /activate or not at all (decisions D3).
    private Optional<Preregistration> announced(Tx tx, Asking asking) {
        Mac mac = asking.pair().mac();
        String serial = asking.serial();
        String network = asking.network();
        long now = clock.millis();
        return HotActivationStore.waiting(tx, mac, network, now)
                .or(() ->
                        serial == null
                                ? Optional.empty()
                                : HotActivationStore.waiting(tx, serial, mac, network, now));
    }

    private void bound(Tx tx, Pair pair, NewDevice wanted, String address, String how) {
        codes.endOf(tx, pair.key());
        var caller = new Caller(wanted.accountId(), "device", false, false, address);
        audit.record(tx, caller, "device.bind", pair.mac().toString(), how);
    }

    /**
     * Answers an activation poll. Read from the database each time, so that it can never say
     * "bound" before the next check-in does.
     *
     * @param serial of the Serial-Number header; must agree with the body's if both are there
     * @param seen is told the device's id when the pair is bound
     */
    public Poll poll(
            Pair pair, Activate proof, @Nullable String serial, String address, LongConsumer seen) {
        record Look(@Nullable Binding bound, @Nullable Activation activation, long quiet) {}
        Look look =
                database.read(
                        Plane.DEVICE,
                        tx -> {
                            Binding bound = devices.binding(tx, pair).orElse(null);
                            Activation activation = null;
                            long quiet = 0;
                            if (bound == null && proof.proves()) {
                                activation = codes.asks(tx, pair).orElse(null);
                            } else if (bound == null) {
                                quiet = codes.asksAgain(tx, pair);
                            }
                            return new Look(bound, activation, quiet);
                        });
        Binding bound = look.bound();
        if (bound != null) {
            seen.accept(bound.deviceId());
            return Poll.ACTIVATED;
        }
        Activation activation = look.activation();
        if (activation == null) {
            speak(look.quiet());
            return Poll.PENDING;
        }
        boolean agrees = serial == null || serial.equals(proof.serialNumber());
        Poll poll = agrees ? prove(pair, proof, activation, address) : Poll.REFUSED;
        if (poll != Poll.ACTIVATED && activation.quiet(clock.millis())) {
            speak(activation.id());
        }
        return poll;
    }

    // It has not proven itself: its next check-in is told its code (decisions D3).
    private void speak(long quiet) {
        if (quiet != 0) {
            database.run(Plane.DEVICE, tx -> ActivationStore.loud(tx, quiet));
        }
    }

    private Poll prove(Pair pair, Activate proof, Activation activation, String address) {
        List<Preregistration> keyed =
                database.read(
                        Plane.DEVICE,
                        tx -> HotActivationStore.keyed(tx, proof.serialNumber(), MOST_KEYS));
        if (keyed.isEmpty()) {
            // Nobody announced it, so there is nothing to check: its code still works.
            return Poll.PENDING;
        }
        // Whose key verifies it has it, whoever announced it first (decisions D3).
        Optional<Preregistration> announced =
                keyed.stream().filter(p -> proofs.genuine(p, proof, activation)).findFirst();
        if (announced.isEmpty()) {
            return Poll.REFUSED;
        }
        try {
            return devices.change(
                    Plane.DEVICE,
                    (tx, gone) -> {
                        devices.lock(tx, pair.mac());
                        Preregistration by = announced.get();
                        var wanted = new NewDevice(by.accountId(), by.agentId(), activation.said());
                        Device device = devices.bind(tx, gone, pair, wanted);
                        if (!codes.end(tx, activation.id())
                                || !HotActivationStore.useAnnounced(tx, by.id(), device.id())) {
                            throw new Problem(409, "已被使用", "Used already");
                        }
                        bound(tx, pair, wanted, address, "serial number");
                        return Poll.ACTIVATED;
                    });
        } catch (Problem lost) {
            // A race that the other won.
            return Poll.PENDING;
        }
    }

    /**
     * Binds the device that shows {@code code}.
     *
     * @param agentId null to bind it to no agent
     */
    public Device bind(Caller caller, @Nullable String agentId, String code) {
        String digits = Codes.wellFormed(code);
        record Done(Guesses.Guess guess, @Nullable Device device) {}
        Done done =
                devices.change(
                        Plane.CONSOLE,
                        (tx, gone) -> {
                            if (agentId != null) {
                                agents.require(tx, caller.accountId(), agentId);
                            }
                            Guesses.Guess guess = guesses.guess(tx, caller, digits);
                            return guess instanceof Guesses.Right(Activation found)
                                    ? new Done(guess, bind(tx, gone, caller, agentId, found))
                                    : new Done(guess, null);
                        });
        if (done.device() == null) {
            throw refusal(done.guess());
        }
        sequences.bound(caller, done.device().mac());
        return done.device();
    }

    private Problem refusal(Guesses.Guess guess) {
        return switch (guess) {
            case Guesses.Former former -> Codes.former();
            case Guesses.Refused refused ->
                    Problem.tooMany(refused.seconds(), "尝试次数过多", "Too many attempts");
            case Guesses.Wrong wrong ->
                    guesses.guarded() ? Codes.wrongWhileGuarded() : Codes.wrong();
            case Guesses.Right right -> throw new IllegalStateException("it was right");
        };
    }

    private Device bind(
            Tx tx, Devices.Gone gone, Caller caller, @Nullable String agentId, Activation asked) {
        var wanted = new NewDevice(caller.accountId(), agentId, asked.said());
        devices.lock(tx, asked.mac());
        Device device = devices.bind(tx, gone, asked.pair(), wanted);
        if (!codes.end(tx, asked.id())) {
            // On PostgreSQL two people may enter the code at once: one of them is too late.
            throw Codes.wrong();
        }
        audit.record(tx, caller, "device.bind", asked.mac().toString(), "code");
        return device;
    }

    /** The board of the device that shows {@code code}; a wrong code counts as a wrong code. */
    public String board(Caller caller, String code) {
        String digits = Codes.wellFormed(code);
        Guesses.Guess guess =
                database.write(Plane.CONSOLE, tx -> guesses.guess(tx, caller, digits));
        if (guess instanceof Guesses.Right(Activation found)) {
            return found.board();
        }
        throw refusal(guess);
    }

    /**
     * Adds what is told, on this node once it is durable, where a code was asked for that is new,
     * or was used or made room for another; empty if nobody can say. It must not wait.
     */
    public void whenWaiting(Consumer<Optional<Neighbourhood>> listener) {
        codes.whenChanged(network -> listener.accept(Neighbourhood.ofStored(network)));
    }

    /** Whether codes are being guessed, so that people must prove not to be programs. */
    public boolean guarded() {
        return guesses.guarded();
    }

    /** Ends the caller's binding of a device. */
    public void unbind(Caller caller, DeviceRef ref) {
        devices.change(
                Plane.CONSOLE,
                (tx, gone) -> {
                    Device device = devices.lock(tx, caller.accountId(), ref);
                    devices.unbind(tx, gone, device);
                    audit.record(tx, caller, "device.unbind", device.mac().toString(), "");
                    return true;
                });
    }

    /** An administrator ends a binding of whichever account. */
    void unbindAnybodys(Caller caller, DeviceRef ref) {
        devices.change(
                Plane.CONSOLE,
                (tx, gone) -> {
                    devices.lock(tx, devices.requireAnybodys(tx, ref).mac());
                    Device device = devices.requireAnybodys(tx, ref);
                    devices.unbind(tx, gone, device);
                    String detail = "id " + device.id() + " of account " + device.accountId();
                    audit.record(tx, caller, "device.unbind", device.mac().toString(), detail);
                    return true;
                });
    }

    /**
     * Adds work for after {@link #move}: it runs on the mover's own thread once the move is
     * durable. If it fails he is told so, and moving again does all of it again.
     */
    public void whenMoved(Moved listener) {
        moved.add(listener);
    }

    /** Moves a device to another of the caller's agents. */
    public void move(Caller caller, DeviceRef ref, String agentId) {
        Mac mac =
                database.write(
                        Plane.CONSOLE,
                        tx -> {
                            Device device = devices.require(tx, caller.accountId(), ref);
                            agents.require(tx, caller.accountId(), agentId);
                            devices.moveToAgent(tx, device, agentId, caller.accountId());
                            String name = device.mac().toString();
                            audit.record(tx, caller, "device.move", name, agentId);
                            return device.mac();
                        });
        moved.tellOrThrow(listener -> listener.moved(caller.accountId(), mac, agentId));
    }

    /** What people should know of codes. */
    public Warnings warnings() {
        return warnings;
    }

    Codes codes() {
        return codes;
    }

    /** Writes who asked for codes lately. */
    public void flush() {
        codes.flushAsked();
    }

    /** Ends silent codes and looks whether codes are being guessed. */
    public void clean() {
        codes.clean();
        guesses.refresh(database);
    }
}
