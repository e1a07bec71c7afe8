package io.slipway.rollout.rules.attempt;

import java.time.Duration;

/**
 * Concludes the outcome of an offer from what is observed, because devices never report it.
 * Implements update-rules 2.2 and uses its rule numbers. A pure function: the same evidence in the
 * same order yields the same states, and duplicate evidence changes nothing.
 */
public final class Inference {

    /**
     * update-rules U9: a device starts 4 s after the reply, or never. The token is valid for as
     * long.
     */
    public static final Duration START_WITHIN = Duration.ofMinutes(2);

    /** update-rules U14: an earlier check-in is a repeat of the same one. */
    public static final Duration DUPLICATE_WITHIN = Duration.ofSeconds(60);

    /**
     * update-rules 2.3: a canary of a build that may lead away must be back within this time after
     * its download, or counts as gone.
     */
    public static final Duration CANARY_BACK_WITHIN = Duration.ofHours(1);

    private Inference() {}

    /**
     * Applies a piece of evidence.
     *
     * @param outages at least those of the last {@link Policy.Silence#lostAfter}
     */
    public static Transition apply(
            Attempt attempt, Evidence evidence, Outages outages, Policy policy) {
        var progress = new AttemptInProgress(attempt, outages, policy);
        if (evidence.seq() > attempt.seq()) {
            progress.seq = evidence.seq();
            Timeouts.run(progress, evidence.at());
            take(progress, evidence, progress.clock);
        }
        return progress.transition();
    }

    /**
     * When the attempt changes by itself unless something is observed before: time for {@link
     * Evidence.TimePassed}. Any evidence may change this time, even if it changes nothing else.
     *
     * @return epoch ms; {@link Long#MAX_VALUE} for never, or not before the current outage ends
     */
    public static long due(Attempt attempt, Outages outages, Policy policy) {
        return attempt.closed()
                ? Long.MAX_VALUE
                : Timeouts.due(new AttemptInProgress(attempt, outages, policy));
    }

    /**
     * The latest time at which a device should be back from its download, given {@link
     * #CANARY_BACK_WITHIN}. A download whose end was not observed counts from its start, one that
     * can't be watched from its offer.
     *
     * @return epoch ms; {@link Long#MAX_VALUE} for a device that is back or has not downloaded
     *     anything
     */
    public static long backBy(Attempt attempt, Outages outages) {
        Attempt.LastOffer offer = attempt.offer();
        long from =
                switch (attempt.conclusion().state()) {
                    case DOWNLOADED, SILENT, LOST -> offer.download().endedAt();
                    case LAPSED ->
                            attempt.conclusion().cause() == Cause.END_UNKNOWN
                                    ? offer.download().beganAt()
                                    : offer.terms().visible() ? 0 : offer.at();
                    case ELIGIBLE,
                            OFFERED,
                            DOWNLOADING,
                            BOOTED,
                            CONFIRMED,
                            DELIVERY_FAILED,
                            INSTALL_FAILED,
                            ROLLED_BACK,
                            REGRESSED,
                            FAILED,
                            EXTERNAL,
                            SUPERSEDED ->
                            0;
                };
        return from == 0 ? Long.MAX_VALUE : outages.after(from, CANARY_BACK_WITHIN);
    }

    /**
     * Whether a check-in can change anything. Most can't, and needn't be written (decisions D10).
     *
     * @param previous when the device last checked in before this, epoch ms
     * @param at when it checks in now
     */
    public static boolean concerns(Attempt attempt, RunningBuild running, long previous, long at) {
        if (attempt.closed()) {
            return false;
        }
        return switch (attempt.conclusion().state()) {
            case OFFERED, DOWNLOADING, DOWNLOADED, LAPSED, SILENT, LOST, BOOTED -> true;
            case CONFIRMED ->
                    !running.runs(attempt.subject().build())
                            || at - previous <= ReturnRules.RESTARTS_WITHIN.toMillis();
            case ELIGIBLE, DELIVERY_FAILED, INSTALL_FAILED, ROLLED_BACK, REGRESSED, FAILED ->
                    !running.sameBuild(attempt.offer().terms().from());
            case EXTERNAL, SUPERSEDED -> false;
        };
    }

