package io.slipway.rollout.grant;

import io.slipway.device.profile.Profile;
import io.slipway.rollout.rules.attempt.Attempt;
import io.slipway.rollout.rules.attempt.AttemptRow;
import io.slipway.rollout.rules.attempt.AttemptState;
import io.slipway.rollout.rules.attempt.Cause;
import io.slipway.rollout.rules.attempt.Evidence;
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
 * Applies observations, all that are waiting in one transaction (decisions D11): five thousand
 * offers a second share about fifty commits. Thread-safe.
 */
final class EvidenceQueue implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EvidenceQueue.class);

    private static final int BATCH = 256;
    private static final int MOST_WAITING = 20_000;

    /** With this many at once, it is worth waiting a millisecond for more. */
    private static final int CROWD = 16;

    private static final long GATHER_NANOS = 1_000_000;

    /** The device plane never waits longer (decisions D6). */
    private static final Duration MAX_WAIT = Duration.ofSeconds(1);

    /** Observations without a waiting caller are retried at this interval, for five minutes. */
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private static final int TRIES = 60;

    /** The result of an observation; only check-ins have a decision. */
    record ObservationResult(@Nullable Offer offer, @Nullable Decision decision, Watch watch) {}

    /** Whether further check-ins matter. */
    enum Watch {
        /** They don't. */
        NO,
        /** They do if they come soon: the device may be restarting. */
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
                // A device that restarted repeatedly is forgiven once a check-in comes late enough.
                AttemptState state = attempt.conclusion().state();
                boolean restarts =
                        state == AttemptState.REGRESSED
                                && attempt.conclusion().cause() == Cause.RESTARTS;
                if (state.open() || state == AttemptState.BOOTED || restarts) {
                    return OPEN;
                }
                if (state == AttemptState.CONFIRMED) {
                    watch = RESTARTS;
                }
            }
            return watch;
        }
    }

    private record QueuedObservation(
            Observation observation,
            CompletableFuture<ObservationResult> done,
            int tries,
            long notBefore) {}

    /** Wakes the worker so that it sees the end; never applied. */
    private static final QueuedObservation LAST =
            new QueuedObservation(new Observation.TimerDue(0), new CompletableFuture<>(), -1, 0);

    private final Database database;
    private final RolloutTransaction.Context context;
    private final InstantSource clock;
    private final Runnable onRecipientsChanged;
    private final LinkedBlockingQueue<QueuedObservation> queue =
            new LinkedBlockingQueue<>(MOST_WAITING);
    private final Thread worker;
    private volatile boolean closed;

    /**
     * @param onRecipientsChanged runs when offers may go to other devices than before; must not
     *     block for long
     */
    EvidenceQueue(
            Database database,
            RolloutTransaction.Context context,
            InstantSource clock,
            Runnable onRecipientsChanged) {
        this.database = database;
        this.context = context;
        this.clock = clock;
        this.onRecipientsChanged = onRecipientsChanged;
        worker = Thread.ofVirtual().name("rollouts").start(this::loop);
    }

    /**
     * Applies it and waits until that is durable.
     *
     * @throws StoreException when the database fails or takes too long
     */
    ObservationResult take(Observation observation) {
        return await(submit(observation), MAX_WAIT);
    }

    /** Like {@link #take} for all of them together, with a longer timeout. */
    void takeAll(Collection<? extends Observation> observations) {
        List<QueuedObservation> all = observations.stream().map(this::submit).toList();
        all.forEach(queued -> await(queued, MAX_WAIT.multipliedBy(30)));
    }

    private QueuedObservation submit(Observation observation) {
        var queued = new QueuedObservation(observation, new CompletableFuture<>(), TRIES, 0);
        if (closed || !queue.offer(queued)) {
            throw new StoreException("too many observations are waiting", null);
        }
        return queued;
    }

    private static ObservationResult await(QueuedObservation queued, Duration timeout) {
        try {
            return queued.done().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("interrupted", e);
        } catch (TimeoutException e) {
            // The observation is still applied, but there is no caller left to offer a build to.
            queued.done().cancel(false);
            throw new StoreException("applying the observation took too long", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof StoreException store
                    ? store
                    : new StoreException("the observation was not applied", e);
        }
    }

    /** Applies it without a waiting caller, with retries while the database fails. */
    void note(Observation observation) {
        if (!queue.offer(new QueuedObservation(observation, new CompletableFuture<>(), 0, 0))) {
            LOG.warn("too many observations are waiting: {} is lost", observation);
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
                // When many devices check in at once, some are being answered while others wait:
                // without this wait, each transaction would get only half of them. A single one
                // does not wait.
                if (crowd >= CROWD && queue.size() + 1 < crowd * 3 / 4) {
                    TimeUnit.NANOSECONDS.sleep(GATHER_NANOS);
                }
                var batch = new ArrayList<QueuedObservation>();
                batch.add(first);
                queue.drainTo(batch, BATCH - 1);
                batch.removeIf(queued -> queued.tries() < 0);
                run(ready(batch));
                crowd = batch.size() + queue.size();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // Those to be retried later go to the end of the queue; if nothing else is queued, without busy
    // waiting.
    private List<QueuedObservation> ready(List<QueuedObservation> batch)
            throws InterruptedException {
        long now = clock.millis();
        var ready = new ArrayList<QueuedObservation>(batch.size());
        for (QueuedObservation queued : batch) {
            if (closed || queued.notBefore() <= now || !queue.offer(queued)) {
                ready.add(queued);
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
                                var transaction =
                                        RolloutTransaction.open(tx, context, clock.millis());
                                transaction.load(
                                        batch.stream()
                                                .map(each -> each.observation().deviceId())
                                                .toList());
                                var results = new ArrayList<ObservationResult>(batch.size());
                                for (QueuedObservation queued : batch) {
                                    results.add(outcome(transaction, queued));
                                }
                                if (transaction.flush()) {
                                    tx.afterCommit(onRecipientsChanged);
                                }
                                return results;
                            });
            for (int i = 0; i < batch.size(); i++) {
                batch.get(i).done().complete(outcomes.get(i));
            }
        } catch (StoreException e) {
            batch.forEach(queued -> failed(queued, e));
        } catch (RuntimeException e) {
            if (batch.size() > 1) {
                // One of them is at fault, which must not affect the others.
                batch.forEach(queued -> run(List.of(queued)));
            } else {
                LOG.error("{} was not applied", batch.getFirst().observation(), e);
                batch.getFirst().done().completeExceptionally(e);
            }
        }
    }

    private void failed(QueuedObservation queued, StoreException e) {
        boolean again =
                queued.tries() < TRIES
                        && !closed
                        && queue.offer(
                                new QueuedObservation(
                                        queued.observation(),
                                        queued.done(),
                                        queued.tries() + 1,
                                        clock.millis() + RETRY_AFTER.toMillis()));
        if (!again) {
            queued.done().completeExceptionally(e);
        }
    }

    private static ObservationResult outcome(
            RolloutTransaction transaction, QueuedObservation queued) {
        Observation observation = queued.observation();
        boolean left = queued.done().isCancelled();
        long now = transaction.now();
        switch (observation) {
            case Observation.CheckInArrived in -> {
                return checkedIn(transaction, in, in.offerable() && !left);
            }
            case Observation.DownloadStarted began -> {
                AttemptRow row = offered(transaction, began.deviceId(), began.offerId());
                // The download of a device that has left was refused.
                if (row != null && !left) {
                    transaction.take(
                            row,
                            seq ->
                                    new Evidence.DownloadBegan(
                                            seq, now, began.offerId(), began.downloadId()));
                }
            }
            case Observation.DownloadStopped ended -> {
                AttemptRow row = offered(transaction, ended.deviceId(), ended.offerId());
                if (row != null) {
                    transaction.take(
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
                for (AttemptRow row : transaction.attempts(opened.deviceId())) {
                    Attempt attempt = row.attempt();
                    if (attempt.conclusion().state() == AttemptState.BOOTED && !attempt.closed()) {
                        transaction.take(row, seq -> new Evidence.SessionOpened(seq, now));
                    }
                }
            }
            case Observation.TimerDue due -> transaction.timePassed(due.deviceId());
        }
        transaction.judgeSuspects();
        return new ObservationResult(
                null, null, Watch.of(transaction.attempts(observation.deviceId())));
    }

    private static @Nullable AttemptRow offered(
            RolloutTransaction transaction, long device, String offerId) {
        for (AttemptRow row : transaction.attempts(device)) {
            if (row.attempt().offer().id().equals(offerId)) {
                return row;
            }
        }
        return null;
    }

    private static ObservationResult checkedIn(
            RolloutTransaction transaction, Observation.CheckInArrived in, boolean offerable) {
        Profile profile = transaction.profile(in.deviceId());
        if (profile == null) {
            return new ObservationResult(null, null, Watch.NO);
        }
        long now = transaction.now();
        var running = DeviceFactsMapper.runningBuild(profile);
        transaction.checkedIn(profile, running, now);
        // Before any offer: the latest evidence may halt the rollout.
        transaction.judgeSuspects();
        if (!offerable) {
            return new ObservationResult(null, null, Watch.of(transaction.attempts(in.deviceId())));
        }
        List<Attempt> attempts =
                transaction.attempts(in.deviceId()).stream().map(AttemptRow::attempt).toList();
        Decision decision = transaction.decisionInputs().decide(profile, in.rssi(), attempts, now);
        Offer offer =
                switch (decision) {
                    case Decision.NewOffer made -> transaction.grant(profile, running, made);
                    case Decision.Repeat again ->
                            new Offer(again.build(), again.offerId(), again.force());
                    case Decision.None none -> null;
                };
        return new ObservationResult(
                offer, decision, Watch.of(transaction.attempts(in.deviceId())));
    }

    @Override
    public void close() {
        closed = true;
        queue.offer(LAST);
        try {
            worker.join(MAX_WAIT.multipliedBy(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
