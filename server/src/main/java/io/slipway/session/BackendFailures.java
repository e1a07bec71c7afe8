package io.slipway.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.slipway.agent.Agent;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;

/**
 * Agents whose backends could not be reached when a device last needed them, on this node; lost on
 * restart. For display only, so it is bounded and need not be exact. Thread-safe, and never blocks.
 */
public final class BackendFailures {

    private static final int MOST = 2_000;
    private static final long LATELY_MS = Duration.ofHours(1).toMillis();

    private final InstantSource clock;
    private final Cache<String, Failure> last = Caffeine.newBuilder().maximumSize(MOST).build();

    /**
     * The last failure of an agent.
     *
     * @param at epoch ms
     */
    public record Failure(String accountId, String agentId, long at) {}

    BackendFailures(InstantSource clock) {
        this.clock = clock;
    }

    void failed(Agent agent) {
        last.put(agent.id(), new Failure(agent.accountId(), agent.id(), clock.millis()));
    }

    /** The backend can be reached again. */
    void over(Agent agent) {
        last.invalidate(agent.id());
    }

    /** An account's failures of the last hour, the latest first. */
    public List<Failure> of(String accountId) {
        long since = clock.millis() - LATELY_MS;
        return last.asMap().values().stream()
                .filter(each -> each.accountId().equals(accountId) && each.at() > since)
                .sorted(Comparator.comparingLong(Failure::at).reversed())
                .toList();
    }
}
