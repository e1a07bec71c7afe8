package io.slipway.rollout.grant;

import io.slipway.rollout.rules.Given;
import java.util.Map;

/**
 * A build with its behaviour on real boards.
 *
 * @param odd boards on which it behaves differently
 */
record SimImage(String version, String elf, Behaviour usual, Map<String, Behaviour> odd) {

    enum Behaviour {
        GOOD,
        /** The device finds the image broken and keeps the old one. */
        CORRUPT,
        /** Crashes before its first check-in. */
        CRASHES_EARLY,
        /** Crashes between the answer to its first check-in and being marked valid. */
        CRASHES_ON_ANSWER,
        /** Is marked valid, then crashes, again and again. */
        CRASHES_VALID,
        /** Hangs until it is powered off. */
        HANGS
    }

    static SimImage good(String version) {
        return of(version, Behaviour.GOOD);
    }

    static SimImage of(String version, Behaviour behaviour) {
        return new SimImage(version, Given.elf(version), behaviour, Map.of());
    }

    static SimImage badOn(String board, String version, Behaviour behaviour) {
        return new SimImage(version, Given.elf(version), Behaviour.GOOD, Map.of(board, behaviour));
    }

    /** Another build with the same version. */
    SimImage imitation() {
        return new SimImage(version, Given.elf("not " + version), Behaviour.GOOD, Map.of());
    }

    SimImage withoutHash() {
        return new SimImage(version, "", Behaviour.GOOD, Map.of());
    }

    Behaviour on(String board) {
        return odd.getOrDefault(board, usual);
    }
}
