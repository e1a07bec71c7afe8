package io.slipway.rollout.rules.attempt;

import java.util.Collection;

/**
 * What is known of one device in one rollout. There is none until the first offer. Times are epoch
 * ms, 0 for never.
 *
 * @param stage of the rollout at the first offer: as that it counts for ever
 * @param stratum as it was at the first offer
 * @param cause why it is in this state
 * @param since when it came into this state
 * @param offer the last one
 * @param closed whether the device has moved on: no more evidence changes it, a new offer does
 * @param seq the last evidence that was taken in
 * @param clock the latest time that any evidence had; what comes later with an earlier time is
 *     taken to be of this one
 */
public record Attempt(
        String rolloutId,
        BuildRef build,
        int stage,
        Stratum stratum,
        AttemptState state,
        Cause cause,
        long since,
        Standing standing,
        LastOffer offer,
        OfferHistory past,
        LastCheckIn last,
        boolean closed,
        long seq,
        long clock) {

    /**
     * The last offer.
     *
     * @param from what the device ran then
     * @param visible whether its download can be watched
     * @param downloadId the first download with its token; others are somebody else's
     * @param endedAt when the whole image was there
     * @param bootedAt when the device first said that it runs the build; the first time after our
     *     outage if it said so in one
     */
    public record LastOffer(
            String id,
            RunningBuild from,
            boolean force,
            boolean visible,
            long at,
            String downloadId,
            long beganAt,
            long endedAt,
            long bootedAt) {

        LastOffer began(String download, long when) {
            return new LastOffer(id, from, force, visible, at, download, when, endedAt, bootedAt);
        }

        LastOffer ended(long when) {
            return new LastOffer(id, from, force, visible, at, downloadId, beganAt, when, bootedAt);
        }

        LastOffer booted(long when) {
            return new LastOffer(id, from, force, visible, at, downloadId, beganAt, endedAt, when);
        }

        LastOffer notAfter(long now) {
            return new LastOffer(
                    id,
                    from,
                    force,
                    visible,
                    Math.min(at, now),
                    downloadId,
                    Math.min(beganAt, now),
                    Math.min(endedAt, now),
                    Math.min(bootedAt, now));
        }

        public static final LastOffer NONE =
                new LastOffer("", new RunningBuild("", "", ""), false, true, 0, "", 0, 0, 0);
    }

    /**
     * What adds up over the offers. The failures are those of device and build: a new rollout of
     * the same build takes them over.
     *
     * @param blindReturns offers that couldn't be watched and left the old build
     * @param missing whether the last delivery failed
     * @param delivered whether the last delivery succeeded
     * @param crashed whether the build ever crashed or went back here (update-rules U5, U7, X1)
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
     * The last check-in, and the restarts that came close together.
     *
     * @param restarts check-ins on the build since {@code restartsSince}
     */
    public record LastCheckIn(RunningBuild running, long at, int restarts, long restartsSince) {

        public static final LastCheckIn NONE =
                new LastCheckIn(new RunningBuild("", "", ""), 0, 0, 0);
    }

    /**
     * With no time after {@code now}: a clock that was ahead told them, and time has to go on from
     * here.
     */
    public Attempt notAfter(long now) {
        return new Attempt(
                rolloutId,
                build,
                stage,
                stratum,
                state,
                cause,
                Math.min(since, now),
                standing,
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
     * An attempt just before its first offer, which is then to be taken in as evidence.
     *
     * @param others the device's attempts; failures of the same build are carried over
     */
    public static Attempt first(
            String rolloutId, Evidence.Offered offered, Collection<Attempt> others) {
        BuildRef build = offered.build();
        OfferHistory carried = OfferHistory.NONE;
        for (Attempt other : others) {
            if (other.build.id().equals(build.id())) {
                carried = carry(carried, other.past);
            }
        }
        return new Attempt(
                rolloutId,
                build,
                offered.stage(),
                offered.stratum(),
                AttemptState.ELIGIBLE,
                Cause.OFFERED,
                0,
                Standing.UNDECIDED,
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
