package io.slipway.rollout.rules.attempt;

import java.time.Duration;
import java.util.Set;

/**
 * What a check-in says about the last offer: whether the device runs the new build, the old one or
 * a third.
 */
public final class ReturnRules {

    /** update-rules U5: back on the old build this soon after a whole download means a crash. */
    static final Duration CRASH_WITHIN = Duration.ofMinutes(5);

    /**
     * update-rules U10: after this number of unwatchable offers that left the old build running, it
     * has failed.
     */
    static final int BLIND_RETURNS = 3;

    /**
     * update-rules F7b: a device checks in within a minute of its reboot. An outage that begins
     * later than this after the download or the first boot can't have kept the build from being
     * marked valid.
     */
    static final Duration OUTAGE_REACH = Duration.ofMinutes(15);

    /** update-rules X1: the period over which restarts are counted. */
    public static final Duration RESTARTS_WITHIN = Duration.ofMinutes(10);

    /** update-rules X1: check-ins closer together are one, sent twice; nothing boots this fast. */
    static final Duration RESTART_TAKES = Duration.ofSeconds(5);

    /** The slots that flashing by cable writes to. */
    private static final Set<String> CABLE_SLOTS = Set.of("ota_0", "factory");

    private final AttemptInProgress progress;

    private ReturnRules(AttemptInProgress progress) {
        this.progress = progress;
    }

    static void judge(AttemptInProgress progress, RunningBuild running, long at) {
        new ReturnRules(progress).checkedIn(running, at);
    }

    private void checkedIn(RunningBuild running, long at) {
        if (progress.closed || progress.offer.id().isEmpty()) {
            return;
        }
        if (running.runs(progress.build())) {
            onTarget(at);
        } else if (onCableSlot(running)) {
            leave(Cause.OTHER_SLOT, at);
        } else if (running.sameBuild(progress.offer.terms().from())) {
            onSource(running, at);
        } else {
            leave(running.imitates(progress.build()) ? Cause.IMITATED : Cause.OTHER_BUILD, at);
        }
        Attempt.LastCheckIn last = progress.last;
        progress.last = new Attempt.LastCheckIn(running, at, last.restarts(), last.restartsSince());
    }

    // update-rules U12: it reported its hash before and doesn't now, and runs from a slot that a
    // cable writes to.
    private boolean onCableSlot(RunningBuild running) {
        RunningBuild from = progress.offer.terms().from();
        return running.elf().isEmpty()
                && !from.elf().isEmpty()
                && !running.sameSlot(progress.last.running())
                && !running.sameSlot(from)
                && CABLE_SLOTS.contains(running.slot());
    }

    private void onTarget(long at) {
        switch (progress.state) {
            case ELIGIBLE, OFFERED, DOWNLOADING, DOWNLOADED, LAPSED, SILENT, LOST -> booted(at);
            case DELIVERY_FAILED, INSTALL_FAILED, ROLLED_BACK, FAILED -> booted(at);
            case REGRESSED -> {
                if (progress.cause != Cause.RESTARTS) {
                    booted(at);
                } else if (at - progress.last.at() > RESTARTS_WITHIN.toMillis()) {
                    // The restarts have stopped.
                    booted(at);
                }
            }
            case BOOTED -> {
                restarted(at);
                if (progress.state == AttemptState.BOOTED) {
                    again(at);
                }
            }
            case CONFIRMED -> restarted(at);
            case EXTERNAL, SUPERSEDED -> {}
        }
    }

    // update-rules U2
    private void booted(long at) {
        progress.offer = progress.offer.booted(at);
        progress.past = progress.past.delivery(false);
        progress.last = new Attempt.LastCheckIn(progress.last.running(), at, 1, at);
        progress.become(AttemptState.BOOTED, Cause.BOOTED, at, Standing.GOOD);
    }

    // update-rules U3. A device that got an error as its reply isn't marked valid and asks again
    // (update-rules F7, F10): only after a check-in that was answered does the next one prove that
    // it survived a restart.
    private void again(long at) {
        long booted = progress.offer.bootedAt();
        if (progress.outages.touch(booted, at)) {
            progress.offer = progress.offer.booted(at);
        } else if (at - booted >= Inference.DUPLICATE_WITHIN.toMillis()) {
            progress.become(AttemptState.CONFIRMED, Cause.CHECKED_IN_AGAIN, at);
        }
    }

    // update-rules X1: a build that crashes after it was marked valid is never rolled back; the
    // device checks in again and again.
    private void restarted(long at) {
        Attempt.LastCheckIn last = progress.last;
        if (at - last.at() < RESTART_TAKES.toMillis()) {
            return;
        }
        boolean close = at - last.restartsSince() <= RESTARTS_WITHIN.toMillis();
        int restarts = close ? last.restarts() + 1 : 1;
        long since = close ? last.restartsSince() : at;
        progress.last = new Attempt.LastCheckIn(last.running(), last.at(), restarts, since);
        if (progress.policy.restarts() > 0
                && restarts >= progress.policy.restarts()
                && !progress.outages.touch(since, at)) {
            progress.failed(AttemptState.REGRESSED, Cause.RESTARTS, at, true);
        }
    }

