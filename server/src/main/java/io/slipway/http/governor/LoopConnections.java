package io.slipway.http.governor;

import io.vertx.core.http.HttpConnection;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one event loop, by what they are doing. Lives on that loop; {@link #tick} must
 * be called every {@link #PERIOD}.
 */
public final class LoopConnections {

    /** How exact the time limits are. */
    public static final Duration PERIOD = Duration.ofMillis(250);

    /**
     * Bodies and responses are looked at in every n-th period: all of them, not only the oldest.
     */
    private static final int FULL_LOOK = 4;

    /** A loop that was blocked for this long can't tell a slow client from its own delay. */
    private static final Duration BLOCKED = Duration.ofSeconds(2);

    private final Governor governor;
    private final EdgeLimits limits;
    private final int share;
    private final ConnectionRing securing = new ConnectionRing();
    private final ConnectionRing idle = new ConnectionRing();
    private final ConnectionRing receiving = new ConnectionRing();
    private final ConnectionRing writing = new ConnectionRing();
    private final ConnectionRing lingering = new ConnectionRing();
    private final ConnectionRing partial = new ConnectionRing();
    private long now = System.nanoTime();
    private long tickedAt = now;
    private long lookedAt = now;
    private int ticks;
    private int open;
    private long undecoded;
    private long deviceBytes;

    /**
     * @param share how many loops share the limits
     */
    LoopConnections(Governor governor, int share) {
        this.governor = governor;
        this.limits = governor.limits();
        this.share = share;
    }

    /**
     * A connection began. To be called before anything is read from it.
     *
     * @param secure whether it begins with a TLS handshake
     */
    public void opened(HttpConnection raw, boolean secure) {
        now = System.nanoTime();
        var connection = new OpenConnection(this, raw, secure);
        connection.join();
        open++;
        if (secure) {
            enter(securing, connection);
            if (securing.size() > mostSecuring()) {
                tooManySecuring();
            }
        } else {
            idles(connection);
        }
        governor.opened(connection);
    }

    private int mostSecuring() {
        return limits.connections().securing(share);
    }

    // Some at once, so that few are searched for each: those of whoever has most, the oldest first,
    // but none that waits for this side: it would have been computed for nothing. If all do, the
    // last one of whoever has most has come in vain.
    private void tooManySecuring() {
        Map<String, Integer> byAddress = held(securing);
        int most = byAddress.values().stream().max(Integer::compare).orElse(0);
        int enough = mostSecuring() - mostSecuring() / 16;
        OpenConnection next;
        for (OpenConnection each = securing.oldest();
                each != null && securing.size() > enough;
                each = next) {
            next = ConnectionRing.after(each.phase);
            int its = byAddress.getOrDefault(each.address(), 0);
            if (its * 2 >= most && !each.busy()) {
                byAddress.put(each.address(), its - 1);
                refused(EdgeLimit.HANDSHAKES);
                end(each);
            }
        }
        if (securing.size() > mostSecuring()) {
            OpenConnection last = securing.newest();
            while (last != null && byAddress.getOrDefault(last.address(), 0) * 2 < most) {
                last = ConnectionRing.before(last.phase);
            }
            if (last != null) {
                refused(EdgeLimit.HANDSHAKES);
                end(last);
            }
        }
    }

    private static Map<String, Integer> held(ConnectionRing ring) {
        Map<String, Integer> byAddress = new HashMap<>();
        for (OpenConnection each = ring.oldest(); each != null; ) {
            byAddress.merge(each.address(), 1, Integer::sum);
            each = ConnectionRing.after(each.phase);
        }
        return byAddress;
    }

    /** The time of the last period: exact enough, and free. As {@link System#nanoTime}. */
    long now() {
        return now;
    }

    private int most() {
        return Math.max(1, limits.connections().most() / share);
    }

    void refused(EdgeLimit why) {
        governor.count(why);
    }

    void gone(OpenConnection connection) {
        open--;
        forget(connection);
        governor.closed(connection.socket());
    }

    void upgraded() {
        governor.upgraded();
    }

    void idles(OpenConnection connection) {
        enter(idle, connection);
    }

    void receives(OpenConnection connection) {
        enter(receiving, connection);
    }

    void writes(OpenConnection connection) {
        enter(writing, connection);
    }

    private void enter(ConnectionRing ring, OpenConnection connection) {
        if (!connection.phase.in(ring)) {
            ring.join(connection.phase);
            connection.since = now;
            connection.moved = now;
        }
    }

    boolean lingering(OpenConnection connection) {
        return connection.phase.in(lingering);
    }

    void lingers(OpenConnection connection) {
        enter(lingering, connection);
        if (lingering.size() > Math.max(1, limits.connections().lingering() / share)) {
            OpenConnection oldest = lingering.oldest();
            if (oldest != null) {
                refused(EdgeLimit.LINGERING);
                end(oldest);
            }
        }
    }

    // Out of the ring at once: the channel may need a moment, or be closed already.
    private static void end(OpenConnection connection) {
        connection.phase.leave();
        connection.closeNow();
    }

    void undecoded(OpenConnection connection, int bytes) {
        begins(connection);
        connection.undecoded += bytes;
        grows(connection, bytes);
    }

    void assembling(OpenConnection connection, int bytes) {
        begins(connection);
        connection.assembling += bytes;
        grows(connection, bytes);
    }

    private void begins(OpenConnection connection) {
        if (connection.undecoded + connection.assembling == 0) {
            connection.partialSince = now;
            partial.join(connection.partial);
        }
    }

    private void grows(OpenConnection connection, int bytes) {
        connection.moved = now;
        undecoded += bytes;
        OpenConnection oldest;
        while (undecoded > limits.memory().undecoded() / share
                && (oldest = partial.oldest()) != null) {
            refused(EdgeLimit.UNDECODED);
            forget(oldest);
            end(oldest);
        }
    }

    void decoded(OpenConnection connection) {
        undecoded -= connection.undecoded;
        connection.undecoded = 0;
        if (connection.assembling == 0) {
            connection.partial.leave();
        }
    }

    void assembled(OpenConnection connection) {
        undecoded -= connection.assembling;
        connection.assembling = 0;
        if (connection.undecoded == 0) {
            connection.partial.leave();
        }
    }

    private void forget(OpenConnection connection) {
        decoded(connection);
        assembled(connection);
    }

    /** Counts bytes of an unfinished body of a device; makes room by ending the oldest of them. */
    void deviceBytes(long bytes) {
        deviceBytes += bytes;
        while (deviceBytes > limits.memory().devices() / share) {
            OpenConnection oldest = oldestDevice();
            if (oldest == null) {
                return;
            }
            oldest.endBody(EdgeLimit.DEVICE_MEMORY);
        }
    }

    private @Nullable OpenConnection oldestDevice() {
        OpenConnection candidate = receiving.oldest();
        while (candidate != null && !candidate.holdsDeviceBytes()) {
            candidate = ConnectionRing.after(candidate.phase);
        }
        return candidate;
    }

    /** Applies the time limits. */
    public void tick() {
        now = System.nanoTime();
        boolean blocked = now - tickedAt > BLOCKED.toNanos();
        tickedAt = now;
        if (blocked) {
            // Whatever has arrived meanwhile is read first.
            lookedAt = now;
            return;
        }
        OpenConnection oldest;
        while ((oldest = securing.oldest()) != null
                && past(oldest.since, limits.pace().handshake())) {
            refused(EdgeLimit.HANDSHAKES);
            end(oldest);
        }
        while ((oldest = idle.oldest()) != null && past(oldest.since, limits.pace().idle())) {
            end(oldest);
        }
        while ((oldest = lingering.oldest()) != null
                && past(oldest.since, limits.pace().linger())) {
            end(oldest);
        }
        if (++ticks % FULL_LOOK == 0) {
            long elapsed = now - lookedAt;
            lookedAt = now;
            bodies(elapsed);
            responses();
            partials();
        }
        if (open >= EdgeLimits.CROWDED * most()) {
            makeRoom();
        }
        governor.reopen();
    }

    private boolean past(long moment, Duration limit) {
        return now - moment > limit.toNanos();
    }

    private void bodies(long elapsed) {
        OpenConnection next;
        for (OpenConnection each = receiving.oldest(); each != null; each = next) {
            next = ConnectionRing.after(each.phase);
            if (each.stalled()) {
                // It is this side that does not read.
                each.since += elapsed;
                each.moved = now;
            } else if (past(each.moved, limits.pace().silence()) || tooSlow(each)) {
                each.endBody(EdgeLimit.SLOW_BODY);
            }
        }
    }

    private boolean tooSlow(OpenConnection body) {
        double seconds = (now - body.since) / 1e9;
        return past(body.since, limits.pace().silence())
                && body.bodyBytes < limits.pace().slowest() * seconds;
    }

    private void responses() {
        OpenConnection next;
        for (OpenConnection each = writing.oldest(); each != null; each = next) {
            next = ConnectionRing.after(each.phase);
            if (each.taking()) {
                each.moved = now;
            } else if (past(each.moved, limits.pace().silence())) {
                refused(EdgeLimit.UNREAD);
                end(each);
            }
        }
    }

    private void partials() {
        OpenConnection next;
        for (OpenConnection each = partial.oldest(); each != null; each = next) {
            next = ConnectionRing.after(each.partial);
            // A head is short; a device may need a while for a message of 64 KB.
            long begin = each.socket() ? each.moved : each.partialSince;
            if (past(begin, limits.pace().silence())) {
                refused(EdgeLimit.SLOW_HEAD);
                forget(each);
                end(each);
            }
        }
    }

    // From whoever holds most first. A fleet behind one address after a power cut has no idle
    // connections: its devices send at once.
    private void makeRoom() {
        Map<String, Integer> byAddress = held(idle);
        int fair = Math.max(1, most() / 16);
        // Closing takes a moment: those that are still open don't tell how many will be.
        int left = open;
        boolean full = left >= most() * 0.95;
        OpenConnection next;
        for (OpenConnection each = idle.oldest();
                each != null
                        && left >= EdgeLimits.CROWDED * most()
                        && past(each.since, EdgeLimits.YOUNG);
                each = next) {
            next = ConnectionRing.after(each.phase);
            int held = byAddress.getOrDefault(each.address(), 0);
            if (held > fair || full) {
                byAddress.put(each.address(), held - 1);
                refused(EdgeLimit.CONNECTIONS);
                end(each);
                left--;
                full = left >= most() * 0.9;
            }
        }
    }
}
