package io.slipway.simulator.count;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;

/**
 * The network resources shared by all devices of a fleet: a limit on connections, and the counters.
 */
public final class Traffic {

    private final Semaphore connections;
    private final LongAdder requests = new LongAdder();
    private final Latencies latencies = new Latencies();

    /**
     * @param connections how many may be open at once
     */
    public Traffic(int connections) {
        this.connections = new Semaphore(connections);
    }

    public void enter() throws InterruptedException {
        connections.acquire();
    }

    public void leave() {
        connections.release();
    }

    public void answered(long nanos) {
        requests.increment();
        latencies.add(nanos);
    }

    /** Responses read to their end so far, of any status. */
    public long requests() {
        return requests.sum();
    }

    /** Of all requests. */
    public Percentiles latency() {
        return Percentiles.of(latencies);
    }
}
