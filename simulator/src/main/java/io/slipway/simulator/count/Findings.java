package io.slipway.simulator.count;

import java.util.List;
import java.util.stream.Stream;

/**
 * What a run found.
 *
 * @param broken rules of the device contract that the server broke
 * @param warnings what breaks no device, but is close to it, or audible or visible
 * @param troubles what devices survive: errors, refused connections, codes not accepted, no answer
 */
public record Findings(List<Finding> broken, List<Finding> warnings, List<Finding> troubles) {

    /** These and others. */
    public Findings and(Findings others) {
        return new Findings(
                joined(broken, others.broken),
                joined(warnings, others.warnings),
                joined(troubles, others.troubles));
    }

    private static List<Finding> joined(List<Finding> one, List<Finding> other) {
        return Stream.concat(one.stream(), other.stream()).toList();
    }
}
