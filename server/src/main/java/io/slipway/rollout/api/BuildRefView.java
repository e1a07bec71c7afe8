package io.slipway.rollout.api;

import io.slipway.rollout.rules.attempt.BuildRef;

/** A reference to a build. */
record BuildRefView(String id, String version, String elfSha256) {

    static BuildRefView of(BuildRef build) {
        return new BuildRefView(build.id(), build.version(), build.elf());
    }
}
