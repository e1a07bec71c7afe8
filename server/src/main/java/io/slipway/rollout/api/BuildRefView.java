package io.slipway.rollout.api;

import io.slipway.rollout.rules.attempt.BuildRef;

/** Which build. */
record BuildRefView(String id, String version, String elfSha256) {

    static BuildRefView of(BuildRef build) {
        return new BuildRefView(build.id(), build.version(), build.elf());
    }
}
