package io.slipway.rollout.grant;

import io.slipway.firmware.Build;
import io.slipway.rollout.rules.attempt.BuildRef;
import io.slipway.rollout.rules.plan.Target;

/** Maps a build to the target that rollouts use. */
final class TargetMapper {

    private TargetMapper() {}

    static Target build(Build build) {
        Build.ImageFacts facts = build.facts();
        return new Target(
                new BuildRef(build.id(), build.version().toString(), build.elf()),
                build.version(),
                facts.chip(),
                facts.minRevision(),
                facts.maxRevision(),
                build.size(),
                build.scheme(),
                build.boardNames(),
                build.floors(),
                build.needsPsram());
    }
}
