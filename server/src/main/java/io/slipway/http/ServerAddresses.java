package io.slipway.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * The addresses that external servers may have. Anyone with an account can enter a URL, and this
 * server connects to it from inside its own network: unrestricted, that would give access to that
 * network. Thread-safe.
 */
public final class ServerAddresses {

    /** The name resolves to a private network. */
    public static final class PrivateAddress extends IOException {
        PrivateAddress(String host) {
            super(host + " is in a private network");
        }
    }

    /** The time limit of a look-up; a voice backend has 5 s in all. */
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    /** Concurrent look-ups; names whose servers don't answer block a thread for a while. */
    private static final int LOOKUPS = 32;

    // Top-level domains that exist only in private networks.
    private static final List<String> LOCAL =
            List.of(".localhost", ".localdomain", ".local", ".internal", ".home.arpa");

    private final BooleanSupplier privateAllowed;
    // Look-ups are native calls that would pin a virtual thread's carrier.
    private final ExecutorService threads =
            new ThreadPoolExecutor(
                    0,
                    LOOKUPS,
                    30,
                    TimeUnit.SECONDS,
                    new SynchronousQueue<>(),
                    Thread.ofPlatform().name("lookup-", 0).daemon().factory());
    private final ConcurrentHashMap<String, FutureTask<InetAddress[]>> running =
            new ConcurrentHashMap<>();

    /**
     * @param privateAllowed whether every address is allowed
     */
    public ServerAddresses(boolean privateAllowed) {
        this(() -> privateAllowed);
    }

    /**
     * @param privateAllowed whether every address is allowed at the moment
     */
    public ServerAddresses(BooleanSupplier privateAllowed) {
        this.privateAllowed = privateAllowed;
    }

    /**
     * Whether the host is clearly private and that is not allowed. Resolves no names, so a name may
     * still turn out to be private.
     *
     * @param host as in {@link ServerUrl}
     */
    public boolean refuses(String host) {
        return !privateAllowed.getAsBoolean() && plainlyPrivate(host);
    }

    private static boolean plainlyPrivate(String host) {
        Optional<InetAddress> literal = Cidr.address(host);
        if (literal.isPresent()) {
            return !PublicAddress.is(literal.get());
        }
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        // A name without a dot is local to this machine or its network.
        return name.indexOf('.') < 0 || LOCAL.stream().anyMatch(name::endsWith);
    }

    /**
     * The address to connect to, resolved now: connect to exactly this address, because the name's
     * next answer may differ. Blocks, at most 4 s; never call it on an event loop.
     *
     * @param host of a {@link ServerUrl}
     * @throws PrivateAddress if one of the name's addresses is private
     * @throws UnknownHostException if there is no such name, or no answer in time
     */
    public InetAddress resolve(String host) throws UnknownHostException, PrivateAddress {
        InetAddress[] all = lookUp(host);
        for (InetAddress address : all) {
            // A single one is enough: a name that also resolves elsewhere is suspicious.
            if (!privateAllowed.getAsBoolean() && !PublicAddress.is(address)) {
                throw new PrivateAddress(host);
            }
        }
        return all[0];
    }

    /**
     * Like {@link #resolve}, without blocking: the future completes on another thread, with the
     * address or with one of the exceptions.
     */
    public CompletableFuture<InetAddress> resolveLater(String host) {
        var result = new CompletableFuture<InetAddress>();
        Thread.ofVirtual()
                .name("resolve")
                .start(() -> {
                    try {
                        result.complete(resolve(host));
                    } catch (IOException | RuntimeException e) {
                        result.completeExceptionally(e);
                    }
                });
        return result;
    }

    // One look-up per host at a time, however many sessions wait for it.
    private InetAddress[] lookUp(String host) throws UnknownHostException {
        var lookUp = new FutureTask<>(() -> InetAddress.getAllByName(host));
        FutureTask<InetAddress[]> before = running.putIfAbsent(host, lookUp);
        if (before != null) {
            return await(host, before);
        }
        try {
            threads.execute(() -> {
                try {
                    lookUp.run();
                } finally {
                    running.remove(host, lookUp);
                }
            });
        } catch (RejectedExecutionException e) {
            running.remove(host, lookUp);
            lookUp.cancel(false);
            throw new UnknownHostException(host + ": too many look-ups at once");
        }
        return await(host, lookUp);
    }

    private static InetAddress[] await(String host, Future<InetAddress[]> lookUp)
            throws UnknownHostException {
        try {
            return lookUp.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new UnknownHostException(host + ": no answer in " + PATIENCE);
        } catch (ExecutionException | java.util.concurrent.CancellationException e) {
            throw new UnknownHostException(host);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnknownHostException(host + ": interrupted");
        }
    }
}