    private void onSource(RunningBuild running, long at) {
        Attempt.LastOffer offer = progress.offer;
        // update-rules U14. After a whole download it is no duplicate, however early: the device
        // has rebooted.
        boolean duplicate = at - offer.at() < Inference.DUPLICATE_WITHIN.toMillis();
        switch (progress.state) {
            case OFFERED -> {
                if (!duplicate) {
                    notStarted(at);
                }
            }
            case DOWNLOADING -> {
                if (!duplicate) {
                    progress.missed(Cause.CAME_BACK_EARLY, at);
                }
            }
            case LAPSED -> {
                if (progress.cause == Cause.END_UNKNOWN) {
                    progress.become(AttemptState.ELIGIBLE, Cause.END_UNKNOWN, at);
                } else {
                    notStarted(at);
                }
            }
            case DOWNLOADED, SILENT, LOST -> cameBack(running, at);
            case BOOTED, CONFIRMED -> wentBack(running, at);
            case ELIGIBLE,
                    DELIVERY_FAILED,
                    INSTALL_FAILED,
                    ROLLED_BACK,
                    REGRESSED,
                    FAILED,
                    EXTERNAL,
                    SUPERSEDED -> {}
        }
    }

    // update-rules U9, U10
    private void notStarted(long at) {
        if (!progress.offer.terms().visible()) {
            int returns = progress.past.blindReturns() + 1;
            progress.past =
                    progress.past.withOffers(progress.past.offers(), returns % BLIND_RETURNS);
            if (returns < BLIND_RETURNS) {
                progress.become(AttemptState.ELIGIBLE, Cause.STAGE_UNKNOWN, at);
            } else {
                progress.failed(AttemptState.FAILED, Cause.STAGE_UNKNOWN, at, false);
            }
        } else if (progress.outages.touch(
                progress.offer.at(), progress.offer.at() + Inference.START_WITHIN.toMillis())) {
            progress.become(AttemptState.ELIGIBLE, Cause.OUR_FAULT, at);
        } else {
            progress.missed(Cause.NOT_STARTED, at);
        }
    }

    // update-rules U5, U6: the device had the whole image and runs the old build.
    private void cameBack(RunningBuild running, long at) {
        Attempt.LastOffer offer = progress.offer;
        if (keptFromValid(offer.download().endedAt(), at)) {
            progress.become(AttemptState.ROLLED_BACK, Cause.GATEWAY_DOWN, at, unblamed());
        } else if (at - offer.download().endedAt() <= CRASH_WITHIN.toMillis()
                && running.sameSlot(offer.terms().from())
                && !Retries.rebootsOnFailure(offer.terms().from())) {
            progress.failed(AttemptState.ROLLED_BACK, Cause.CRASHED_EARLY, at, true);
        } else {
            progress.failed(AttemptState.INSTALL_FAILED, Cause.NOT_INSTALLED, at, false);
        }
    }

    // update-rules U7
    private void wentBack(RunningBuild running, long at) {
        if (!running.sameSlot(progress.offer.terms().from())) {
            leave(Cause.OTHER_BUILD, at);
        } else if (!proven() && keptFromValid(progress.offer.bootedAt(), at)) {
            progress.become(AttemptState.ROLLED_BACK, Cause.GATEWAY_DOWN, at, unblamed());
        } else if (progress.state == AttemptState.CONFIRMED) {
            progress.failed(AttemptState.ROLLED_BACK, Cause.WENT_BACK_LATE, at, true);
        } else {
            progress.failed(AttemptState.REGRESSED, Cause.WENT_BACK, at, true);
        }
    }

    // A single check-in may have been answered with an error; time alone may have passed.
    private boolean proven() {
        return progress.state == AttemptState.CONFIRMED && progress.cause != Cause.STAYED;
    }

    // update-rules F7b
    private boolean keptFromValid(long from, long at) {
        return progress.outages.touch(from, Math.min(at, from + OUTAGE_REACH.toMillis()));
    }

    private Standing unblamed() {
        return progress.standing == Standing.BAD ? Standing.BAD : Standing.UNDECIDED;
    }

    // update-rules U12, U13: it runs neither the old nor the new build.
    private void leave(Cause why, long at) {
        switch (progress.state) {
            case ELIGIBLE, OFFERED, DOWNLOADING, DOWNLOADED, LAPSED, SILENT, LOST, BOOTED ->
                    progress.external(why, at);
            // Already decided: the device has only moved on.
            case CONFIRMED, DELIVERY_FAILED, INSTALL_FAILED, ROLLED_BACK, REGRESSED, FAILED ->
                    progress.closed = true;
            case EXTERNAL, SUPERSEDED -> {}
        }
    }
}
