package io.slipway.rollout.rules.attempt;

import java.time.Duration;

/** What happens to an attempt when nothing is observed: each state times out. */
final class Timeouts {

    /** A download that has run this long has ended unnoticed. */
    static final Duration DOWNLOAD_WITHIN = Duration.ofHours(1);

    private Timeouts() {}

    static void run(AttemptInProgress progress, long now) {
        // Nodes' clocks differ, and the log's order decides: time never runs backwards here.
        progress.clock = Math.max(progress.clock, now);
        while (!progress.closed && due(progress) <= progress.clock) {
            runOut(progress, due(progress));
        }
    }

    /** When the current state times out; {@link Long#MAX_VALUE} for never. */
    static long due(AttemptInProgress progress) {
        Attempt.LastOffer offer = progress.offer;
        return switch (progress.state) {
            case OFFERED ->
                    offer.at()
                            + (offer.terms().visible()
                                            ? Inference.START_WITHIN
                                            : progress.policy.silence().silentAfter())
                                    .toMillis();
            case DOWNLOADING -> offer.download().beganAt() + DOWNLOAD_WITHIN.toMillis();
            case DOWNLOADED ->
                    progress.outages.after(
                            offer.download().endedAt(), progress.policy.silence().silentAfter());
            case SILENT ->
                    progress.outages.after(
                            offer.download().endedAt(),
                            progress.cause == Cause.SILENT
                                    ? progress.policy.silence().overdueAfter()
                                    : progress.policy.silence().lostAfter());
            case BOOTED -> progress.outages.after(offer.bootedAt(), progress.policy.confirmAfter());
            case ELIGIBLE,
                    LAPSED,
                    CONFIRMED,
                    DELIVERY_FAILED,
                    INSTALL_FAILED,
                    ROLLED_BACK,
                    REGRESSED,
                    FAILED,
                    LOST,
                    EXTERNAL,
                    SUPERSEDED ->
                    Long.MAX_VALUE;
        };
    }

    private static void runOut(AttemptInProgress progress, long at) {
        switch (progress.state) {
            case OFFERED -> progress.become(AttemptState.LAPSED, Cause.LAPSED, at);
            case DOWNLOADING -> progress.become(AttemptState.LAPSED, Cause.END_UNKNOWN, at);
            case DOWNLOADED ->
                    silent(progress, AttemptState.SILENT, Cause.SILENT, at, Standing.SILENT);
            case SILENT -> {
                if (progress.cause == Cause.SILENT) {
                    silent(progress, AttemptState.SILENT, Cause.OVERDUE, at, Standing.OVERDUE);
                } else {
                    silent(progress, AttemptState.LOST, Cause.LOST, at, Standing.OVERDUE);
                }
            }
            case BOOTED -> progress.become(AttemptState.CONFIRMED, Cause.STAYED, at);
            case ELIGIBLE,
                    LAPSED,
                    CONFIRMED,
                    DELIVERY_FAILED,
                    INSTALL_FAILED,
                    ROLLED_BACK,
                    REGRESSED,
                    FAILED,
                    LOST,
                    EXTERNAL,
                    SUPERSEDED ->
                    throw new IllegalStateException("this state does not time out");
        }
    }

    // update-rules U11. A device on which the build failed before remains a failure.
    private static void silent(
            AttemptInProgress progress, AttemptState to, Cause why, long at, Standing standing) {
        progress.become(to, why, at, progress.standing == Standing.BAD ? Standing.BAD : standing);
    }
}
