package io.slipway.rollout.grant;

import io.slipway.rollout.rules.attempt.AttemptRow;
import io.slipway.rollout.rules.attempt.Evidence;
import io.slipway.rollout.rules.plan.OfferCapacity;
import io.slipway.rollout.rules.plan.Rollout;
import io.slipway.rollout.store.AttemptStore;
import io.slipway.rollout.store.DecisionStore;
import io.slipway.rollout.store.EvidenceStore;
import io.slipway.rollout.store.OutageStore;
import io.slipway.rollout.store.RolloutStore;
import io.slipway.sql.Chunks;
import io.slipway.sql.Database;
import io.slipway.sql.Ids;
import io.slipway.sql.Plane;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Periodic work on rollouts, independent of check-ins. Thread-safe. */
final class RolloutHousekeeping {

    /**
     * Counting a million devices takes seconds: at most one part in this many of the time is spent
     * on it.
     */
    private static final int REST = 20;

    private static final Duration COUNT_EVERY = Duration.ofSeconds(10);

    /** A finished rollout still learns of builds that are rolled back for this long. */
    private static final Duration WATCHED = Duration.ofDays(7);

    /** No timeout is longer by itself; with outages in between it may be, and is rescheduled. */
    private static final Duration LONGEST_WAIT = Duration.ofDays(9);

    private static final int CHUNK = 200;

    private final Database database;
    private final RolloutTransaction.Context context;
    private final InstantSource clock;
    private final RolloutCache cache;
    private final MemberCounter memberCounter;
    private final Duration evidenceKept;
    private long countedAt;
    private long countAfter;
    // In this process only: after a restart they are checked once more.
    private final Set<String> released = ConcurrentHashMap.newKeySet();

    RolloutHousekeeping(
            Database database,
            RolloutTransaction.Context context,
            InstantSource clock,
            RolloutCache cache,
            MemberCounter memberCounter,
            Duration evidenceKept) {
        this.database = database;
        this.context = context;
        this.clock = clock;
        this.cache = cache;
        this.memberCounter = memberCounter;
        this.evidenceKept = evidenceKept;
    }

    /** Counts the devices of the running stages, and evaluates all gates. */
    synchronized void look() {
        cache.refresh();
        if (!cache.running()) {
            return;
        }
        long now = clock.millis();
        Map<String, MemberCounter.MemberCounts> counted = Map.of();
        // A stage that has just begun must not wait for its first count, nor for a clock that was
        // set back.
        if (now >= countAfter || now < countedAt || cache.uncounted()) {
            long began = System.nanoTime();
            DecisionInputs inputs = cache.decisionInputs(OfferCapacity.FREE, context.policy());
            counted = memberCounter.count(inputs.running(), inputs.quarantines(), now);
            long took = Duration.ofNanos(System.nanoTime() - began).toMillis();
            countedAt = now;
            countAfter = now + Math.max(COUNT_EVERY.toMillis(), REST * took);
        }
        Map<String, MemberCounter.MemberCounts> fresh = counted;
        boolean recipientsChanged =
                database.write(
                        Plane.BACKGROUND,
                        tx -> {
                            var transaction = RolloutTransaction.open(tx, context, now);
                            for (LoadedRollout loaded : transaction.active()) {
                                if (loaded.status() == Rollout.Status.RUNNING) {
                                    look(transaction, loaded, fresh.get(loaded.id()));
                                }
                            }
                            return transaction.flush();
                        });
        if (recipientsChanged) {
            cache.refresh();
        }
    }

    private static void look(
            RolloutTransaction transaction,
            LoadedRollout loaded,
            MemberCounter.@Nullable MemberCounts count) {
        if (count != null && !loaded.gateState().knows(count)) {
            loaded.counted(count, transaction.now());
        }
        transaction.judge(loaded);
    }

    /** Releases what finished rollouts hold. */
    void letGo() {
        long since = clock.millis() - 2 * WATCHED.toMillis();
        List<String> ended =
                database.read(Plane.BACKGROUND, tx -> RolloutStore.endedSince(tx, since));
        for (String id : ended) {
            if (!released.contains(id) && letGo(id)) {
                released.add(id);
            }
        }
    }

    /** Deletes what is old, and learns from finished rollouts. */
    void clean() {
        long before = clock.millis() - evidenceKept.toMillis();
        Chunks.delete(
                database, (tx, limit) -> EvidenceStore.forgetBelow(tx, Ids.least(before), limit));
        Chunks.delete(database, (tx, limit) -> DecisionStore.forgetBefore(tx, before, limit));
        long now = clock.millis();
        database.run(
                Plane.BACKGROUND,
                tx -> OutageStore.wakeLate(tx, now, now + LONGEST_WAIT.toMillis()));
        context.baseline().learn(database.read(Plane.BACKGROUND, RolloutStore::endedByBoard));
    }

    /** Whether everything that can be is released; a finished rollout is watched for a while. */
    private boolean letGo(String rollout) {
        int count;
        do {
            count =
                    database.write(
                            Plane.BACKGROUND,
                            tx -> {
                                var transaction =
                                        RolloutTransaction.open(tx, context, clock.millis());
                                LoadedRollout loaded = transaction.rollout(rollout).orElseThrow();
                                boolean done = loaded.status() == Rollout.Status.DONE;
                                if (done
                                        && clock.millis()
                                                < loaded.row().acts().endedAt()
                                                        + WATCHED.toMillis()) {
                                    return -1;
                                }
                                List<Long> devices = AttemptStore.lingering(tx, rollout, CHUNK);
                                transaction.load(devices);
                                for (Long device : devices) {
                                    release(transaction, device, rollout);
                                }
                                transaction.flush();
                                return devices.size();
                            });
        } while (count == CHUNK);
        return count >= 0;
    }

    private static void release(RolloutTransaction transaction, long device, String rollout) {
        for (AttemptRow row : transaction.attempts(device)) {
            if (row.attempt().subject().rolloutId().equals(rollout)) {
                transaction.take(row, seq -> new Evidence.Superseded(seq, transaction.now()));
            }
        }
    }
}
