package io.slipway.rollout.rules.plan;

import io.slipway.rollout.rules.attempt.BuildRef;
import io.slipway.rollout.rules.attempt.Stratum;
import io.slipway.text.Sentence;
import java.util.Map;

/** What a check-in is answered as to firmware. */
public sealed interface Decision {

    /**
     * A new offer.
     *
     * @param force whether the device must be forced, as the build is not newer
     * @param why this rollout and this device
     */
    record NewOffer(
            String rolloutId,
            BuildRef build,
            boolean force,
            int stage,
            Stratum stratum,
            boolean visible,
            Sentence why)
            implements Decision {}

    /** The device asks again for what it was just offered: the same answer, nothing is counted. */
    record Repeat(String rolloutId, BuildRef build, String offerId, boolean force)
            implements Decision {}

    /**
     * No offer.
     *
     * @param why the one that matters: that of the rollout which would have come first
     * @param each by rollout, in the order in which they come
     */
    record None(DetailedRefusal why, Map<String, DetailedRefusal> each) implements Decision {}

    /**
     * @param detail figures or names without words, {@code "4325376 > 4128768"} say; may be empty
     */
    record DetailedRefusal(Refusal refusal, String detail) {

        static DetailedRefusal of(Refusal refusal) {
            return new DetailedRefusal(refusal, "");
        }
    }
}
