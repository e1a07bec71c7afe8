package io.slipway.rollout.rules.plan;

import io.slipway.rollout.rules.attempt.BuildRef;
import io.slipway.rollout.rules.attempt.Stratum;
import io.slipway.text.Sentence;
import java.util.Map;

/** The firmware part of the reply to a check-in. */
public sealed interface Decision {

    /**
     * A new offer.
     *
     * @param force whether the device must be forced, because the build is not newer
     * @param why the reason for this rollout and this device
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

    /** The device repeats its request: it gets the same offer, and nothing is counted. */
    record Repeat(String rolloutId, BuildRef build, String offerId, boolean force)
            implements Decision {}

    /**
     * No offer.
     *
     * @param why the one that matters: that of the rollout that would have come first
     * @param each by rollout, in order of precedence
     */
    record None(DetailedRefusal why, Map<String, DetailedRefusal> each) implements Decision {}

    /**
     * @param detail figures or names without words, for example {@code "4325376 > 4128768"}; may be
     *     empty
     */
    record DetailedRefusal(Refusal refusal, String detail) {

        static DetailedRefusal of(Refusal refusal) {
            return new DetailedRefusal(refusal, "");
        }
    }
}
