package io.slipway.session;

import io.slipway.agent.Backend;
import io.slipway.cluster.Node;
import io.slipway.cluster.Presence;
import io.slipway.device.Pair;
import io.slipway.device.Pairs;
import io.slipway.device.SeenLog;
import io.slipway.history.ChatLog;
import io.slipway.http.socket.Socket;
import io.slipway.http.socket.SocketClient;
import io.slipway.protocol.socket.Battery;
import io.slipway.sql.Ids;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The live sessions of this node: one a pair, a newer one replaces the older (decisions D1).
 * Thread-safe.
 */
public final class Sessions implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

    /** After the grace, for telling the devices that are left. */
    public static final Duration LAST_WORDS = Duration.ofSeconds(10);

    private static final int REPLACED = 1000;

    /**
     * What sessions stand on, made once.
     *
     * @param asksBattery whether anybody wants to know how full batteries are
     */
    record Grounds(
            SessionConfig config,
            InstantSource clock,
            Ids ids,
            Gate gate,
            Voice voice,
            Pairs pairs,
            Presence presence,
            Node node,
            ChatLog log,
            SocketClient client,
            Resolver resolver,
            BackendFailures failures,
            SeenLog seen,
            boolean asksBattery) {}

    private final Grounds grounds;
    private final Map<String, Session> byPair = new ConcurrentHashMap<>();
    private final Map<String, Session> byId = new ConcurrentHashMap<>();
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("gate-", 0).factory());
    private volatile boolean draining;

    Sessions(Grounds grounds) {
        this.grounds = grounds;
        grounds.presence().onReplaced(this::replaced);
    }

    SessionConfig config() {
        return grounds.config();
    }

    Voice voice() {
        return grounds.voice();
    }

    long now() {
        return grounds.clock().millis();
    }

    /** Of two sessions of a pair, the one with the greater id stays. */
    String newId() {
        return grounds.ids().hex();
    }

    /** Takes a socket whose token is genuine; on its event loop. */
    void open(String id, Socket socket, Visitor visitor) {
        var session = new Session(id, socket, visitor, this);
        boolean room = byId.size() < config().most() && !draining;
        byId.put(id, session);
        Session stays = byPair.merge(visitor.pair().key(), session, this::replace);
        session.start();
        if (stays != session) {
            end(session);
        } else if (room) {
            threads.execute(() -> decide(session));
        } else {
            Notice notice = draining ? Notice.SHUTTING_DOWN : Notice.TRY_LATER;
            session.admitted(new Admission.Refused(notice, "", "", ""));
        }
    }

    // Sockets of one pair may arrive on different event loops, and not in their order.
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
            decided = grounds.gate().decide(session.visitor());
        } catch (RuntimeException e) {
            LOG.error("a session could not be decided", e);
            decided = Admission.unknown();
        }
        Admission result = decided;
        session.execute(() -> session.admitted(result));
    }

    /** What a device's agent is carried by. */
    private static String kind(Admission.Admitted admitted) {
        return switch (admitted.agent().backend()) {
            case Backend.Echo echo -> "echo";
            case Backend.Relay relay -> "relay";
        };
    }

    Link link(
            Admission.Admitted admitted,
            Visitor visitor,
            Link.Events events,
            Socket socket,
            String sessionId) {
        int buffer = config().buffer();
        return switch (admitted.agent().backend()) {
            case Backend.Echo echo -> {
                boolean chinese = Voice.isChinese(admitted.language());
                yield new EchoLink(socket, sessionId, visitor.layout(), chinese, buffer, events);
            }
            case Backend.Relay relay -> {
                var wiring =
                        new RelayLink.Wiring(
                                socket,
                                sessionId,
                                admitted.agent(),
                                relay,
                                visitor.layout(),
                                headers(admitted, visitor, relay),
                                grounds.client(),
                                grounds.resolver(),
                                grounds.failures(),
                                buffer,
                                config().write());
                yield new RelayLink(wiring, events);
            }
        };
    }

    // No Client-Id ever: a backend gets a name for the pair that is of no use elsewhere (decisions
    // D1).
    private Map<String, String> headers(
            Admission.Admitted admitted, Visitor visitor, Backend.Relay relay) {
        String origin = relay.target().origin();
        return Greeting.names(
                visitor.pair().mac(),
                grounds.pairs().derivedId(visitor.pair(), origin),
                admitted.agent(),
                admitted.language());
    }

    /** A backend has it. */
    void talking(Session session) {
        Admission.Admitted admitted = session.live();
        if (admitted == null) {
            return;
        }
        Visitor visitor = session.visitor();
        grounds.presence()
                .opened(
                        new Presence.Live(
                                session.id(),
                                visitor.pair().key(),
                                admitted.deviceId(),
                                admitted.agent().accountId(),
                                admitted.agent().id(),
                                visitor.pair().mac().toString(),
                                grounds.node().name(),
                                visitor.address(),
                                admitted.version(),
                                kind(admitted),
                                session.pulse().openedAt()));
    }

    /** What a device is asked about its battery; null for nothing. */
    @Nullable BatteryQuestion question(Admission.Admitted admitted, ToolCalls tools) {
        return grounds.asksBattery() && admitted.takesCalls()
                ? new BatteryQuestion(tools, result -> battery(admitted.deviceId(), result))
                : null;
    }

    private void battery(long deviceId, String result) {
        Battery.read(result, now()).ifPresent(told -> grounds.seen().battery(deviceId, told));
    }

    /** No backend has it any more. */
    void silent(Session session) {
        grounds.presence().closed(session.id());
    }

    void ended(Session session) {
        byId.remove(session.id(), session);
        byPair.remove(session.visitor().pair().key(), session);
    }

    Transcript transcript(String sessionId, Visitor visitor) {
        return new Transcript(sessionId, visitor.pair().mac(), grounds.log(), grounds.clock());
    }

    void unreachable(String why) {
        LOG.info("a voice backend failed: {}", why);
    }

    /** Which backends have failed here lately. */
    public BackendFailures failures() {
        return grounds.failures();
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

    /** Tells devices whose binding changed, if they have a session here and asked for it. */
    public void configChanged(String pairKey) {
        Session session = byPair.get(pairKey);
        if (session != null) {
            session.execute(session::configChanged);
        }
    }

    /**
     * A program's identity is worth nothing any more: whoever talks with it here is cut off. A
     * device talks to its end (decisions D4); this may be somebody who found the token.
     */
    public void revoked(String pairKey) {
        Session session = byPair.get(pairKey);
        if (session != null) {
            session.execute(() -> session.tell(Notice.ENDED, ""));
        }
    }

    /** Some program may have been revoked without this node being told. */
    void newsMissed() {
        each(session -> {
            Admission.Admitted live = session.live();
            Pair pair = session.visitor().pair();
            if (live != null && live.program() && grounds.gate().unboundNow(pair)) {
                revoked(pair.key());
            }
        });
    }

    /** Tells the devices that talk to an agent. */
    public void agentChanged(String agentId) {
        each(session -> {
            Admission.Admitted live = session.live();
            if (live != null && live.agent().id().equals(agentId)) {
                session.execute(session::configChanged);
            }
        });
    }

    private void each(Consumer<Session> work) {
        byId.values().forEach(work);
    }

    /** Ends what has been silent, full or alive for too long; once a second. */
    public void tick() {
        long now = now();
        each(session -> {
            if (session.pulse().due() <= now) {
                session.execute(session::check);
            }
        });
    }

    /**
     * Lets conversations end by themselves within {@code grace}, then tells the devices that are
     * left. Blocks until all sockets are gone, at most 10 s longer.
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
        grounds.resolver().close();
    }
}
