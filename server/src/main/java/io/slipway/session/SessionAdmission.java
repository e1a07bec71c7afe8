package io.slipway.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.slipway.account.Account;
import io.slipway.account.Accounts;
import io.slipway.activation.Activations;
import io.slipway.agent.Agent;
import io.slipway.agent.Agents;
import io.slipway.cluster.ClusterClock;
import io.slipway.device.BoundCache;
import io.slipway.device.Device;
import io.slipway.device.Devices;
import io.slipway.device.Pair;
import io.slipway.device.seen.SeenLog;
import io.slipway.http.Problem;
import io.slipway.protocol.ota.CheckIn;
import io.slipway.session.Admission.Admitted;
import io.slipway.session.Admission.Denied;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import io.slipway.sql.StoreException;
import io.slipway.sql.Tx;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides on the admission of a session by the current state of the registry (decisions D4, D5,
 * D6). Thread-safe; calls block.
 */
final class SessionAdmission {

    /**
     * Concurrent database queries: if ten thousand devices come back at once, they wait for their
     * turn here instead of all running into the database's timeout.
     */
    private static final int AT_ONCE = 32;

    /** A device waits 10 s for the server's hello. */
    private static final long MAX_WAIT_MS = 6_000;

    /** Bytes of admissions cached for database failures: about 35,000 of them. */
    private static final long REMEMBERED = 48 * 1024 * 1024;

    /** Bytes per admission, as measured; an agent's long texts come on top. */
    private static final int ADMISSION = 1_400;

    private static final Logger LOG = LoggerFactory.getLogger(SessionAdmission.class);

    private final Database database;
    private final Devices devices;
    private final Agents agents;
    private final Accounts accounts;
    private final Activations activations;
    private final BoundCache bound;
    private final SeenLog seen;
    private final LongConsumer opened;
    private final ClusterClock clock;
    private final Supplier<Duration> keepAlive;
    private final Semaphore lookUps = new Semaphore(AT_ONCE, true);
    private final Cache<String, Admitted> remembered =
            Caffeine.newBuilder()
                    .maximumWeight(REMEMBERED)
                    .weigher(SessionAdmission::weight)
                    .build();

    SessionAdmission(
            Database database,
            Devices devices,
            Agents agents,
            Accounts accounts,
            Activations activations,
            BoundCache bound,
            SeenLog seen,
            LongConsumer opened,
            ClusterClock clock,
            Supplier<Duration> keepAlive) {
        this.database = database;
        this.devices = devices;
        this.agents = agents;
        this.accounts = accounts;
        this.activations = activations;
        this.bound = bound;
        this.seen = seen;
        this.opened = opened;
        this.clock = clock;
        this.keepAlive = keepAlive;
    }

    // Prompts may have 20,000 characters: a hundred thousand of those would fill any heap.
    private static int weight(String pair, Admitted admitted) {
        Agent agent = admitted.agent();
        int texts =
                agent.persona().systemPrompt().length() + agent.persona().summaryMemory().length();
        return ADMISSION
                + 2
                        * (texts
                                + agent.options().functions().length()
                                + agent.options().extra().length());
    }

    /** The registry's data on a bound pair. */
    private record BoundDevice(Device device, boolean active, @Nullable Agent agent) {}

    Admission decide(ConnectedDevice connectedDevice) {
        boolean entered = false;
        try {
            entered = lookUps.tryAcquire(MAX_WAIT_MS, TimeUnit.MILLISECONDS);
            return entered ? ask(connectedDevice) : fromMemory(connectedDevice);
        } catch (StoreException e) {
            LOG.warn("a session was admitted without the database: {}", e.getMessage());
            return fromMemory(connectedDevice);
        } catch (Problem e) {
            // The binding went to another pair while this one was being bound.
            return Admission.unknown();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Admission.unknown();
        } finally {
            if (entered) {
                lookUps.release();
            }
        }
    }

    private Admission ask(ConnectedDevice connectedDevice) {
        Pair pair = connectedDevice.pair();
        Optional<BoundDevice> boundDevice = boundDevice(pair);
        if (boundDevice.isEmpty()) {
            Admission unbound = unbound(connectedDevice);
            if (unbound != null) {
                return unbound;
            }
            // Pre-registered, and bound by this very connection.
            boundDevice = boundDevice(pair);
        }
        Admission decided =
                boundDevice
                        .map(known -> decide(connectedDevice, known))
                        .orElseGet(Admission::unknown);
        if (decided instanceof Admitted admitted) {
            remembered.put(pair.key(), admitted);
        } else {
            remembered.invalidate(pair.key());
        }
        return decided;
    }

