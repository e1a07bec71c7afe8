package io.slipway.rollout.rules.plan;

import java.util.Set;

/** Builds that are offered to nobody, and builds that are not offered to this device. By id. */
public record Quarantines(Set<String> everywhere, Set<String> here) {

    public static final Quarantines NONE = new Quarantines(Set.of(), Set.of());

    public Quarantines {
        everywhere = Set.copyOf(everywhere);
        here = Set.copyOf(here);
    }
}
