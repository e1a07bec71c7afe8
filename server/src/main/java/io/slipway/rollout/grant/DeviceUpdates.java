package io.slipway.rollout.grant;

import io.slipway.device.BoundCache;
import io.slipway.device.profile.Profile;
import io.slipway.device.profile.Profiles;
import io.slipway.firmware.Downloads;
import io.slipway.http.file.DownloadRoute;
import io.slipway.protocol.ota.CheckIn;
import io.slipway.rollout.grant.decision.DecisionLog;
import io.slipway.rollout.rules.attempt.AttemptRow;
import io.slipway.rollout.rules.attempt.Evidence;
import io.slipway.rollout.rules.attempt.Inference;
import io.slipway.rollout.rules.attempt.ReturnRules;
import io.slipway.rollout.rules.plan.Decision;
import io.slipway.rollout.rules.plan.OfferCapacity;
import io.slipway.rollout.store.AttemptStore;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Connects devices' check-ins, downloads and sessions with rollouts. Thread-safe; all but {@link
 * #passes} and {@link #seenAgain} may wait for the database, for at most a second.
 */
public final class DeviceUpdates implements Downloads.DownloadListener {

    /** Sessions collected between two runs; any beyond these are noticed at the next check-in. */
    private static final int MOST_OPENED = 50_000;

    private static final int DUE_AT_ONCE = 500;

    /** After this many offers in a row, the read-only check is skipped. */
    private static final int STRAIGHT = 16;

    // The mark of a cached pair: version of the cache << 32 | flag << 31 | seconds.
    private static final long RESTARTING = 1L << 31;
    private static final long SECONDS = RESTARTING - 1;

    /**
     * The result for a check-in.
     *
     * @param offer null for none
     * @param mark to be cached with the pair
     */
    public record CheckInOutcome(@Nullable Offer offer, long mark) {}

    private final Database database;
    private final InstantSource clock;
    private final RolloutCache cache;
    private final EvidenceQueue queue;
    private final DecisionLog log;
    private final RolloutTransaction.Context context;
    private final Set<Long> opened = ConcurrentHashMap.newKeySet();
    private final AtomicInteger offersInARow = new AtomicInteger();

    DeviceUpdates(
            Database database,
            InstantSource clock,
            RolloutCache cache,
            EvidenceQueue queue,
            DecisionLog log,
            RolloutTransaction.Context context) {
        this.database = database;
        this.clock = clock;
        this.cache = cache;
        this.queue = queue;
        this.log = log;
        this.context = context;
    }

    /**
     * Whether a check-in of a cached pair concerns no rollout, so that it can be answered at once.
     * Does not block.
     */
    public boolean passes(CheckIn checkIn, BoundCache.CachedPair known) {
        if (cache.blank()) {
            return true;
        }
        long mark = known.mark();
        if (mark == BoundCache.ASK) {
            return false;
        }
        if ((mark & RESTARTING) != 0) {
            long ago = (clock.millis() / 1000 & SECONDS) - (mark & SECONDS);
            if (ago <= ReturnRules.RESTARTS_WITHIN.toSeconds()) {
                return false;
            }
        }
        return (int) (mark >>> 32) == cache.version() || !cache.mayReach(checkIn, known.deviceId());
    }

    /** The mark after another check-in that passed; usually unchanged. */
    public long seenAgain(long mark) {
        return mark == BoundCache.ASK || (mark & RESTARTING) == 0
                ? mark
                : (mark & ~SECONDS) | seconds();
    }

    /**
     * A check-in of the pinned pair of a bound device, whose facts are in the registry. What it
     * says about an open update, and any offer, are durable when this returns.
     *
     * @param offerable whether it can be sent an offer at all
     * @param rssi its signal now, in dBm; 0 for unknown
     * @throws io.slipway.sql.StoreException if so, there is no offer, and nothing may be cached
     */
    public CheckInOutcome checkedIn(long deviceId, boolean offerable, int rssi) {
        if (cache.blank()) {
            return new CheckInOutcome(null, 0);
        }
        // Read before the database: changes in between invalidate the mark.
        int version = cache.version();
        long now = clock.millis();
        // While every device gets an offer, the queue reads the same data anyway.
        boolean straight = offerable && offersInARow.get() >= STRAIGHT;
        EvidenceQueue.ObservationResult outcome =
                straight ? null : glance(deviceId, offerable, rssi, now);
        if (outcome == null) {
            outcome = queue.take(new Observation.CheckInArrived(deviceId, offerable, rssi));
        }
        if (outcome.offer() == null) {
            offersInARow.lazySet(0);
        } else if (!straight) {
            offersInARow.incrementAndGet();
        }
        Decision decision = outcome.decision();
        if (decision != null) {
            log.note(deviceId, now, decision);
        }
        return new CheckInOutcome(outcome.offer(), mark(outcome, version));
    }

