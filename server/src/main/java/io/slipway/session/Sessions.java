package io.slipway.session;

import io.slipway.agent.Backend;
import io.slipway.base.Base;
import io.slipway.cluster.Presence;
import io.slipway.device.Pair;
import io.slipway.http.governor.EdgeLimit;
import io.slipway.http.governor.Governor;
import io.slipway.http.socket.Socket;
import io.slipway.protocol.socket.Battery;
import io.slipway.refused.DeviceEndpoint;
import io.slipway.refused.RefusedReason;
import io.slipway.sql.StoreException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The live sessions of this node: one per pair, a newer one replaces the older (decisions D1).
 * Thread-safe.
 */
public final class Sessions implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

    /** After the grace period, for notices to the remaining devices. */
    public static final Duration LAST_WORDS = Duration.ofSeconds(10);

    private static final int REPLACED = 1000;

    /** From this part of the connections on, sessions that have not begun are limited. */
    private static final double CROWDED = 0.9;

    private final Supplier<SessionConfig> config;
    private final Base base;
    private final SessionModule.Needs needs;
    private final SessionAdmission admission;
    private final SpokenNotices notices;
    private final RelayLink.Connector connector;
    private final Map<String, Session> byPair = new ConcurrentHashMap<>();
    private final Map<String, Session> byId = new ConcurrentHashMap<>();
    private final Governor governor;
    private final AccountSessions accounts;
    private final WaitingSessions<Session> waiting;
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("admission-", 0).factory());
    private volatile boolean draining;

    Sessions(
            Supplier<SessionConfig> config,
            Base base,
            SessionModule.Needs needs,
            SessionAdmission admission,
            SpokenNotices notices,
            RelayLink.Connector connector,
            Governor governor) {
        this.config = config;
        this.base = base;
        this.needs = needs;
        this.admission = admission;
        this.notices = notices;
        this.connector = connector;
        this.governor = governor;
        this.accounts = new AccountSessions(config);
        this.waiting = new WaitingSessions<>(this::mostWaiting);
        needs.cluster().presence().onReplaced(this::replaced);
    }

    /** At the moment. */
    SessionConfig config() {
        return config.get();
    }

    SpokenNotices notices() {
        return notices;
    }

    long now() {
        return base.clock().millis();
    }

    /** Of two sessions of a pair, the one with the greater id survives. */
    String newId() {
        return base.ids().hex();
    }

    /** Takes over a socket with a genuine token; on its event loop. */
    void open(String id, Socket socket, ConnectedDevice connectedDevice) {
        var session = new Session(id, socket, connectedDevice, this);
        byId.put(id, session);
        Session dropped = waiting.enter(connectedDevice.address(), session);
        Session stays = byPair.merge(connectedDevice.pair().key(), session, this::replace);
        session.start();
        if (stays != session) {
            end(session);
        } else if (draining) {
            session.admitted(new Admission.Denied(Notice.SHUTTING_DOWN, "", "", ""));
        } else {
            threads.execute(() -> decide(session));
        }
        if (dropped != null) {
            governor.count(EdgeLimit.WAITING_SESSIONS);
            dropped.execute(dropped::drop);
        }
    }

    // A fleet behind one address that comes back is no attack: only when nearly all connections are
    // in use, half of those that conversations leave are for check-ins.
    private int mostWaiting() {
        int most = governor.limits().connections().most();
        return governor.connections() < most * CROWDED
                ? Integer.MAX_VALUE
                : Math.max(1, (most - accounts.count()) / 2);
    }

    // Sockets of one pair may arrive on different event loops, and out of order.
    private Session replace(Session before, Session session) {
        if (before.id().compareTo(session.id()) > 0) {
            return before;
        }
        before.execute(() -> end(before));
        return session;
    }

    private static void end(Session replaced) {
        replaced.end(REPLACED, "replaced");
    }

    private void decide(Session session) {
        Admission decided;
        try {
            decided = admission.decide(session.connectedDevice());
        } catch (RuntimeException e) {
            LOG.error("a session's admission could not be decided", e);
            decided = Admission.unknown();
        }
        Admission result =
                decided instanceof Admission.Admitted admitted && !hasRoom(session, admitted)
                        ? new Admission.Denied(
                                Notice.TRY_LATER, "", admitted.language(), admitted.version())
                        : decided;
        session.execute(() -> session.admitted(result));
    }

    // What one account holds never blocks another.
    private boolean hasRoom(Session session, Admission.Admitted admitted) {
        ConnectedDevice device = session.connectedDevice();
        String account = admitted.agent().accountId();
        String pair = device.pair().key();
        EdgeLimit over =
                accounts.enter(account, pair, session.id(), () -> admission.administrator(account));
        if (over != null) {
            governor.count(over);
            if (over == EdgeLimit.ACCOUNT_SESSIONS) {
                needs.refused()
                        .calls()
                        .add(
                                DeviceEndpoint.SOCKET,
                                RefusedReason.TOO_MANY_SESSIONS,
                                device.pair().mac(),
                                device.pair(),
                                null,
                                device.peer());
            }
            return false;
        }
        waiting.leave(session.connectedDevice().address(), session);
        if (byId.get(session.id()) != session) {
            // It ended meanwhile.
            accounts.leave(pair, session.id());
        }
        return true;
    }

    /** The kind of backend that the device's agent uses. */
    private static String kind(Admission.Admitted admitted) {
        return switch (admitted.agent().backend()) {
            case Backend.Echo echo -> "echo";
            case Backend.Relay relay -> "relay";
        };
    }

    Link link(
            Admission.Admitted admitted,
            ConnectedDevice connectedDevice,
            Link.LinkListener listener,
            Socket socket,
            String sessionId) {
        return switch (admitted.agent().backend()) {
            case Backend.Echo _ ->
                    new EchoLink(
                            socket,
                            sessionId,
                            connectedDevice.layout(),
                            notices.language(admitted.language()),
                            config().buffer(),
                            listener);
            case Backend.Relay relay -> {
                var wiring =
                        new RelayLink.Wiring(
                                socket,
                                sessionId,
                                admitted.agent(),
                                relay,
                                connectedDevice.layout(),
                                headers(admitted, connectedDevice, relay),
                                connector,
                                config());
                yield new RelayLink(wiring, listener);
            }
        };
    }

    // Never includes the Client-Id: a backend gets a name for the pair that is useless elsewhere
    // (decisions D1).
    private Map<String, String> headers(
            Admission.Admitted admitted, ConnectedDevice connectedDevice, Backend.Relay relay) {
        String origin = relay.target().origin();
        return Greeting.names(
                connectedDevice.pair().mac(),
                needs.device().pairs().derivedId(connectedDevice.pair(), origin),
                admitted.agent(),
                admitted.language());
    }

    /** It is now connected to a backend. */
    void talking(Session session) {
        Admission.Admitted admitted = session.active();
        if (admitted == null) {
            return;
        }
        ConnectedDevice connectedDevice = session.connectedDevice();
        needs.cluster()
                .presence()
                .opened(
                        new Presence.LiveSession(
                                session.id(),
                                connectedDevice.pair().key(),
                                admitted.deviceId(),
                                admitted.agent().accountId(),
                                needs.cluster().node().name(),
                                session.liveness().openedAt(),
                                new Presence.SessionDetails(
                                        admitted.agent().id(),
                                        connectedDevice.pair().mac().toString(),
                                        connectedDevice.address(),
                                        admitted.version(),
                                        kind(admitted))));
    }

    /** How a device is asked for its battery level; null for not at all. */
    @Nullable BatteryQuestion question(Admission.Admitted admitted, ToolCalls tools) {
        return needs.asksBattery() && admitted.takesCalls()
                ? new BatteryQuestion(tools, result -> battery(admitted.deviceId(), result))
                : null;
    }

    private void battery(long deviceId, String result) {
        Battery.read(result, now())
                .ifPresent(battery -> needs.device().seen().battery(deviceId, battery));
    }

    /** It is no longer connected to a backend. */
    void silent(Session session) {
        needs.cluster().presence().closed(session.id());
    }

    void ended(Session session) {
        byId.remove(session.id(), session);
        waiting.leave(session.connectedDevice().address(), session);
        accounts.leave(session.connectedDevice().pair().key(), session.id());
        byPair.remove(session.connectedDevice().pair().key(), session);
    }

    Transcript transcript(String sessionId, ConnectedDevice connectedDevice) {
        return new Transcript(
                sessionId, connectedDevice.pair().mac(), needs.chatLog(), base.clock());
    }

    /** Backends that have recently failed on this node. */
    public BackendFailures failures() {
        return connector.failures();
    }

    /** A session of this node. */
    Optional<Session> find(String sessionId) {
        return Optional.ofNullable(byId.get(sessionId));
    }

    private void replaced(String sessionId) {
        Session session = byId.get(sessionId);
        if (session != null) {
            session.execute(() -> end(session));
        }
    }

    /** Notifies devices whose binding changed, if they have a session here and subscribed to it. */
    public void configChanged(String pairKey) {
        Session session = byPair.get(pairKey);
        if (session != null) {
            session.execute(session::configChanged);
        }
    }

    /**
     * A program's identity is no longer valid: its sessions here are closed at once. Unlike a
     * device, which may finish talking (decisions D4), a program may be a stranger who found the
     * token.
     */
    public void revoked(String pairKey) {
        Session session = byPair.get(pairKey);
        if (session != null) {
            session.execute(() -> session.tell(Notice.ENDED, ""));
        }
    }

    /**
     * Runs {@code unbound} on the session's event loop if its pair is still not bound, or if that
     * can't be determined; otherwise {@code bound}.
     */
    void whenUnbound(Session session, Runnable unbound, Runnable bound) {
        threads.execute(() -> {
            boolean stillUnbound;
            try {
                stillUnbound = admission.unboundNow(session.connectedDevice().pair());
            } catch (StoreException e) {
                stillUnbound = true;
            }
            session.execute(stillUnbound ? unbound : bound);
        });
    }

    /** A program may have been revoked without this node being notified. */
    void newsMissed() {
        each(session -> {
            Admission.Admitted active = session.active();
            Pair pair = session.connectedDevice().pair();
            if (active != null && active.program() && admission.unboundNow(pair)) {
                revoked(pair.key());
            }
        });
    }

    /** Notifies the devices that talk to an agent. */
    public void agentChanged(String agentId) {
        each(session -> {
            Admission.Admitted active = session.active();
            if (active != null && active.agent().id().equals(agentId)) {
                session.execute(session::configChanged);
            }
        });
    }

    private void each(Consumer<Session> work) {
        byId.values().forEach(work);
    }

    /** Ends sessions that have been silent, full or alive for too long; once a second. */
    public void tick() {
        long now = now();
        each(session -> {
            if (session.liveness().due() <= now) {
                session.execute(session::check);
            }
        });
    }

    /**
     * Lets conversations end by themselves within {@code grace}, then sends a notice to the
     * remaining devices. Blocks until all sockets are gone, at most 10 s longer.
     */
    public void drain(Duration grace) {
        draining = true;
        await(grace);
        if (!byId.isEmpty()) {
            LOG.info("{} sessions are ended by this shutdown", byId.size());
            each(session -> session.execute(() -> session.tell(Notice.SHUTTING_DOWN, "")));
            await(LAST_WORDS);
        }
        each(session -> session.execute(() -> session.end(1001, "shutting down")));
    }

    private void await(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        try {
            while (!byId.isEmpty() && System.nanoTime() < end) {
                Thread.sleep(50);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
