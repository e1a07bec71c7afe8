package io.slipway.rollout.rules.attempt;

/**
 * Identifies an uploaded build.
 *
 * @param id assigned by this server
 * @param version as embedded in the image
 * @param elf SHA-256 of its ELF, 64 lower-case hex digits
 */
public record BuildRef(String id, String version, String elf) {

    public BuildRef {
        if (!RunningBuild.isHash(elf)) {
            throw new IllegalArgumentException("a build has an ELF hash of 64 hex digits");
        }
    }
}
