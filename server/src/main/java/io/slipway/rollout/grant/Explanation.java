package io.slipway.rollout.grant;

import io.slipway.rollout.rules.plan.Decision;
import io.slipway.rollout.rules.plan.Refusal;
import io.slipway.text.Sentence;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a device was or was not offered a build.
 *
 * @param last the last answer that was given while there was a rollout to think of; null for none
 * @param now what would be answered now, on what the device said last
 */
public record Explanation(@Nullable LastAnswer last, Decision now) {

    /**
     * An answer as it was kept.
     *
     * @param at epoch ms
     * @param offered the rollout of the offer; {@code ""} for none
     * @param why for people
     * @param each every rollout that was thought of, in order
     */
    public record LastAnswer(long at, String offered, Sentence why, List<RolloutRefusal> each) {}

    /**
     * @param detail figures or names without words; may be empty
     */
    public record RolloutRefusal(String rolloutId, Refusal refusal, String detail) {}
}
