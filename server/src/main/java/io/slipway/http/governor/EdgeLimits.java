package io.slipway.http.governor;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/**
 * What this process lets its clients use at once. docs/security.md lists the same numbers, and the
 * system page shows them.
 *
 * @param connections what connections may use
 * @param memory what requests that have not been answered may use
 * @param pace how fast clients must be
 */
public record EdgeLimits(ConnectionLimits connections, MemoryLimits memory, Pace pace) {

    /**
     * @param most connections that clients may have open; further ones wait in the kernel
     * @param lingering connections that wait for their client to close; above it the oldest is
     *     closed
     */
    public record ConnectionLimits(int most, int lingering) {

        /** How many TLS handshakes there may be on one of {@code loops} event loops. */
        int securing(int loops) {
            int computed = MOST_COMPUTED * Math.max(1, processors() / 2);
            return Math.max(1, Math.min(most / SECURING, computed) / loops);
        }

        private static int processors() {
            return Runtime.getRuntime().availableProcessors();
        }
    }

    /**
     * In bytes.
     *
     * @param undecoded of unfinished heads and frames of all connections
     * @param devices of unfinished bodies of devices: a reserve that nothing else uses
     * @param console of the bodies of people and programs, until their request is answered
     * @param address the part of {@code console} that one address may use
     * @param account the part of {@code console} that one account may use
     */
    public record MemoryLimits(
            long undecoded, long devices, long console, long address, long account) {}

    /**
     * @param idle a connection without a request is closed after this time
     * @param silence a body ends after this time without a byte; so does a response that its client
     *     does not read
     * @param slowest bytes per second that a body must have on average once {@code silence} has
     *     passed
     * @param linger how long to wait for the client to close after the last response
     */
    public record Pace(Duration idle, Duration silence, int slowest, Duration linger) {

        /** How long a TLS handshake may take. */
        Duration handshake() {
            return silence.compareTo(HANDSHAKE) < 0 ? silence : HANDSHAKE;
        }
    }

    /** The maximum size of a device's body in bytes; the largest real one has about 2 KiB. */
    public static final int DEVICE_BODY = 16 * 1024;

    /** The maximum size of a body, in bytes, of whoever has not authenticated. */
    public static final int OPEN_BODY = 4 * 1024;

    /** From this part of {@code connections} on, idle ones make room for new ones. */
    static final double CROWDED = 0.8;

    private static final long MIB = 1024 * 1024;

    // Files, the database, sockets to other servers.
    private static final int KEPT_DESCRIPTORS = 64;

    private static final long DEFAULT_DESCRIPTORS = 4_096;

    /** What a connection takes of the heap at most before its request is read, in bytes. */
    private static final long CONNECTION_MEMORY = 8 * 1024;

    /** The same with TLS. */
    private static final long ENCRYPTED_MEMORY = 20 * 1024;

    /**
     * Idle connections make room only once they have been idle for this long: a device on a weak
     * network needs a while between its connection and its request.
     */
    static final Duration YOUNG = Duration.ofSeconds(5);

    /** How long to wait for a device to close first. */
    public static final Duration LINGER = Duration.ofSeconds(2);

    /** Firmware waits 10 s for a connection (device-contract 7). */
    private static final Duration HANDSHAKE = Duration.ofSeconds(10);

    /** One in so many connections may be in a TLS handshake. */
    static final int SECURING = 4;

    /**
     * And so many for each thread that computes them, which takes about 2 ms each, twice with TLS
     * 1.2: whoever comes last is still served in time.
     */
    private static final int MOST_COMPUTED = 1_000;

    private static final Duration SILENCE = Duration.ofSeconds(30);
    private static final int SLOWEST = 16 * 1024;

    /**
     * By what the machine and the JVM allow.
     *
     * @param most connections, by the settings; 0 to derive it from the file descriptors
     * @param idle as in {@link Pace}
     */
    public static EdgeLimits here(int most, Duration idle) {
        return here(most, idle, false);
    }

    /**
     * As above.
     *
     * @param tls whether connections may be encrypted
     */
    public static EdgeLimits here(int most, Duration idle, boolean tls) {
        return of(descriptors(), Runtime.getRuntime().maxMemory(), most, idle, tls);
    }

    /**
     * @param descriptors that this process may still open
     * @param heap its maximum heap, in bytes
     */
    static EdgeLimits of(long descriptors, long heap, int most, Duration idle, boolean tls) {
        // A download also needs its file, a session the socket of its backend.
        long affordable = Math.max(16, (descriptors - KEPT_DESCRIPTORS) * 3 / 5);
        long fitting = heap / (tls ? ENCRYPTED_MEMORY : CONNECTION_MEMORY);
        int connections = (int) Math.min(most == 0 ? fitting : most, affordable);
        long console = Math.max(8 * MIB, heap / 4);
        return new EdgeLimits(
                new ConnectionLimits(connections, Math.max(4, connections / 3)),
                new MemoryLimits(16 * MIB, 16 * MIB, console, console / 2, console / 2),
                new Pace(idle, SILENCE, SLOWEST, LINGER));
    }

    private static long descriptors() {
        return ManagementFactory.getOperatingSystemMXBean()
                        instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount() - unix.getOpenFileDescriptorCount()
                : DEFAULT_DESCRIPTORS;
    }
}
