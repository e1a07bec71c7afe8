package io.slipway.rollout.grant;

import io.slipway.device.BoundCache;
import io.slipway.device.Profile;
import io.slipway.device.Profiles;
import io.slipway.firmware.Downloads;
import io.slipway.http.file.DownloadRoute;
import io.slipway.protocol.ota.CheckIn;
import io.slipway.rollout.rules.attempt.AttemptRow;
import io.slipway.rollout.rules.attempt.Evidence;
import io.slipway.rollout.rules.attempt.Inference;
import io.slipway.rollout.rules.attempt.Returns;
import io.slipway.rollout.rules.attempt.Running;
import io.slipway.rollout.rules.plan.Decision;
import io.slipway.rollout.rules.plan.Granting;
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
 * What rollouts have to do with devices as they call. Thread-safe; all but {@link #passes} and
 * {@link #seenAgain} may wait for the database, a second at most.
 */
public final class Updates implements Downloads.Watcher {

    /** Sessions between two looks; more are told by their next check-in. */
    private static final int MOST_OPENED = 50_000;

    private static final int DUE_AT_ONCE = 500;

    /** After so many offers in a row nobody is looked at twice. */
    private static final int STRAIGHT = 16;

    // The mark of a cached pair: version of the book << 32 | flag << 31 | seconds.
    private static final long RESTARTING = 1L << 31;
    private static final long SECONDS = RESTARTING - 1;

    /**
     * What a check-in is told.
     *
     * @param offer null for none
     * @param mark to be cached with the pair
     */
    public record Told(@Nullable Offer offer, long mark) {}

    /**
     * @param version as embedded in the image
     */
    public record Offer(String buildId, String version, String offerId, boolean force) {}

    private final Database database;
    private final InstantSource clock;
    private final Book book;
    private final Intake intake;
    private final DecisionLog log;
    private final Round.Grounds on;
    private final Set<Long> opened = ConcurrentHashMap.newKeySet();
    private final AtomicInteger offersInARow = new AtomicInteger();

    Updates(
            Database database,
            InstantSource clock,
            Book book,
            Intake intake,
            DecisionLog log,
            Round.Grounds on) {
        this.database = database;
        this.clock = clock;
        this.book = book;
        this.intake = intake;
        this.log = log;
        this.on = on;
    }

    /**
     * Whether a check-in of a cached pair has nothing to do with any rollout, so that it can be
     * answered at once. Does not wait.
     */
    public boolean passes(CheckIn checkIn, BoundCache.CachedPair known) {
        if (book.blank()) {
            return true;
        }
        long mark = known.mark();
        if (mark == BoundCache.ASK) {
            return false;
        }
        if ((mark & RESTARTING) != 0) {
            long ago = (clock.millis() / 1000 & SECONDS) - (mark & SECONDS);
            if (ago <= Returns.RESTARTS_WITHIN.toSeconds()) {
                return false;
            }
        }
        return (int) (mark >>> 32) == book.version() || !book.mayReach(checkIn, known.deviceId());
    }

    /** The mark after one more check-in that passed; most stay as they are. */
    public long seenAgain(long mark) {
        return mark == BoundCache.ASK || (mark & RESTARTING) == 0
                ? mark
                : (mark & ~SECONDS) | seconds();
    }

    /**
     * A check-in of the pinned pair of a bound device, whose facts stand in the registry. What it
     * says of an open update, and an offer, are durable when this returns.
     *
     * @param offerable whether it can be sent an offer at all
     * @param rssi its signal now, in dBm; 0 for unknown
     * @throws io.slipway.sql.StoreException then there is no offer, and nothing may be cached
     */
    public Told checkedIn(long deviceId, boolean offerable, int rssi) {
        if (book.blank()) {
            return new Told(null, 0);
        }
        // Read before the look at the database: what changes meanwhile is looked at again.
        int version = book.version();
        long now = clock.millis();
        // While all who ask get an offer, the intake looks at them anyway.
        boolean straight = offerable && offersInARow.get() >= STRAIGHT;
        Intake.Outcome outcome = straight ? null : glance(deviceId, offerable, rssi, now);
        if (outcome == null) {
            outcome = intake.take(new Input.CheckedIn(deviceId, offerable, rssi));
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
        Round.Offer offer = outcome.offer();
        return new Told(
                offer == null
                        ? null
                        : new Offer(
                                offer.build().id(),
                                offer.build().version(),
                                offer.offerId(),
                                offer.force()),
                mark(outcome, version));
    }

    // Most have nothing to say and get nothing: a read is enough to know.
    private Intake.@Nullable Outcome glance(long deviceId, boolean offerable, int rssi, long now) {
        Granting granting = on.granting(0);
        Deciding deciding = book.deciding(granting, on.policy());
        return database.read(
                Plane.DEVICE,
                tx -> {
                    List<Profile> found = Profiles.byId(tx, List.of(deviceId));
                    if (found.isEmpty()) {
                        return new Intake.Outcome(null, null, Intake.Watch.NO);
                    }
                    Profile profile = found.getFirst();
                    var running = new Running(profile.version(), profile.elf(), profile.slot());
                    List<AttemptRow> rows = AttemptStore.ofDevices(tx, List.of(deviceId));
                    for (AttemptRow row : rows) {
                        // Told by a clock that was ahead: that is put right where it is written.
                        if (Round.ahead(row.attempt(), now)) {
                            return null;
                        }
                        long seen = Math.min(profile.seenAt(), now);
                        long previous = Math.max(seen, row.attempt().last().at());
                        if (Inference.concerns(row.attempt(), running, previous, now)) {
                            return null;
                        }
                    }
                    var attempts = rows.stream().map(AttemptRow::attempt).toList();
                    Decision decision =
                            offerable ? deciding.decide(profile, rssi, attempts, now) : null;
                    return decision == null || decision instanceof Decision.None
                            ? new Intake.Outcome(null, decision, Intake.Watch.of(rows))
                            : null;
                });
    }

    private long mark(Intake.Outcome outcome, int version) {
        return switch (outcome.watch()) {
            case OPEN -> BoundCache.ASK;
            case RESTARTS -> settled(outcome, version) | RESTARTING | seconds();
            case NO -> settled(outcome, version);
        };
    }

    // A refusal that lasts needs no second look before something changes.
    private static long settled(Intake.Outcome outcome, int version) {
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
        if (!book.blank() && opened.size() < MOST_OPENED) {
            opened.add(deviceId);
        }
    }

    @Override
    public boolean began(long deviceId, String offerId, String downloadId) {
        intake.take(new Input.Began(deviceId, offerId, downloadId));
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
        Evidence.End how =
                switch (end) {
                    case COMPLETE -> Evidence.End.COMPLETE;
                    case CUT -> Evidence.End.CUT;
                    case CUT_BY_US -> Evidence.End.CUT_BY_US;
                };
        intake.note(new Input.Ended(deviceId, offerId, downloadId, bytes, how, at));
    }

    /** Takes in what nobody waits for: sessions, and times that have run out. */
    void tick() {
        if (book.blank()) {
            return;
        }
        var batch = List.copyOf(opened);
        opened.removeAll(batch);
        for (int from = 0; from < batch.size(); from += DUE_AT_ONCE) {
            var chunk = batch.subList(from, Math.min(batch.size(), from + DUE_AT_ONCE));
            database.read(Plane.BACKGROUND, tx -> AttemptStore.booted(tx, chunk))
                    .forEach(device -> intake.note(new Input.Opened(device)));
        }
        if (!on.outages().measures()) {
            return;
        }
        List<Long> due;
        do {
            long now = clock.millis();
            due = database.read(Plane.BACKGROUND, tx -> AttemptStore.due(tx, now, DUE_AT_ONCE));
            intake.takeAll(due.stream().distinct().map(Input.Due::new).toList());
        } while (due.size() == DUE_AT_ONCE);
    }

    void flush() {
        log.flush();
    }

    /** Notes that a device was answered with an error of ours. */
    public void failed() {
        on.outages().failed();
    }
}
