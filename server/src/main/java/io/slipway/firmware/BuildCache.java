package io.slipway.firmware;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Builds that devices are downloading, by id. Thread-safe. */
final class BuildCache {

    private static final int KEPT = 1_000;

    private final Cache<String, Build> builds = Caffeine.newBuilder().maximumSize(KEPT).build();
    private long changes;

    /**
     * @param read blocks; not called under a lock
     */
    Optional<Build> get(String id, Supplier<Optional<Build>> read) {
        Build known = builds.getIfPresent(id);
        if (known != null) {
            return Optional.of(known);
        }
        long before = changes();
        Optional<Build> found = read.get();
        found.ifPresent(build -> put(build, before));
        return found;
    }

    private synchronized long changes() {
        return changes;
    }

    // A build read before a change is not cached after it.
    private synchronized void put(Build build, long before) {
        if (changes == before) {
            builds.put(build.id(), build);
        }
    }

    /** Null removes everything. */
    synchronized void forget(@Nullable String id) {
        changes++;
        if (id == null) {
            builds.invalidateAll();
        } else {
            builds.invalidate(id);
        }
    }
}
