package io.slipway.rollout.grant.decision;

import io.slipway.rollout.rules.plan.Decision;
import io.slipway.rollout.rules.plan.Refusal;
import io.slipway.text.Sentence;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a device was or was not offered a build.
 *
 * @param last the last decision while there was a rollout to consider; null for none
 * @param now what would be decided now, with what the device last reported
 */
public record Explanation(@Nullable LastAnswer last, Decision now) {

    /**
     * A recorded decision.
     *
     * @param at epoch ms
     * @param offered the rollout of the offer; {@code ""} for none
     * @param why for people
     * @param each every rollout that was considered, in order
     */
    public record LastAnswer(long at, String offered, Sentence why, List<RolloutRefusal> each) {}

    /**
     * @param detail figures or names without words; may be empty
     */
    public record RolloutRefusal(String rolloutId, Refusal refusal, String detail) {}
}
