package io.slipway.http.governor;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Decides how much of this process its clients may use, so that none of them can end or block it:
 * connections, memory, and time. Counts whatever it refuses. Thread-safe.
 */
public final class Governor {

    private final EdgeLimits limits;
    private final ConsoleMemory memory;
    private final LargeBodies large = new LargeBodies(Runtime.getRuntime().maxMemory());
    private final Map<EdgeLimit, LongAdder> counts = new EnumMap<>(EdgeLimit.class);
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger sockets = new AtomicInteger();
    private final BackendMemory backends;
    private final AtomicBoolean waiting = new AtomicBoolean();
    private volatile @Nullable OpenConnection lastPlain;
    private volatile @Nullable OpenConnection lastSecure;

    public Governor(EdgeLimits limits) {
        this.limits = limits;
        this.backends = new BackendMemory(limits.memory().undecoded());
        this.memory = new ConsoleMemory(limits.memory());
        for (EdgeLimit each : EdgeLimit.values()) {
            counts.put(each, new LongAdder());
        }
    }

    public EdgeLimits limits() {
        return limits;
    }

    /** The connections of one of {@code loops} event loops. */
    public LoopConnections loop(int loops) {
        return new LoopConnections(this, loops);
    }

    /** Counts a refusal. */
    public void count(EdgeLimit why) {
        LongAdder counter = counts.get(why);
        if (counter != null) {
            counter.increment();
        }
    }

    /** How often each limit was applied since the start. */
    public long counted(EdgeLimit why) {
        LongAdder counter = counts.get(why);
        return counter == null ? 0 : counter.sum();
    }

    /** Connections that clients have open, WebSockets included. */
    public int connections() {
        return open.get();
    }

    /** WebSockets among them. */
    public int sockets() {
        return sockets.get();
    }

    /** Bytes of console bodies whose request has not been answered. */
    public long bodyBytes() {
        return memory.used();
    }

    void opened(OpenConnection connection) {
        if (connection.secure()) {
            lastSecure = connection;
        } else {
            lastPlain = connection;
        }
        if (open.incrementAndGet() >= limits.connections().most()) {
            if (waiting.compareAndSet(false, true)) {
                count(EdgeLimit.BACKLOG);
                accept();
            } else {
                // The first one of its port.
                connection.pauseAccepting(waiting::get);
            }
        }
    }

    // Both ports, by a connection of each.
    private void accept() {
        OpenConnection plain = lastPlain;
        OpenConnection secure = lastSecure;
        if (plain != null) {
            plain.pauseAccepting(waiting::get);
        }
        if (secure != null) {
            secure.pauseAccepting(waiting::get);
        }
    }

    void closed(boolean socket) {
        open.decrementAndGet();
        if (socket) {
            sockets.decrementAndGet();
        }
    }

    void upgraded() {
        sockets.incrementAndGet();
    }

    /** Accepts connections again as soon as there is room. */
    void reopen() {
        if (waiting.get()
                && open.get() < limits.connections().most() * 0.97
                && waiting.compareAndSet(true, false)) {
            accept();
        }
    }

    /**
     * The share of a console request whose body will be read.
     *
     * @param address the client's, as limits use it; {@code ""} if many clients share it
     * @param account {@code ""} if unknown
     * @param times what the body takes in memory, in times of its size
     */
    public BodyBudget console(String address, String account, int times) {
        return memory.budget(address, account, times);
    }

    /** The budget of what is unfinished on a connection to a backend. */
    public MessageBudget backend() {
        return backends.share();
    }

    /** For bodies that are too large to be handled at the same time. */
    public LargeBodies large() {
        return large;
    }
}