    private Optional<BoundDevice> boundDevice(Pair pair) {
        return database.read(
                Plane.DEVICE, tx -> devices.bound(tx, pair).map(d -> boundDevice(tx, d)));
    }

    private BoundDevice boundDevice(Tx tx, Device device) {
        String agentId = device.owner().agentId();
        Optional<Agent> agent =
                agentId == null
                        ? Optional.empty()
                        : agents.find(tx, device.owner().accountId(), agentId);
        return new BoundDevice(
                device, accounts.active(tx, device.owner().accountId()), agent.orElse(null));
    }

    private Admission decide(ConnectedDevice connectedDevice, BoundDevice boundDevice) {
        Device device = boundDevice.device();
        Agent agent = boundDevice.agent();
        if (connectedDevice.revoked()) {
            return refused(Notice.REVOKED, device);
        }
        if (!boundDevice.active()) {
            return refused(Notice.DISABLED, device);
        }
        // A program has no check-in that would renew it.
        if (!device.choices().entry().program() && expired(connectedDevice.pair(), device)) {
            return refused(Notice.EXPIRED, device);
        }
        if (agent == null) {
            return refused(Notice.NO_AGENT, device);
        }
        seen.seen(device.id(), clock.millis(), connectedDevice.address(), false);
        opened.accept(device.id());
        return new Admitted(
                device.id(),
                device.choices().entry().program(),
                agent,
                device.report().language(),
                device.report().version());
    }

    /** Whether it is an administrator's account; false when that can't be determined. */
    boolean administrator(String accountId) {
        try {
            return database.read(Plane.DEVICE, tx -> accounts.find(tx, accountId))
                    .filter(Account::admin)
                    .isPresent();
        } catch (StoreException e) {
            return false;
        }
    }

    /**
     * Whether a pair is no longer bound.
     *
     * @throws StoreException when that can't be determined
     */
    boolean unboundNow(Pair pair) {
        return database.read(Plane.BACKGROUND, tx -> devices.binding(tx, pair)).isEmpty();
    }

    // Its latest activity may still be buffered in memory: a device that was told to restart, and
    // did, must not be told so again.
    private boolean expired(Pair pair, Device device) {
        if (!silent(device)) {
            return false;
        }
        seen.flush();
        return database.read(Plane.DEVICE, tx -> devices.bound(tx, pair))
                .map(this::silent)
                .orElse(true);
    }

    // A time from a clock that was not set, or is not trusted at the moment, proves no silence.
    private boolean silent(Device device) {
        long last = Math.max(device.seen().seenAt(), device.owner().boundAt());
        return ClusterClock.toldBySetClock(last)
                && clock.steady()
                && clock.millis() - last > keepAlive.get().toMillis();
    }

    private static Denied refused(Notice notice, Device device) {
        return new Denied(notice, "", device.report().language(), device.report().version());
    }

    // Null when this call bound it.
    private @Nullable Admission unbound(ConnectedDevice connectedDevice) {
        Pair pair = connectedDevice.pair();
        var former =
                database.read(Plane.DEVICE, tx -> devices.former(tx, pair))
                        .orElse(new Devices.LastReport("", "", connectedDevice.language()));
        var status = activations.atSession(pair, asking(former), connectedDevice.address());
        return switch (status) {
            case Activations.Bound now -> null;
            case Activations.Unbound none -> {
                String language = none.language().isEmpty() ? former.language() : none.language();
                String version = none.version().isEmpty() ? former.version() : none.version();
                String code = none.code();
                yield code == null
                        ? new Denied(Notice.UNBOUND_NO_CODE, "", language, version)
                        : new Denied(Notice.UNBOUND, code, language, version);
            }
        };
    }

    // A check-in with no more than the known facts.
    private static CheckIn asking(Devices.LastReport former) {
        return new CheckIn(
                false,
                null,
                new CheckIn.Application(false, "", former.version(), "", "", ""),
                "",
                new CheckIn.ReportedBoard(false, "", former.board()),
                new CheckIn.Hardware("", 0, 0, CheckIn.UNKNOWN, List.of()),
                former.language());
    }

    // Only pairs known to be bound are ever admitted from memory (decisions D6).
    private Admission fromMemory(ConnectedDevice connectedDevice) {
        Admitted before = remembered.getIfPresent(connectedDevice.pair().key());
        if (before == null
                || connectedDevice.revoked()
                || bound.find(connectedDevice.pair()) == 0) {
            return Admission.unknown();
        }
        return before;
    }
}
