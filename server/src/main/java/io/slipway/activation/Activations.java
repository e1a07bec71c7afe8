package io.slipway.activation;

import io.slipway.account.Audit;
import io.slipway.account.Caller;
import io.slipway.agent.Agents;
import io.slipway.base.Zones;
import io.slipway.cluster.ClusterClock;
import io.slipway.device.Binding;
import io.slipway.device.Device;
import io.slipway.device.DeviceRef;
import io.slipway.device.Devices;
import io.slipway.device.NewDevice;
import io.slipway.device.Pair;
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
     * @param code null when there are too many already
     * @param version of the firmware that asked for the code
     * @param language that it asked in; both may be empty
     */
    public record Unbound(@Nullable String code, String challenge, String version, String language)
            implements Standing {

        private static Unbound of(Activation a) {
            return new Unbound(a.code(), a.challenge(), a.version(), a.language());
        }
    }

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
    private final Devices devices;
    private final Agents agents;
    private final Audit audit;
    private final SerialProof proofs;
    private final Codes codes;
    private final Guesses guesses;
    private final Listeners<Moved> moved = new Listeners<>("a device was moved");
    private volatile boolean storm;

    public Activations(
            Database database,
            Ids ids,
            ClusterClock clock,
            ActivationConfig config,
            Devices devices,
            Agents agents,
            Attempts attempts,
            Audit audit,
            MasterKey master) {
        this.database = database;
        this.devices = devices;
        this.agents = agents;
        this.audit = audit;
        this.proofs = new SerialProof(master);
        this.codes = new Codes(database, ids, clock, config, () -> storm);
        this.guesses = new Guesses(attempts, codes);
    }

    /**
     * Where a pair stands, which may bind it (a pre-registration) or make its code.
     *
     * @param serial of the Serial-Number header
     */
    public Standing standing(Pair pair, CheckIn checkIn, String address, @Nullable String serial) {
        return standing(new Asking(pair, checkIn, true, address, serial));
    }

    /**
     * As {@link #standing(Pair, CheckIn, String, String)}, of a pair that opens a session.
     *
     * @param known what was known of it before: it reports nothing now
     */
    public Standing atSession(Pair pair, CheckIn known, String address) {
        return standing(new Asking(pair, known, false, address, null));
    }

    /**
     * @param reports whether the check-in is the device's own
     * @param serial of the Serial-Number header
     */
    private record Asking(
            Pair pair, CheckIn checkIn, boolean reports, String address, @Nullable String serial) {}

    private Standing standing(Asking asking) {
        Standing known = database.read(Plane.DEVICE, tx -> look(tx, asking).orElse(null));
        return known != null ? known : database.write(Plane.DEVICE, tx -> settle(tx, asking));
    }

    // Empty when there is something to write.
    private Optional<Standing> look(Tx tx, Asking asking) {
        Pair pair = asking.pair();
        Optional<Binding> bound = devices.binding(tx, pair);
        if (bound.isPresent()) {
            return bound.map(Activations::bound);
        }
        if (announced(tx, pair, asking.serial()).isPresent()) {
            return Optional.empty();
        }
        return codes.asks(tx, pair)
                .filter(a -> a.equals(a.with(asking.checkIn())))
                .map(Unbound::of);
    }

    private Standing settle(Tx tx, Asking asking) {
        Pair pair = asking.pair();
        CheckIn checkIn = asking.checkIn();
        devices.lock(tx, pair.mac());
        Optional<Preregistration> announced = announced(tx, pair, asking.serial());
        if (announced.isPresent() && PreregistrationStore.use(tx, announced.get().id())) {
            // With what it reports: a fleet's first check-ins are one commit each, not two.
            CheckIn reported = asking.reports() ? checkIn : null;
            var said = Devices.Former.of(checkIn);
            NewDevice wanted = wanted(announced.get(), false, said, reported);
            Optional<Long> id = devices.bindNew(tx, pair, wanted);
            if (id.isPresent()) {
                if (announced.get().mac() == null) {
                    PreregistrationStore.useOwn(tx, wanted.accountId(), pair.mac());
                }
                bound(tx, pair, wanted, asking.address());
                long print = reported == null ? 0 : reported.fingerprint();
                int zone = devices.binding(tx, pair).map(Binding::zone).orElse(Zones.SERVERS);
                return new Bound(id.get(), print, zone);
            }
            PreregistrationStore.keep(tx, announced.get().id());
        }
        // On PostgreSQL somebody may have bound it since it was looked for.
        Optional<Binding> bound = devices.binding(tx, pair);
        if (bound.isPresent()) {
            return bound(bound.get());
        }
        return codes.give(tx, pair, checkIn, asking.address())
                .map(Unbound::of)
                .orElseGet(() ->
                        new Unbound(
                                null, Codes.challenge(), checkIn.version(), checkIn.language()));
    }

    private static NewDevice wanted(
            Preregistration announced,
            boolean proven,
            Devices.Former said,
            @Nullable CheckIn reported) {
        return new NewDevice(announced.accountId(), announced.agentId(), proven, said, reported);
    }

    private static Bound bound(Binding binding) {
        return new Bound(binding.deviceId(), binding.factsPrint(), binding.zone());
    }

    // A serial number with a key proves itself at /activate or not at all (decisions D3).
    private Optional<Preregistration> announced(Tx tx, Pair pair, @Nullable String serial) {
        Optional<Preregistration> byMac = PreregistrationStore.waiting(tx, pair.mac());
        return byMac.or(() ->
                        serial == null
                                ? Optional.empty()
                                : PreregistrationStore.waiting(tx, serial, pair.mac()))
                .filter(p -> agents.exists(tx, p.accountId(), p.agentId()));
    }

    private void bound(Tx tx, Pair pair, NewDevice wanted, String address) {
        codes.endOf(tx, pair.key());
        var caller = new Caller(wanted.accountId(), "device", false, false, address);
        String how = wanted.proven() ? "serial number" : "pre-registered";
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
        record Look(@Nullable Binding bound, @Nullable Activation activation) {}
        Look look =
                database.read(
                        Plane.DEVICE,
                        tx -> {
                            Binding bound = devices.binding(tx, pair).orElse(null);
                            Activation activation = null;
                            if (bound == null && proof.proves()) {
                                activation = codes.asks(tx, pair).orElse(null);
                            } else if (bound == null) {
                                codes.asksAgain(tx, pair);
                            }
                            return new Look(bound, activation);
                        });
        Binding bound = look.bound();
        if (bound != null) {
            seen.accept(bound.deviceId());
            return Poll.ACTIVATED;
        }
        Activation activation = look.activation();
        if (!proof.proves() || activation == null) {
            return Poll.PENDING;
        }
        if (serial != null && !serial.equals(proof.serialNumber())) {
            return Poll.REFUSED;
        }
        return prove(pair, proof, activation, address);
    }

    private Poll prove(Pair pair, Activate proof, Activation activation, String address) {
        List<Preregistration> keyed =
                database.read(
                        Plane.DEVICE,
                        tx -> PreregistrationStore.keyed(tx, proof.serialNumber(), MOST_KEYS));
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
                        boolean fresh = codes.end(tx, activation.id());
                        if (!fresh || !PreregistrationStore.use(tx, announced.get().id())) {
                            throw new Problem(409, "已被使用", "Used already");
                        }
                        NewDevice wanted = wanted(announced.get(), true, activation.said(), null);
                        devices.bind(tx, gone, pair, wanted);
                        PreregistrationStore.useOwn(tx, wanted.accountId(), pair.mac());
                        bound(tx, pair, wanted, address);
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
        return devices.change(
                        Plane.CONSOLE,
                        (tx, gone) -> {
                            if (agentId != null) {
                                agents.require(tx, caller.accountId(), agentId);
                            }
                            return guesses.guess(tx, caller, digits)
                                    .map(a -> bind(tx, gone, caller, agentId, a));
                        })
                .orElseThrow(Codes::wrong);
    }

    private Device bind(
            Tx tx, Devices.Gone gone, Caller caller, @Nullable String agentId, Activation asked) {
        var wanted = new NewDevice(caller.accountId(), agentId, true, asked.said());
        devices.lock(tx, asked.mac());
        Device device = devices.bind(tx, gone, asked.pair(), wanted);
        if (!codes.end(tx, asked.id())) {
            // On PostgreSQL two people may enter the code at once: one of them is too late.
            throw Codes.wrong();
        }
        PreregistrationStore.useOwn(tx, caller.accountId(), asked.mac());
        audit.record(tx, caller, "device.bind", asked.mac().toString(), "code");
        return device;
    }

    /** The board of the device that shows {@code code}; a wrong code counts as a wrong code. */
    public String board(Caller caller, String code) {
        String digits = Codes.wellFormed(code);
        return database.write(Plane.CONSOLE, tx -> guesses.guess(tx, caller, digits))
                .map(Activation::board)
                .orElseThrow(Codes::wrong);
    }

    /**
     * Adds what is told, on this node once it is durable, where a code was asked for that is new,
     * or was used or made room for another; empty if nobody can say. It must not wait.
     */
    public void whenWaiting(Consumer<Optional<Neighbourhood>> listener) {
        codes.whenChanged(network -> listener.accept(Neighbourhood.ofStored(network)));
    }

    /** Whether so many wrong codes come in that people must prove not to be programs. */
    public boolean storm() {
        return storm;
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

    /** Writes who asked for codes lately. */
    public void flush() {
        codes.flushAsked();
    }

    /** Ends silent codes and looks whether there is a storm. */
    public void clean() {
        codes.clean();
        storm = guesses.storm();
    }
}
