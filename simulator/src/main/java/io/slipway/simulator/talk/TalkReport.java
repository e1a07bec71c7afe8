package io.slipway.simulator.talk;

import io.slipway.simulator.count.Findings;
import io.slipway.simulator.count.Percentiles;

/**
 * The conversations of a fleet so far, or at the end of its run.
 *
 * @param sessions connections that got their {@code hello}
 * @param turns questions that were answered completely
 * @param framesUp packets sent
 * @param framesDown packets received, whether played or not
 * @param answers from the end of a question to the start of the answer
 */
public record TalkReport(
        long sessions,
        long turns,
        Incidents incidents,
        long framesUp,
        long framesDown,
        Percentiles answers,
        Findings findings) {

    /**
     * What disturbed conversations.
     *
     * @param interruptions answers that the device cut short
     * @param losses connections that the device lost with its Wi-Fi
     * @param refusals sessions in which the device got an {@code alert} instead of an answer
     * @param reboots requested by the server
     */
    public record Incidents(long interruptions, long losses, long refusals, long reboots) {}
}
