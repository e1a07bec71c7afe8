package io.slipway.rollout.rules.attempt;

import java.time.Duration;

/** What happens to an attempt when nothing happens: each state's time runs out. */
final class Timeouts {

    /** A download that has run for so long has ended without our being told. */
    static final Duration DOWNLOAD_WITHIN = Duration.ofHours(1);

    private Timeouts() {}

    static void run(AttemptInProgress draft, long now) {
        // Nodes' clocks differ, and the log's order counts: time never runs backwards here.
        draft.clock = Math.max(draft.clock, now);
        while (!draft.closed && due(draft) <= draft.clock) {
            runOut(draft, due(draft));
        }
    }

    /** When the present state runs out by itself; never is {@link Long#MAX_VALUE}. */
    static long due(AttemptInProgress draft) {
        Attempt.LastOffer offer = draft.offer;
        return switch (draft.state) {
            case OFFERED ->
                    offer.at()
                            + (offer.visible()
                                            ? Inference.START_WITHIN
                                            : draft.policy.silentAfter())
                                    .toMillis();
            case DOWNLOADING -> offer.beganAt() + DOWNLOAD_WITHIN.toMillis();
            case DOWNLOADED -> draft.outages.after(offer.endedAt(), draft.policy.silentAfter());
            case SILENT ->
                    draft.outages.after(
                            offer.endedAt(),
                            draft.cause == Cause.SILENT
                                    ? draft.policy.overdueAfter()
                                    : draft.policy.lostAfter());
            case BOOTED -> draft.outages.after(offer.bootedAt(), draft.policy.confirmAfter());
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

    private static void runOut(AttemptInProgress draft, long at) {
        switch (draft.state) {
            case OFFERED -> draft.become(AttemptState.LAPSED, Cause.LAPSED, at);
            case DOWNLOADING -> draft.become(AttemptState.LAPSED, Cause.END_UNKNOWN, at);
            case DOWNLOADED ->
                    silent(draft, AttemptState.SILENT, Cause.SILENT, at, Standing.SILENT);
            case SILENT -> {
                if (draft.cause == Cause.SILENT) {
                    silent(draft, AttemptState.SILENT, Cause.OVERDUE, at, Standing.OVERDUE);
                } else {
                    silent(draft, AttemptState.LOST, Cause.LOST, at, Standing.OVERDUE);
                }
            }
            case BOOTED -> draft.become(AttemptState.CONFIRMED, Cause.STAYED, at);
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
                    throw new IllegalStateException("this state stays");
        }
    }

    // update-rules U11. A device on which the build failed before doesn't become less of a failure.
    private static void silent(
            AttemptInProgress draft, AttemptState to, Cause why, long at, Standing standing) {
        draft.become(to, why, at, draft.standing == Standing.BAD ? Standing.BAD : standing);
    }
}
