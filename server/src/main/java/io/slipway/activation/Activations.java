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
import io.slipway.work.Listeners;
import io.slipway.work.Origin;
import io.slipway.work.Origins;
import io.slipway.work.Throttles;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Binding and unbinding devices. Thread-safe. */
public final class Activations {

    /** What a pair learns at its check-in. */
    public sealed interface PairStatus {}

    /**
     * @param factsPrint a digest of the facts last reported
     */
    public record Bound(long deviceId, long factsPrint, int zone) implements PairStatus {}

    /**
     * @param code null when there are too many already, or while it may prove itself by a key
     * @param version of the firmware that requested the code
     * @param language that it requested it in; both may be empty
     */
    public record Unbound(@Nullable String code, String challenge, String version, String language)
            implements PairStatus {}

    /** Called when an owner moves a device to another agent. */
    @FunctionalInterface
    public interface MoveListener {
        void moved(String accountId, Mac mac, String agentId);
    }

    /** The answer to an activation poll. */
    public enum PollResult {
        ACTIVATED,
        PENDING,
        REFUSED
    }

    /** Keys that are tried for one serial number: one per account that announced it. */
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
    private final DailyBindings bindings;
    private final Sequences sequences;
    private final Warnings warnings;
    private final Listeners<Runnable> full = new Listeners<>("an account bound too many devices");
    private final Listeners<MoveListener> moved = new Listeners<>("a device was moved");

    public Activations(
            Database database,
            Ids ids,
            ClusterClock clock,
            ActivationConfig config,
            Devices devices,
            Agents agents,
            Throttles throttles,
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
        this.codes = new Codes(database, ids, clock, config, new CodeCipher(master));
        this.bindings =
                new DailyBindings(
                        throttles, config.devicesPerDay(), () -> full.tell(Runnable::run));
        this.guesses = new Guesses(throttles, codes, clock, config.guesses());
        this.sequences = new Sequences(clock);
        this.warnings = new Warnings(codes.rate(), guesses, sequences, origins);
        // An unbound device is not bound again by its old announcement (decisions D3).
        devices.whenUnbound((tx, device) ->
                PreregistrationStore.useUp(tx, device.owner().accountId(), device.mac()));
    }

    /**
     * The status of a pair; this may bind it (a pre-registration) or issue its code.
     *
     * @param serial of the Serial-Number header
     */
    public PairStatus status(Pair pair, CheckIn checkIn, Peer peer, @Nullable String serial) {
        origins.saw(peer, pair.high());
        // The address that a code is requested from decides who sees its device as nearby.
        return status(AskingPair.of(pair, checkIn, true, peer.origin(), origins.of(peer), serial));
    }

    /**
     * Like {@link #status(Pair, CheckIn, Peer, String)}, for a pair that opens a session.
     *
     * @param known what was known of it before: it reports nothing now
     */
    public PairStatus atSession(Pair pair, CheckIn known, String address) {
        return status(AskingPair.of(pair, known, false, address, Origin.of(address), null));
    }

    /**
     * @param reports whether the check-in is the device's own
     * @param serial of the Serial-Number header
     */
    private record AskingPair(
            Pair pair,
            CheckIn checkIn,
            boolean reports,
            String address,
            String network,
            Origin origin,
            @Nullable String serial) {

        static AskingPair of(
                Pair pair,
                CheckIn checkIn,
                boolean reports,
                String address,
                Origin origin,
                @Nullable String serial) {
            // Computed once: the address must be parsed.
            String network = Throttles.network(address);
            return new AskingPair(pair, checkIn, reports, address, network, origin, serial);
        }
    }

    /**
     * @param known null if something must be written
     * @param announced the announcement by which it may be bound; null for none
     */
    private record FirstLook(@Nullable PairStatus known, @Nullable Preregistration announced) {}

    private PairStatus status(AskingPair asking) {
        FirstLook look = database.read(Plane.DEVICE, tx -> look(tx, asking));
        return look.known() != null
                ? look.known()
                : devices.change(
                        Plane.DEVICE,
                        (tx, unboundPairs) -> settle(tx, unboundPairs, asking, look.announced()));
    }

