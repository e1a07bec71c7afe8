package io.slipway.rollout;

import io.slipway.firmware.Build;

/** A build of the shelf as rollouts see it. */
final class TargetOf {

    private TargetOf() {}

    static Target build(Build build) {
        Build.Facts facts = build.facts();
        return new Target(
                new BuildRef(build.id(), build.version().toString(), build.elf()),
                build.version(),
                facts.chip(),
                facts.minRevision(),
                facts.maxRevision(),
                build.size(),
                build.scheme(),
                build.boardNames(),
                build.floors());
    }
}