    // Most check-ins have no effect, which a read can tell.
    private EvidenceQueue.@Nullable ObservationResult glance(
            long deviceId, boolean offerable, int rssi, long now) {
        OfferCapacity capacity = context.capacity(0);
        DecisionInputs inputs = cache.decisionInputs(capacity, context.policy());
        return database.read(
                Plane.DEVICE,
                tx -> {
                    List<Profile> found = Profiles.byId(tx, List.of(deviceId));
                    if (found.isEmpty()) {
                        return new EvidenceQueue.ObservationResult(
                                null, null, EvidenceQueue.Watch.NO);
                    }
                    Profile profile = found.getFirst();
                    var running = DeviceFactsMapper.runningBuild(profile);
                    List<AttemptRow> rows = AttemptStore.ofDevices(tx, List.of(deviceId));
                    for (AttemptRow row : rows) {
                        // From a clock that was ahead: corrected where it is written.
                        if (RolloutTransaction.ahead(row.attempt(), now)) {
                            return null;
                        }
                        long seen = Math.min(profile.last().seenAt(), now);
                        long previous = Math.max(seen, row.attempt().last().at());
                        if (Inference.concerns(row.attempt(), running, previous, now)) {
                            return null;
                        }
                    }
                    var attempts = rows.stream().map(AttemptRow::attempt).toList();
                    Decision decision =
                            offerable ? inputs.decide(profile, rssi, attempts, now) : null;
                    return decision == null || decision instanceof Decision.None
                            ? new EvidenceQueue.ObservationResult(
                                    null, decision, EvidenceQueue.Watch.of(rows))
                            : null;
                });
    }

    private long mark(EvidenceQueue.ObservationResult outcome, int version) {
        return switch (outcome.watch()) {
            case OPEN -> BoundCache.ASK;
            case RESTARTS -> settled(outcome, version) | RESTARTING | seconds();
            case NO -> settled(outcome, version);
        };
    }

    // A lasting refusal needs no second look until something changes.
    private static long settled(EvidenceQueue.ObservationResult outcome, int version) {
        boolean lasts =
                outcome.decision() instanceof Decision.None none
                        && !none.why().refusal().passes()
                        && none.each().values().stream().noneMatch(each -> each.refusal().passes());
        return lasts ? (long) version << 32 : 0;
    }

    private long seconds() {
        return clock.millis() / 1000 & SECONDS;
    }

    /**
     * The pinned pair opened a voice session, which it does only once its image is valid
     * (update-rules E5).
     */
    public void sessionOpened(long deviceId) {
        if (!cache.blank() && opened.size() < MOST_OPENED) {
            opened.add(deviceId);
        }
    }

    @Override
    public boolean began(long deviceId, String offerId, String downloadId) {
        queue.take(new Observation.DownloadStarted(deviceId, offerId, downloadId));
        return true;
    }

    @Override
    public void ended(
            long deviceId,
            String offerId,
            String downloadId,
            long bytes,
            DownloadRoute.TransferEnd end,
            long at) {
        Evidence.DownloadEnd how =
                switch (end) {
                    case COMPLETE -> Evidence.DownloadEnd.COMPLETE;
                    case CUT -> Evidence.DownloadEnd.CUT;
                    case CUT_BY_US -> Evidence.DownloadEnd.CUT_BY_US;
                };
        queue.note(new Observation.DownloadStopped(deviceId, offerId, downloadId, bytes, how, at));
    }

    /** Applies what no caller waits for: sessions and timeouts. */
    void tick() {
        if (cache.blank()) {
            return;
        }
        var batch = List.copyOf(opened);
        opened.removeAll(batch);
        for (int from = 0; from < batch.size(); from += DUE_AT_ONCE) {
            var chunk = batch.subList(from, Math.min(batch.size(), from + DUE_AT_ONCE));
            database.read(Plane.BACKGROUND, tx -> AttemptStore.booted(tx, chunk))
                    .forEach(device -> queue.note(new Observation.SessionStarted(device)));
        }
        if (!context.outages().measures()) {
            return;
        }
        List<Long> due;
        do {
            long now = clock.millis();
            due = database.read(Plane.BACKGROUND, tx -> AttemptStore.due(tx, now, DUE_AT_ONCE));
            queue.takeAll(due.stream().distinct().map(Observation.TimerDue::new).toList());
        } while (due.size() == DUE_AT_ONCE);
    }

    void flush() {
        log.flush();
    }

    /** Records that a device was answered with a server error. */
    public void failed() {
        context.outages().failed();
    }
}
