package io.slipway.http.governor;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Decides how much of this process its clients may use, so that none of them can end or block it:
 * connections, memory, and time. Counts whatever it refuses. Thread-safe.
 */
public final class Governor {

    private final EdgeLimits limits;
    private final LargeBodies large = new LargeBodies(Runtime.getRuntime().maxMemory());
    private final Map<EdgeLimit, LongAdder> counts = new EnumMap<>(EdgeLimit.class);
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger sockets = new AtomicInteger();
    private final AtomicLong backends = new AtomicLong();
    private final AtomicBoolean waiting = new AtomicBoolean();
    private volatile @Nullable OpenConnection last;
    private final Object lock = new Object();
    private final Map<String, Long> held = new HashMap<>();
    private long all;

    public Governor(EdgeLimits limits) {
        this.limits = limits;
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
        synchronized (lock) {
            return all;
        }
    }

    void opened(OpenConnection connection) {
        last = connection;
        if (open.incrementAndGet() >= limits.connections().most()
                && waiting.compareAndSet(false, true)) {
            count(EdgeLimit.BACKLOG);
            connection.accepting(false);
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
        OpenConnection any = last;
        if (any != null
                && waiting.get()
                && open.get() < limits.connections().most() * 0.97
                && waiting.compareAndSet(true, false)) {
            any.accepting(true);
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
        return new ConsoleBudget(this, address, account, times);
    }

    /** The budget of a connection to a backend. */
    public MessageBudget backend() {
        return new BackendBudget(backends, limits.memory().undecoded());
    }

    /** For bodies that are too large to be handled at the same time. */
    public LargeBodies large() {
        return large;
    }

    @Nullable EdgeLimit take(String address, String account, long bytes) {
        var memory = limits.memory();
        synchronized (lock) {
            long ofAddress = held.getOrDefault(address, 0L) + bytes;
            long ofAccount = held.getOrDefault(account, 0L) + bytes;
            // Below that, an address is not limited: many people may share it.
            boolean crowded = all + bytes > EdgeLimits.CROWDED * memory.console();
            EdgeLimit over =
                    all + bytes > memory.console()
                            ? EdgeLimit.MEMORY
                            : !address.isEmpty() && crowded && ofAddress > memory.address()
                                    ? EdgeLimit.ADDRESS_MEMORY
                                    : !account.isEmpty() && ofAccount > memory.account()
                                            ? EdgeLimit.ACCOUNT_MEMORY
                                            : null;
            if (over == null) {
                all += bytes;
                put(address, ofAddress);
                put(account, ofAccount);
            }
            return over;
        }
    }

    void give(String address, String account, long bytes) {
        synchronized (lock) {
            all -= bytes;
            put(address, held.getOrDefault(address, 0L) - bytes);
            put(account, held.getOrDefault(account, 0L) - bytes);
        }
    }

    private void put(String whose, long bytes) {
        if (bytes <= 0 || whose.isEmpty()) {
            held.remove(whose);
        } else {
            held.put(whose, bytes);
        }
    }
}
