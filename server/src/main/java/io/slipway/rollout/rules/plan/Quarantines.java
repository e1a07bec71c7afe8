package io.slipway.rollout.rules.plan;

import java.util.Set;

/** Builds that no device is offered, and builds that this device is not offered. By id. */
public record Quarantines(Set<String> everywhere, Set<String> here) {

    public static final Quarantines NONE = new Quarantines(Set.of(), Set.of());

    public Quarantines {
        everywhere = Set.copyOf(everywhere);
        here = Set.copyOf(here);
    }
}
