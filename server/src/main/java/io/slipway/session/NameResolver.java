package io.slipway.session;

import io.slipway.agent.BackendAddresses;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Resolves backends' names without blocking an event loop. Thread-safe. */
final class NameResolver implements AutoCloseable {

    private final BackendAddresses addresses;
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("resolve-", 0).factory());

    NameResolver(BackendAddresses addresses) {
        this.addresses = addresses;
    }

    /** Fails if the name is unknown or private, or after {@code limit}. */
    CompletableFuture<InetAddress> resolve(String host, Duration limit) {
        return CompletableFuture.supplyAsync(() -> look(host), threads)
                .orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    private InetAddress look(String host) {
        try {
            return addresses.resolve(host);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
