package io.slipway.rollout.rules.plan;

import io.slipway.firmware.Scheme;
import io.slipway.protocol.FirmwareVersion;
import io.slipway.protocol.ota.CheckIn;
import io.slipway.rollout.rules.attempt.BuildRef;
import io.slipway.rollout.rules.attempt.Retries;
import io.slipway.rollout.rules.attempt.RunningBuild;
import io.slipway.rollout.rules.attempt.Stratum;
import io.slipway.rollout.rules.plan.Decision.DetailedRefusal;
import org.jspecify.annotations.Nullable;

/**
 * Whether a device could have a rollout's build at all: what doesn't change from one check-in to
 * the next. Null means yes.
 */
public final class Suitability {

    /** Firmware supports {@code force} from this version on (update-rules F5). */
    private static final FirmwareVersion KNOWS_FORCE = FirmwareVersion.parse("1.6.0").orElseThrow();

    private final DeviceFacts device;
    private final CheckIn.Hardware hardware;
    private final @Nullable FirmwareVersion version;
    private final Scheme scheme;
    private final long room;

    // What is the same for all rollouts is computed once: a check-in may meet twenty of them.
    public Suitability(DeviceFacts device) {
        this.device = device;
        hardware = device.hardware();
        version = device.running().parsed().orElse(null);
        scheme = Scheme.of(hardware.partitions());
        room = Slots.of(hardware.partitions()).room(device.running().slot());
    }

    /** Whether the device may be updated at all. */
    @Nullable DetailedRefusal device() {
        if (device.owner().account() == null) {
            return DetailedRefusal.of(Refusal.UNBOUND);
        }
        if (!device.owner().autoUpdate()) {
            return DetailedRefusal.of(Refusal.OPTED_OUT);
        }
        return null;
    }

    /** Whether the rollout is meant for the device. */
    public @Nullable DetailedRefusal selection(Rollout rollout) {
        if (!rollout.reach().includes(device.owner().account())) {
            return DetailedRefusal.of(Refusal.OTHER_ACCOUNT);
        }
        String board = rollout.target().board(device.board());
        boolean selected =
                rollout.reach().selection().matches(device, board, rollout.names(device));
        return selected ? null : DetailedRefusal.of(Refusal.NOT_SELECTED);
    }

    /** Whether the build would run on it, and whether the device would take it. */
    @Nullable DetailedRefusal build(Rollout rollout) {
        RunningBuild running = device.running();
        if (running.runs(rollout.target().build())) {
            return DetailedRefusal.of(Refusal.ALREADY);
        }
        if (version == null) {
            return new DetailedRefusal(Refusal.VERSION_UNREADABLE, running.version());
        }
        DetailedRefusal refused = hardware(rollout.target());
        return refused != null ? refused : direction(running, version, rollout);
    }

    private @Nullable DetailedRefusal hardware(Target target) {
        if (device.board().isEmpty()) {
            return DetailedRefusal.of(Refusal.BOARD_UNKNOWN);
        }
        if (target.board(device.board()).isEmpty()) {
            return new DetailedRefusal(Refusal.BOARD_MISMATCH, device.board());
        }
        if (hardware.chip().isEmpty()) {
            return DetailedRefusal.of(Refusal.CHIP_UNKNOWN);
        }
        if (!hardware.chip().equalsIgnoreCase(target.chips().model())) {
            return new DetailedRefusal(
                    Refusal.CHIP_MISMATCH, hardware.chip() + " ≠ " + target.chips().model());
        }
        if (!target.chips().allows(hardware.chipRevision())) {
            return new DetailedRefusal(
                    Refusal.CHIP_REVISION, Integer.toString(hardware.chipRevision()));
        }
        if (hardware.partitions().isEmpty()) {
            return DetailedRefusal.of(Refusal.PARTITIONS_UNKNOWN);
        }
        if (room == 0) {
            return DetailedRefusal.of(Refusal.NO_OTA_SLOT);
        }
        if (!target.scheme().runsOn(scheme)) {
            return new DetailedRefusal(Refusal.SCHEME_MISMATCH, scheme + " ≠ " + target.scheme());
        }
        if (target.size() > room) {
            return new DetailedRefusal(Refusal.IMAGE_TOO_LARGE, target.size() + " > " + room);
        }
        return null;
    }

    private static @Nullable DetailedRefusal direction(
            RunningBuild running, FirmwareVersion version, Rollout rollout) {
        Target target = rollout.target();
        if (running.imitates(target.build())) {
            return new DetailedRefusal(Refusal.SAME_VERSION_OTHER_BUILD, running.elf());
        }
        BuildRef bad = rollout.bad();
        if (bad != null && !running.elf().equals(bad.elf())) {
            return DetailedRefusal.of(Refusal.NOT_THE_BAD_BUILD);
        }
        boolean newer = target.version().isNewerThan(version);
        if (bad == null && !newer) {
            return new DetailedRefusal(Refusal.NOT_NEWER, version + " ≥ " + target.version());
        }
        if (!newer && version.compareTo(KNOWS_FORCE) < 0) {
            return new DetailedRefusal(Refusal.FORCE_NOT_ALLOWED, version.toString());
        }
        for (FirmwareVersion floor : target.floors()) {
            if (floor.isNewerThan(version) && target.version().isNewerThan(floor)) {
                return new DetailedRefusal(Refusal.FLOOR_NOT_PASSED, floor.toString());
            }
        }
        if (!rollout.visible() && Retries.rebootsOnFailure(running)) {
            return new DetailedRefusal(Refusal.REBOOTS_UNWATCHED, version.toString());
        }
        return null;
    }

    /**
     * Whether the device takes the build only when forced, because it isn't newer (update-rules
     * F5).
     */
    boolean needsForce(Target target) {
        return version == null || !target.version().isNewerThan(version);
    }

    public Stratum stratum(Target target) {
        return new Stratum(
                target.board(device.board()), hardware.chip(), scheme, device.running().version());
    }
}
