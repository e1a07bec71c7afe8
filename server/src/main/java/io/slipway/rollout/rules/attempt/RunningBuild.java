package io.slipway.rollout.rules.attempt;

import io.slipway.protocol.FirmwareVersion;
import java.util.Locale;
import java.util.Optional;

/**
 * What a device reports that it runs.
 *
 * @param version as reported, perhaps malformed
 * @param elf SHA-256 of the ELF in lower-case hex; {@code ""} when absent or not 64 hex digits: the
 *     published protocol's sample has 48
 * @param slot label of the running partition, {@code ""} when unknown
 */
public record RunningBuild(String version, String elf, String slot) {

    private static final int HASH_DIGITS = 64;

    public RunningBuild {
        elf = elf.toLowerCase(Locale.ROOT);
        elf = isHash(elf) ? elf : "";
    }

    static boolean isHash(String text) {
        if (text.length() != HASH_DIGITS) {
            return false;
        }
        for (int i = 0; i < HASH_DIGITS; i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }

    /** Empty if sending this version, or any to compare with it, would crash the device. */
    public Optional<FirmwareVersion> parsed() {
        return FirmwareVersion.parse(version);
    }

    /** By hash if both have one, otherwise by version alone. */
    public boolean sameBuild(RunningBuild other) {
        return same(other.version, other.elf);
    }

    /** By hash if the device reports one, otherwise by version alone. */
    public boolean runs(BuildRef build) {
        return same(build.version(), build.elf());
    }

    /** Reports this build's version but is another build (update-rules U13). */
    public boolean imitates(BuildRef build) {
        return version.equals(build.version()) && !runs(build);
    }

    private boolean same(String otherVersion, String otherElf) {
        return (elf.isEmpty() || otherElf.isEmpty())
                ? version.equals(otherVersion)
                : elf.equals(otherElf);
    }

    /** Whether it may run from the same slot; an unknown slot matches any. */
    public boolean sameSlot(RunningBuild other) {
        return slot.isEmpty() || other.slot.isEmpty() || slot.equals(other.slot);
    }
}
