package io.slipway.simulator.count;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/** Counts findings by rule and stores the first of each. */
public final class Tally {

    private final ConcurrentHashMap<String, Finding> findings = new ConcurrentHashMap<>();

    public void add(String rule, String what, String mac) {
        findings.merge(
                rule,
                new Finding(rule, 1, what, mac),
                (first, next) -> new Finding(rule, first.count() + 1, first.what(), first.mac()));
    }

    public List<Finding> list() {
        return findings.values().stream().sorted(Comparator.comparing(Finding::rule)).toList();
    }
}
