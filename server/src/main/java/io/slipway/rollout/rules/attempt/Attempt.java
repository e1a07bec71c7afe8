package io.slipway.rollout.rules.attempt;

import java.util.Collection;

/**
 * What is known about one device in one rollout. Does not exist before the first offer. Times are
 * epoch ms, 0 for never.
 *
 * @param offer the last one
 * @param closed whether the device has moved on: evidence no longer changes the attempt, a new
 *     offer does
 * @param seq the last evidence that was applied
 * @param clock the latest time of any evidence; later evidence with an earlier time is treated as
 *     having this one
 */
public record Attempt(
        Subject subject,
        Conclusion conclusion,
        LastOffer offer,
        OfferHistory past,
        LastCheckIn last,
        boolean closed,
        long seq,
        long clock) {

    /**
     * What it is about; it never changes.
     *
     * @param stage of the rollout at the first offer; the attempt always counts towards it
     * @param stratum as it was at the first offer
     */
    public record Subject(String rolloutId, BuildRef build, int stage, Stratum stratum) {}

    /**
     * What was concluded from the evidence.
     *
     * @param cause why it is in this state
     * @param since when it entered this state
     */
    public record Conclusion(AttemptState state, Cause cause, long since, Standing standing) {}

    /**
     * The last offer.
     *
     * @param bootedAt when the device first reported that it runs the build; if it did so during an
     *     outage of ours, the first time after that
     */
    public record LastOffer(
            String id, OfferTerms terms, long at, ImageDownload download, long bootedAt) {

        LastOffer began(String downloadId, long when) {
            return with(new ImageDownload(downloadId, when, download.endedAt));
        }

        LastOffer ended(long when) {
            return with(new ImageDownload(download.id, download.beganAt, when));
        }

        private LastOffer with(ImageDownload now) {
            return new LastOffer(id, terms, at, now, bootedAt);
        }

        LastOffer booted(long when) {
            return new LastOffer(id, terms, at, download, when);
        }

        LastOffer notAfter(long now) {
            return new LastOffer(
                    id,
                    terms,
                    Math.min(at, now),
                    new ImageDownload(
                            download.id,
                            Math.min(download.beganAt, now),
                            Math.min(download.endedAt, now)),
                    Math.min(bootedAt, now));
        }

        public static final LastOffer NONE =
                new LastOffer(
                        "",
                        new OfferTerms(new RunningBuild("", "", ""), false, true),
                        0,
                        ImageDownload.NONE,
                        0);
    }

    /**
     * The download of an offer.
     *
     * @param id the first download with the offer's token; any others are not the device's
     * @param endedAt when the whole image had been sent
     */
    public record ImageDownload(String id, long beganAt, long endedAt) {

        static final ImageDownload NONE = new ImageDownload("", 0, 0);
    }

    /**
     * What accumulates over the offers. The failures are those of the device with the build: a new
     * rollout of the same build inherits them.
     *
     * @param blindReturns offers whose download couldn't be watched and that left the old build
     *     running
     * @param missing whether the last delivery failed
     * @param delivered whether the last delivery succeeded
     * @param crashed whether the build ever crashed or was rolled back here (update-rules U5, U7,
     *     X1)
     * @param quarantined not offered again until somebody clears it (update-rules U15)
     */
    public record OfferHistory(
            int offers,
            int installFailures,
            int deliveryFailures,
            int blindReturns,
            boolean missing,
            boolean delivered,
            boolean crashed,
            boolean quarantined) {

        public static final OfferHistory NONE =
                new OfferHistory(0, 0, 0, 0, false, false, false, false);

        OfferHistory with(int installs, int deliveries, boolean inQuarantine) {
            return new OfferHistory(
                    offers,
                    installs,
                    deliveries,
                    blindReturns,
                    missing,
                    delivered,
                    crashed,
                    inQuarantine);
        }

        OfferHistory delivery(boolean failed) {
            return new OfferHistory(
                    offers,
                    installFailures,
                    deliveryFailures,
                    blindReturns,
                    failed,
                    !failed,
                    crashed,
                    quarantined);
        }

        OfferHistory withOffers(int count, int blind) {
            return new OfferHistory(
                    count,
                    installFailures,
                    deliveryFailures,
                    blind,
                    missing,
                    delivered,
                    crashed,
                    quarantined);
        }

        OfferHistory withCrash() {
            return new OfferHistory(
                    offers,
                    installFailures,
                    deliveryFailures,
                    blindReturns,
                    missing,
                    delivered,
                    true,
                    quarantined);
        }
    }

    /**
     * The last check-in, and the restarts in quick succession.
     *
     * @param restarts check-ins on the build since {@code restartsSince}
     */
    public record LastCheckIn(RunningBuild running, long at, int restarts, long restartsSince) {

        public static final LastCheckIn NONE =
                new LastCheckIn(new RunningBuild("", "", ""), 0, 0, 0);
    }

    /**
     * Caps all times at {@code now}: times recorded by a clock that was ahead would block later
     * ones.
     */
    public Attempt notAfter(long now) {
        return new Attempt(
                subject,
                new Conclusion(
                        conclusion.state,
                        conclusion.cause,
                        Math.min(conclusion.since, now),
                        conclusion.standing),
                offer.notAfter(now),
                past,
                new LastCheckIn(
                        last.running,
                        Math.min(last.at, now),
                        last.restarts,
                        Math.min(last.restartsSince, now)),
                closed,
                seq,
                Math.min(clock, now));
    }

    /**
     * An attempt just before its first offer, which is then applied as evidence.
     *
     * @param others the device's other attempts; failures of the same build carry over
     */
    public static Attempt first(
            String rolloutId, Evidence.Offered offered, Collection<Attempt> others) {
        BuildRef build = offered.build();
        OfferHistory carried = OfferHistory.NONE;
        for (Attempt other : others) {
            if (other.subject.build.id().equals(build.id())) {
                carried = carry(carried, other.past);
            }
        }
        return new Attempt(
                new Subject(rolloutId, build, offered.stage(), offered.stratum()),
                new Conclusion(AttemptState.ELIGIBLE, Cause.OFFERED, 0, Standing.UNDECIDED),
                LastOffer.NONE,
                carried,
                LastCheckIn.NONE,
                false,
                -1,
                0);
    }

    private static OfferHistory carry(OfferHistory one, OfferHistory two) {
        return new OfferHistory(
                0,
                Math.max(one.installFailures, two.installFailures),
                Math.max(one.deliveryFailures, two.deliveryFailures),
                Math.max(one.blindReturns, two.blindReturns),
                false,
                false,
                false,
                one.quarantined || two.quarantined);
    }
}
