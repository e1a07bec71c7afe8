package io.slipway.rollout.grant;

import io.slipway.device.Profile;
import io.slipway.rollout.rules.attempt.Attempt;
import io.slipway.rollout.rules.attempt.AttemptRow;
import io.slipway.rollout.rules.attempt.AttemptState;
import io.slipway.rollout.rules.attempt.Cause;
import io.slipway.rollout.rules.attempt.Evidence;
import io.slipway.rollout.rules.attempt.RunningBuild;
import io.slipway.rollout.rules.plan.Decision;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import io.slipway.sql.StoreException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes in what is seen, all that waits in one transaction (decisions D11): five thousand offers a
 * second share some fifty commits. Thread-safe.
 */
final class EvidenceQueue implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EvidenceQueue.class);

    private static final int BATCH = 256;
    private static final int MOST_WAITING = 20_000;

    /** So many at once are worth a millisecond's wait for those that come with them. */
    private static final int CROWD = 16;

    private static final long GATHERED_NANOS = 1_000_000;

    /** The device plane waits no longer (decisions D6). */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** What nobody waits for is tried again every so often, for five minutes. */
    private static final Duration AGAIN = Duration.ofSeconds(5);

    private static final int TRIES = 60;

    /** What came of it; only check-ins have a decision. */
    record ObservationResult(@Nullable Offer offer, @Nullable Decision decision, Watch watch) {}

    /** What its further check-ins have to say. */
    enum Watch {
        /** Nothing that it hasn't said yet. */
        NO,
        /** Something if it comes soon after the last one: it may be restarting. */
        RESTARTS,
        /** An update of it is open. */
        OPEN;

        static Watch of(Iterable<AttemptRow> attempts) {
            Watch watch = NO;
            for (AttemptRow row : attempts) {
                Attempt attempt = row.attempt();
                if (attempt.closed()) {
                    continue;
                }
                // One that restarted again and again is forgiven once it comes late enough.
                boolean restarts =
                        attempt.state() == AttemptState.REGRESSED
                                && attempt.cause() == Cause.RESTARTS;
                if (attempt.state().open() || attempt.state() == AttemptState.BOOTED || restarts) {
                    return OPEN;
                }
                if (attempt.state() == AttemptState.CONFIRMED) {
                    watch = RESTARTS;
                }
            }
            return watch;
        }
    }

    private record QueuedObservation(
            Observation input,
            CompletableFuture<ObservationResult> done,
            int tries,
            long notBefore) {}

    /** Wakes the worker to see that there will be no more: it is never tried. */
    private static final QueuedObservation LAST =
            new QueuedObservation(new Observation.TimerDue(0), new CompletableFuture<>(), -1, 0);

    private final Database database;
    private final RolloutTransaction.Context on;
    private final InstantSource clock;
    private final Runnable turned;
    private final LinkedBlockingQueue<QueuedObservation> queue =
            new LinkedBlockingQueue<>(MOST_WAITING);
    private final Thread worker;
    private volatile boolean closed;

    /**
     * @param turned runs when who gets what has changed; must not block for long
     */
    EvidenceQueue(
            Database database,
            RolloutTransaction.Context on,
            InstantSource clock,
            Runnable turned) {
        this.database = database;
        this.on = on;
        this.clock = clock;
        this.turned = turned;
        worker = Thread.ofVirtual().name("rollouts").start(this::loop);
    }

    /**
     * Takes it in and waits until that is durable.
     *
     * @throws StoreException when the database fails or takes too long
     */
    ObservationResult take(Observation input) {
        return await(submit(input), PATIENCE);
    }

    /** As {@link #take}, together, with more patience. */
    void takeAll(Collection<? extends Observation> inputs) {
        List<QueuedObservation> all = inputs.stream().map(this::submit).toList();
        all.forEach(waiting -> await(waiting, PATIENCE.multipliedBy(30)));
    }

    private QueuedObservation submit(Observation input) {
        var waiting = new QueuedObservation(input, new CompletableFuture<>(), TRIES, 0);
        if (closed || !queue.offer(waiting)) {
            throw new StoreException("too much waits to be taken in", null);
        }
        return waiting;
    }

    private static ObservationResult await(QueuedObservation waiting, Duration patience) {
        try {
            return waiting.done().get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("interrupted", e);
        } catch (TimeoutException e) {
            // What it says is still taken in, but nobody is there any more to be offered a build.
            waiting.done().cancel(false);
            throw new StoreException("taking in what was seen took too long", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof StoreException store
                    ? store
                    : new StoreException("what was seen was not taken in", e);
        }
    }

    /** Takes it in without anybody waiting, trying again while the database fails. */
    void note(Observation input) {
        if (!queue.offer(new QueuedObservation(input, new CompletableFuture<>(), 0, 0))) {
            LOG.warn("too much waits: {} is lost", input);
        }
    }

    private void loop() {
        try {
            int crowd = 0;
            while (!closed || !queue.isEmpty()) {
                QueuedObservation first = queue.poll(1, TimeUnit.SECONDS);
                if (first == null) {
                    continue;
                }
                // Of many devices at once some are being answered while the others wait: left to
                // itself, a transaction would have half of them. A lone one waits for nobody.
                if (crowd >= CROWD && queue.size() + 1 < crowd * 3 / 4) {
                    TimeUnit.NANOSECONDS.sleep(GATHERED_NANOS);
                }
                var batch = new ArrayList<QueuedObservation>();
                batch.add(first);
                queue.drainTo(batch, BATCH - 1);
                batch.removeIf(waiting -> waiting.tries() < 0);
                run(ready(batch));
                crowd = batch.size() + queue.size();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // What is to be tried later goes back to the end; alone there, it is not spun around.
    private List<QueuedObservation> ready(List<QueuedObservation> batch)
            throws InterruptedException {
        long now = clock.millis();
        var ready = new ArrayList<QueuedObservation>(batch.size());
        for (QueuedObservation waiting : batch) {
            if (closed || waiting.notBefore() <= now || !queue.offer(waiting)) {
                ready.add(waiting);
            }
        }
        if (ready.isEmpty() && !batch.isEmpty()) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
        return ready;
    }

    private void run(List<QueuedObservation> batch) {
        if (batch.isEmpty()) {
            return;
        }
        try {
            List<ObservationResult> outcomes =
                    database.write(
                            Plane.DEVICE,
                            tx -> {
                                var round = RolloutTransaction.open(tx, on, clock.millis());
                                round.load(
                                        batch.stream()
                                                .map(each -> each.input().deviceId())
                                                .toList());
                                var results = new ArrayList<ObservationResult>(batch.size());
                                for (QueuedObservation waiting : batch) {
                                    results.add(outcome(round, waiting));
                                }
                                if (round.flush()) {
                                    tx.afterCommit(turned);
                                }
                                return results;
                            });
            for (int i = 0; i < batch.size(); i++) {
                batch.get(i).done().complete(outcomes.get(i));
            }
        } catch (StoreException e) {
            batch.forEach(waiting -> failed(waiting, e));
        } catch (RuntimeException e) {
            if (batch.size() > 1) {
                // One of them is at fault: the others must not suffer for it.
                batch.forEach(waiting -> run(List.of(waiting)));
            } else {
                LOG.error("{} was not taken in", batch.getFirst().input(), e);
                batch.getFirst().done().completeExceptionally(e);
            }
        }
    }

    private void failed(QueuedObservation waiting, StoreException e) {
        boolean again =
                waiting.tries() < TRIES
                        && !closed
                        && queue.offer(
                                new QueuedObservation(
                                        waiting.input(),
                                        waiting.done(),
                                        waiting.tries() + 1,
                                        clock.millis() + AGAIN.toMillis()));
        if (!again) {
            waiting.done().completeExceptionally(e);
        }
    }

    private static ObservationResult outcome(RolloutTransaction round, QueuedObservation waiting) {
        Observation input = waiting.input();
        boolean left = waiting.done().isCancelled();
        long now = round.now();
        switch (input) {
            case Observation.CheckInArrived in -> {
                return checkedIn(round, in, in.offerable() && !left);
            }
            case Observation.DownloadStarted began -> {
                AttemptRow row = offered(round, began.deviceId(), began.offerId());
                // Who has left was refused the file.
                if (row != null && !left) {
                    round.take(
                            row,
                            seq ->
                                    new Evidence.DownloadBegan(
                                            seq, now, began.offerId(), began.downloadId()));
                }
            }
            case Observation.DownloadStopped ended -> {
                AttemptRow row = offered(round, ended.deviceId(), ended.offerId());
                if (row != null) {
                    round.take(
                            row,
                            seq ->
                                    new Evidence.DownloadEnded(
                                            seq,
                                            ended.at(),
                                            ended.offerId(),
                                            ended.downloadId(),
                                            ended.bytes(),
                                            ended.end()));
                }
            }
            case Observation.SessionStarted opened -> {
                for (AttemptRow row : round.attempts(opened.deviceId())) {
                    if (row.attempt().state() == AttemptState.BOOTED && !row.attempt().closed()) {
                        round.take(row, seq -> new Evidence.SessionOpened(seq, now));
                    }
                }
            }
            case Observation.TimerDue due -> round.timePassed(due.deviceId());
        }
        round.judgeSuspects();
        return new ObservationResult(null, null, Watch.of(round.attempts(input.deviceId())));
    }

    private static @Nullable AttemptRow offered(
            RolloutTransaction round, long device, String offerId) {
        for (AttemptRow row : round.attempts(device)) {
            if (row.attempt().offer().id().equals(offerId)) {
                return row;
            }
        }
        return null;
    }

    private static ObservationResult checkedIn(
            RolloutTransaction round, Observation.CheckInArrived in, boolean offerable) {
        Profile profile = round.profile(in.deviceId());
        if (profile == null) {
            return new ObservationResult(null, null, Watch.NO);
        }
        long now = round.now();
        var running = new RunningBuild(profile.version(), profile.elf(), profile.slot());
        round.checkedIn(profile, running, now);
        // Before it is offered anything: what it just showed may be what halts the rollout.
        round.judgeSuspects();
        if (!offerable) {
            return new ObservationResult(null, null, Watch.of(round.attempts(in.deviceId())));
        }
        List<Attempt> attempts =
                round.attempts(in.deviceId()).stream().map(AttemptRow::attempt).toList();
        Decision decision = round.deciding().decide(profile, in.rssi(), attempts, now);
        Offer offer =
                switch (decision) {
                    case Decision.NewOffer made -> round.grant(profile, running, made);
                    case Decision.Repeat again ->
                            new Offer(again.build(), again.offerId(), again.force());
                    case Decision.None none -> null;
                };
        return new ObservationResult(offer, decision, Watch.of(round.attempts(in.deviceId())));
    }

    @Override
    public void close() {
        closed = true;
        queue.offer(LAST);
        try {
            worker.join(PATIENCE.multipliedBy(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