    private FirstLook look(Tx tx, AskingPair asking) {
        Pair pair = asking.pair();
        Devices.SameMacDevices sameMac = devices.sameMac(tx, pair);
        if (sameMac.bound() != null) {
            return new FirstLook(bound(sameMac.bound()), null);
        }
        Preregistration announced = announced(tx, asking).orElse(null);
        boolean news =
                !sameMac.expected().isEmpty()
                        || !sameMac.provisional().stream()
                                .allMatch(Devices.SameMacDevice::contested);
        if (news || announced != null) {
            return new FirstLook(null, announced);
        }
        PairStatus asks =
                codes.asks(tx, pair)
                        .filter(a -> a.equals(a.with(asking.checkIn())))
                        .map(a -> unbound(codes.issued(a)))
                        .orElse(null);
        return new FirstLook(asks, null);
    }

    private PairStatus settle(
            Tx tx,
            Devices.UnboundPairs unboundPairs,
            AskingPair asking,
            @Nullable Preregistration found) {
        Pair pair = asking.pair();
        CheckIn checkIn = asking.checkIn();
        devices.lock(tx, pair.mac());
        if (found != null) {
            // What was found may be gone by now, or replaced.
            Optional<Bound> made =
                    announcedNow(tx, asking, found)
                            .or(() ->
                                    announced(tx, asking)
                                            .flatMap(fresh -> announcedNow(tx, asking, fresh)));
            if (made.isPresent()) {
                return made.get();
            }
        }
        Devices.SameMacDevices sameMac = devices.sameMac(tx, pair);
        if (sameMac.bound() != null) {
            // On PostgreSQL, it may have been bound since the look-up.
            return bound(sameMac.bound());
        }
        if (!sameMac.expected().isEmpty()) {
            Optional<Bound> taken = expectedNow(tx, unboundPairs, asking, sameMac.expected());
            if (taken.isPresent()) {
                return taken.get();
            }
        }
        String serial = asking.serial() == null ? "" : asking.serial();
        devices.contest(tx, pair, sameMac.provisional(), serial);
        boolean keyed = !serial.isEmpty() && !HotActivationStore.keyed(tx, serial, 1).isEmpty();
        return codes.give(tx, pair, checkIn, asking.network(), asking.origin(), serial, keyed)
                .map(this::unbound)
                .orElseGet(() ->
                        new Unbound(
                                null,
                                Codes.challenge(),
                                checkIn.application().version(),
                                checkIn.language()));
    }

    // A pre-registered device is bound by its first check-in; empty if the announcement no longer
    // waits, or the pair has been bound.
    private Optional<Bound> announcedNow(Tx tx, AskingPair asking, Preregistration announced) {
        Pair pair = asking.pair();
        long id = ids.next();
        long now = clock.millis();
        if (!HotActivationStore.stillWaits(tx, announced.id(), asking.network(), now)) {
            return Optional.empty();
        }
        // One by MAC is used up when the account has the device.
        boolean serial = announced.mac() == null;
        if (serial && !HotActivationStore.useAnnounced(tx, announced.id(), id)) {
            return Optional.empty();
        }
        // Includes the reported facts: a fleet's first check-ins take one commit each instead of
        // two.
        CheckIn reported = asking.reports() ? asking.checkIn() : null;
        var wanted =
                new NewDevice(
                        announced.accountId(),
                        announced.agentId(),
                        false,
                        Devices.LastReport.of(asking.checkIn()),
                        reported,
                        announced.id(),
                        asking.network(),
                        announced.what().alias());
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

    // Its owner expects it as another pair, and no other pair checks in with its MAC.
    private Optional<Bound> expectedNow(
            Tx tx,
            Devices.UnboundPairs unboundPairs,
            AskingPair asking,
            List<Devices.SameMacDevice> expected) {
        Pair pair = asking.pair();
        String network = asking.network();
        long since = Activation.silentSince(clock.silenceMillis());
        boolean alone =
                ActivationStore.others(tx, pair.mac(), "", since, 2).stream()
                        .allMatch(other -> other.pair().key().equals(pair.key()));
        if (!alone) {
            return Optional.empty();
        }
        for (Devices.SameMacDevice each : expected) {
            if (devices.expectedFrom(tx, each.accountId(), network)) {
                var lastReport = Devices.LastReport.of(asking.checkIn());
                var wanted =
                        new NewDevice(
                                each.accountId(), null, false, lastReport, null, 0, network, "");
                Device device = devices.byId(tx, each.deviceId()).orElseThrow();
                devices.move(tx, unboundPairs, device, pair, wanted);
                bound(tx, pair, wanted, asking.address(), "expected anew");
                return devices.binding(tx, pair).map(Activations::bound);
            }
        }
        return Optional.empty();
    }

    private Unbound unbound(Codes.IssuedCode issued) {
        Activation a = issued.activation();
        Activation.ShownCode code = issued.shown();
        String whole = guesses.guarded() ? code.digits() + code.tail() : code.digits();
        String shown = a.quiet(clock.millis()) ? null : whole;
        return new Unbound(shown, code.challenge(), a.report().version(), a.report().language());
    }

    private static Bound bound(Binding binding) {
        return new Bound(binding.deviceId(), binding.factsPrint(), binding.zone());
    }

    // A serial number with a key must be proven at /activate (decisions D3).
    private Optional<Preregistration> announced(Tx tx, AskingPair asking) {
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
     * Answers an activation poll. Reads the database each time, so that it can never say "bound"
     * before the next check-in does.
     *
     * @param serial of the Serial-Number header; must match the body's if both are present
     * @param seen receives the device's id if the pair is bound
     */
    public PollResult poll(
            Pair pair, Activate proof, @Nullable String serial, String address, LongConsumer seen) {
        record PollLookUp(@Nullable Binding bound, @Nullable Activation activation, long quiet) {}
        PollLookUp look =
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
                            return new PollLookUp(bound, activation, quiet);
                        });
        Binding bound = look.bound();
        if (bound != null) {
            seen.accept(bound.deviceId());
            return PollResult.ACTIVATED;
        }
        Activation activation = look.activation();
        if (activation == null) {
            speak(look.quiet());
            return PollResult.PENDING;
        }
        boolean agrees = serial == null || serial.equals(proof.serialNumber());
        PollResult poll = agrees ? prove(pair, proof, activation, address) : PollResult.REFUSED;
        if (poll != PollResult.ACTIVATED && activation.quiet(clock.millis())) {
            speak(activation.id());
        }
        return poll;
    }

