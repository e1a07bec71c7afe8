package io.slipway.simulator.update;

import io.slipway.simulator.count.Finding;
import io.slipway.simulator.count.Findings;
import io.slipway.simulator.fleet.FleetReport;
import io.slipway.simulator.strict.RuleBroken;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/**
 * A fleet that updates itself, at one moment or at the end of its run.
 *
 * @param fleet as for any fleet; {@code booted} devices are those that are on now
 * @param versions how many devices run each version, including those that are off
 * @param counts since the start
 */
public record UpdateReport(
        FleetReport fleet, Map<String, Integer> versions, Map<UpdateCount, Long> counts) {

    public UpdateReport {
        versions = new TreeMap<>(versions);
        counts = Map.copyOf(counts);
    }

    public long count(UpdateCount what) {
        return counts.getOrDefault(what, 0L);
    }

    /** How many devices run this version. */
    public int running(String version) {
        return versions.getOrDefault(version, 0);
    }

    /** What the server did that would break, brick or loop a device. */
    public List<Finding> broken() {
        return fleet.allFindings().broken();
    }

    /** Whether the server replied and did nothing that would break, brick or loop a device. */
    public boolean clean() {
        return fleet.clean();
    }

    /** The complete report for people, in several lines. */
    public String text() {
        var out = new StringBuilder();
        out.append(line()).append('\n');
        var numbers = new StringJoiner(", ");
        for (UpdateCount what : UpdateCount.values()) {
            numbers.add(what + " " + count(what));
        }
        out.append(numbers).append('\n');
        Findings found = fleet.allFindings();
        found.broken().forEach(finding -> out.append("BROKEN ").append(finding).append('\n'));
        if (!found.broken().isEmpty()) {
            out.append(RuleBroken.WHERE).append('\n');
        }
        found.warnings().forEach(finding -> out.append("warning ").append(finding).append('\n'));
        found.troubles().forEach(finding -> out.append("trouble ").append(finding).append('\n'));
        return out.toString();
    }

    /** The progress, in one line. */
    public String line() {
        var running = new StringJoiner(" ");
        versions.forEach((version, devices) -> running.add(version + "×" + devices));
        return String.format(
                Locale.ROOT,
                "%4.0f s  on %d/%d  activated %d  %s  offers %d  complete %d  cut %d  installs %d"
                        + "  rolled back %d  rules broken %d",
                fleet.seconds(),
                fleet.states().booted(),
                fleet.devices(),
                fleet.states().activated(),
                running,
                count(UpdateCount.OFFERS),
                count(UpdateCount.COMPLETE),
                count(UpdateCount.CUT),
                count(UpdateCount.INSTALLS),
                count(UpdateCount.ROLLBACKS),
                fleet.rulesBroken());
    }
}
