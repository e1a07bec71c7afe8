package io.slipway.simulator.talk;

import io.slipway.simulator.count.Finding;
import java.util.List;

/**
 * The conversations of a fleet so far, or at the end of its run.
 *
 * @param sessions connections that got their {@code hello}
 * @param turns questions that were answered completely
 * @param interruptions answers that the device cut short
 * @param losses connections that the device lost with its Wi-Fi
 * @param refusals sessions in which the device got an {@code alert} instead of an answer
 * @param reboots requested by the server
 * @param framesUp packets sent
 * @param framesDown packets received, whether played or not
 * @param p50Ms median time from the end of the question to the start of the answer
 * @param p99Ms 99th percentile
 * @param broken rules of the device contract that the server broke
 * @param warnings what breaks no device, but is audible or visible: lost audio, connections left
 *     open
 * @param troubles what devices survive: refused connections, no answer
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