    // It has not proven itself: its next check-in gets its code (decisions D3).
    private void speak(long quiet) {
        if (quiet != 0) {
            database.run(Plane.DEVICE, tx -> ActivationStore.loud(tx, quiet));
        }
    }

    private PollResult prove(Pair pair, Activate proof, Activation activation, String address) {
        List<Preregistration> keyed =
                database.read(
                        Plane.DEVICE,
                        tx -> HotActivationStore.keyed(tx, proof.serialNumber(), MOST_KEYS));
        if (keyed.isEmpty()) {
            // It was not announced, so there is nothing to verify: its code still works.
            return PollResult.PENDING;
        }
        // The account whose key verifies it owns it, regardless of who announced it first
        // (decisions D3).
        Activation.ShownCode issued = codes.shown(activation);
        Optional<Preregistration> announced =
                keyed.stream().filter(p -> proofs.genuine(p, proof, issued)).findFirst();
        if (announced.isEmpty()) {
            return PollResult.REFUSED;
        }
        try {
            return devices.change(
                    Plane.DEVICE,
                    (tx, unboundPairs) -> {
                        devices.lock(tx, pair.mac());
                        Preregistration by = announced.get();
                        var wanted =
                                new NewDevice(by.accountId(), by.agentId(), activation.report());
                        Device device = devices.bind(tx, unboundPairs, pair, wanted);
                        if (!codes.end(tx, activation.id())
                                || !HotActivationStore.useAnnounced(tx, by.id(), device.id())) {
                            throw new Problem(409, "已被使用", "Already used");
                        }
                        bound(tx, pair, wanted, address, "serial number");
                        return PollResult.ACTIVATED;
                    });
        } catch (Problem lost) {
            // Lost a race.
            return PollResult.PENDING;
        }
    }

    /**
     * Binds the device that shows {@code code}.
     *
     * @param agentId null to bind it without an agent
     */
    public Device bind(Caller caller, @Nullable String agentId, String code) {
        String digits = Codes.wellFormed(code);
        record BindResult(Guesses.GuessResult guess, @Nullable Device device) {}
        BindResult done =
                devices.change(
                        Plane.CONSOLE,
                        (tx, unboundPairs) -> {
                            if (agentId != null) {
                                agents.require(tx, caller.accountId(), agentId);
                            }
                            Guesses.GuessResult guess = guesses.guess(tx, caller, digits);
                            return guess instanceof Guesses.RightCode(Activation found)
                                    ? new BindResult(
                                            guess, bind(tx, unboundPairs, caller, agentId, found))
                                    : new BindResult(guess, null);
                        });
        if (done.device() == null) {
            throw refusal(done.guess());
        }
        sequences.bound(caller, done.device().mac());
        return done.device();
    }

