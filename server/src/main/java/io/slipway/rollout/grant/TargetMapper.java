package io.slipway.rollout.grant;

import io.slipway.firmware.Build;
import io.slipway.rollout.rules.attempt.BuildRef;
import io.slipway.rollout.rules.plan.Target;

/** Maps a build to the target that rollouts use. */
final class TargetMapper {

    private TargetMapper() {}

    static Target build(Build build) {
        Build.Details details = build.details();
        return new Target(
                new BuildRef(build.id(), build.version().toString(), build.elf()),
                build.version(),
                build.facts().chips(),
                build.size(),
                details.scheme(),
                build.boardNames(),
                details.floors(),
                details.needsPsram());
    }
}
