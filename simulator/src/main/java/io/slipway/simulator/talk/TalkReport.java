package io.slipway.simulator.talk;

import io.slipway.simulator.count.Finding;
import java.util.List;

/**
 * The conversations of a fleet so far, or at the end of its run.
 *
 * @param sessions connections that got their {@code hello}
 * @param turns questions that were answered to the end
 * @param interruptions answers that the device cut short
 * @param losses connections that the device lost, its Wi-Fi gone
 * @param refusals sessions in which the device was told something other than an answer, by {@code
 *     alert}
 * @param reboots because the server said so
 * @param framesUp packets sent
 * @param framesDown packets received, played or not
 * @param p50Ms half of the answers began at most so long after the question had ended
 * @param p99Ms likewise for 99 of 100
 * @param broken rules of the device contract that the server broke
 * @param warnings what breaks no device, but is heard or seen: lost audio, connections left open
 * @param troubles what devices live with: refused connections, no answer
 */
public record TalkReport(
        long sessions,
        long turns,
        long interruptions,
        long losses,
        long refusals,
        long reboots,
        long framesUp,
        long framesDown,
        double p50Ms,
        double p99Ms,
        List<Finding> broken,
        List<Finding> warnings,
        List<Finding> troubles) {}