    private Problem refusal(Guesses.GuessResult guess) {
        return switch (guess) {
            case Guesses.FormerCode former -> Codes.former();
            case Guesses.TooManyGuesses refused ->
                    Problem.tooMany(refused.seconds(), "尝试次数过多", "Too many attempts");
            case Guesses.WrongCode wrong ->
                    guesses.guarded() ? Codes.wrongWhileGuarded() : Codes.wrong();
            case Guesses.RightCode right -> throw new IllegalStateException("it was right");
        };
    }

    private Device bind(
            Tx tx,
            Devices.UnboundPairs unboundPairs,
            Caller caller,
            @Nullable String agentId,
            Activation activation) {
        bindings.add(tx, caller);
        var wanted = new NewDevice(caller.accountId(), agentId, activation.report());
        devices.lock(tx, activation.pair().mac());
        Device device = devices.bind(tx, unboundPairs, activation.pair(), wanted);
        if (!codes.end(tx, activation.id())) {
            // On PostgreSQL two people may enter the code at once: one of them is too late.
            throw Codes.wrong();
        }
        audit.record(tx, caller, "device.bind", activation.pair().mac().toString(), "code");
        return device;
    }

    /** The board of the device that shows {@code code}; a wrong code counts as a guess. */
    public String board(Caller caller, String code) {
        String digits = Codes.wellFormed(code);
        Guesses.GuessResult guess =
                database.write(Plane.CONSOLE, tx -> guesses.guess(tx, caller, digits));
        if (guess instanceof Guesses.RightCode(Activation found)) {
            return found.report().board();
        }
        throw refusal(guess);
    }

    /**
     * Registers a listener that is called, on this node and once it is durable, with the place from
     * which a code was requested that is new, used or displaced; empty if the place is unknown. It
     * must not block.
     */
    public void whenWaiting(Consumer<Optional<Neighbourhood>> listener) {
        codes.whenChanged(network -> listener.accept(Neighbourhood.ofStored(network)));
    }

    /** Whether codes are being guessed, so that captchas are required. */
    public boolean guarded() {
        return guesses.guarded();
    }

    /** Ends the caller's binding of a device. */
    public void unbind(Caller caller, DeviceRef ref) {
        devices.change(
                Plane.CONSOLE,
                (tx, unboundPairs) -> {
                    Device device = devices.lock(tx, caller.accountId(), ref);
                    devices.unbind(tx, unboundPairs, device);
                    audit.record(tx, caller, "device.unbind", device.mac().toString(), "");
                    return true;
                });
    }

    /** Lets an administrator end any account's binding. */
    void unbindAnybodys(Caller caller, DeviceRef ref) {
        devices.change(
                Plane.CONSOLE,
                (tx, unboundPairs) -> {
                    devices.lock(tx, devices.requireAnybodys(tx, ref).mac());
                    Device device = devices.requireAnybodys(tx, ref);
                    devices.unbind(tx, unboundPairs, device);
                    String detail =
                            "id " + device.id() + " of account " + device.owner().accountId();
                    audit.record(tx, caller, "device.unbind", device.mac().toString(), detail);
                    return true;
                });
    }

    /** Registers what to do whenever an account is refused a device because it bound too many. */
    void whenFull(Runnable listener) {
        full.add(listener);
    }

    /**
     * Registers work to do after {@link #move}, on the mover's own thread once the move is durable.
     * If it fails, the caller gets an error, and moving again repeats all of it.
     */
    public void whenMoved(MoveListener listener) {
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

    /** Warnings about codes. */
    public Warnings warnings() {
        return warnings;
    }

    Codes codes() {
        return codes;
    }

    /** Writes which pairs asked for codes recently. */
    public void flush() {
        codes.flushAsked();
    }

    /** Ends silent codes and checks whether codes are being guessed. */
    public void clean() {
        codes.clean();
        guesses.refresh(database);
    }
}