    private static void take(AttemptInProgress progress, Evidence evidence, long at) {
        switch (evidence) {
            case Evidence.Offered offered -> offered(progress, offered, at);
            case Evidence.DownloadBegan began -> began(progress, began, at);
            case Evidence.DownloadEnded ended -> ended(progress, ended, at);
            // Timeouts are applied before any evidence.
            case Evidence.TimePassed passed -> {}
            case Evidence.CheckedIn checkedIn ->
                    ReturnRules.judge(progress, checkedIn.running(), at);
            case Evidence.SessionOpened session -> opened(progress, at);
            case Evidence.PinMoved moved -> erased(progress, Cause.PIN_MOVED, at);
            case Evidence.Superseded superseded -> superseded(progress, at);
            case Evidence.Cleared cleared -> cleared(progress, at);
        }
    }

    private static void offered(AttemptInProgress progress, Evidence.Offered offered, long at) {
        if (offered.offerId().equals(progress.offer.id())) {
            return;
        }
        progress.offer =
                new Attempt.LastOffer(
                        offered.offerId(), offered.terms(), at, Attempt.ImageDownload.NONE, 0);
        progress.past =
                progress.past.withOffers(progress.past.offers() + 1, progress.past.blindReturns());
        progress.last = new Attempt.LastCheckIn(offered.terms().from(), at, 0, 0);
        progress.closed = false;
        progress.become(AttemptState.OFFERED, Cause.OFFERED, at);
    }

    private static void began(AttemptInProgress progress, Evidence.DownloadBegan began, long at) {
        // The first download is the device's. One that can't be watched proves nothing, whoever
        // makes
        // it.
        boolean first =
                progress.state == AttemptState.OFFERED
                        || (progress.state == AttemptState.LAPSED
                                && progress.cause == Cause.LAPSED);
        if (first
                && progress.offer.terms().visible()
                && began.offerId().equals(progress.offer.id())) {
            progress.offer = progress.offer.began(began.downloadId(), at);
            progress.become(AttemptState.DOWNLOADING, Cause.DOWNLOADING, at);
        }
    }

    private static void ended(AttemptInProgress progress, Evidence.DownloadEnded ended, long at) {
        boolean running =
                progress.state == AttemptState.DOWNLOADING
                        || (progress.state == AttemptState.LAPSED
                                && progress.cause == Cause.END_UNKNOWN);
        if (!running
                || !ended.offerId().equals(progress.offer.id())
                || !ended.downloadId().equals(progress.offer.download().id())) {
            return;
        }
        switch (ended.end()) {
            case COMPLETE -> {
                progress.offer = progress.offer.ended(at);
                progress.past = progress.past.delivery(false);
                progress.become(AttemptState.DOWNLOADED, Cause.DOWNLOADED, at);
            }
            case CUT -> {
                if (progress.outages.touch(progress.offer.download().beganAt(), at)) {
                    progress.become(AttemptState.ELIGIBLE, Cause.OUR_FAULT, at);
                } else {
                    progress.missed(Cause.CUT_SHORT, at);
                }
            }
            case CUT_BY_US -> progress.become(AttemptState.ELIGIBLE, Cause.OUR_FAULT, at);
        }
    }

    private static void opened(AttemptInProgress progress, long at) {
        if (progress.state == AttemptState.BOOTED && !progress.closed) {
            progress.become(AttemptState.CONFIRMED, Cause.SESSION_OPENED, at);
        }
    }

    // update-rules U12
    private static void erased(AttemptInProgress progress, Cause why, long at) {
        switch (progress.state) {
            case ELIGIBLE, OFFERED, DOWNLOADING, DOWNLOADED, LAPSED, SILENT, LOST, BOOTED ->
                    progress.external(why, at);
            case CONFIRMED, DELIVERY_FAILED, INSTALL_FAILED, ROLLED_BACK, REGRESSED, FAILED ->
                    progress.closed = true;
            case EXTERNAL, SUPERSEDED -> {}
        }
    }

    private static void superseded(AttemptInProgress progress, long at) {
        switch (progress.state) {
            case ELIGIBLE -> {
                progress.become(AttemptState.SUPERSEDED, Cause.SUPERSEDED, at);
                progress.closed = true;
            }
            case CONFIRMED, DELIVERY_FAILED, INSTALL_FAILED, ROLLED_BACK, REGRESSED, FAILED ->
                    progress.closed = true;
            // An update in progress is watched to its end; a cancelled rollout finishes this way.
            case OFFERED, DOWNLOADING, DOWNLOADED, LAPSED, SILENT, LOST, BOOTED -> {}
            case EXTERNAL, SUPERSEDED -> {}
        }
    }

    private static void cleared(AttemptInProgress progress, long at) {
        progress.past = progress.past.with(0, 0, false);
        if (progress.state == AttemptState.DELIVERY_FAILED) {
            progress.become(AttemptState.ELIGIBLE, Cause.CLEARED, at);
        }
    }
}
