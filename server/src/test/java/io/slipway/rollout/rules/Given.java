package io.slipway.rollout.rules;

import io.slipway.firmware.ChipRange;
import io.slipway.firmware.Scheme;
import io.slipway.protocol.FirmwareVersion;
import io.slipway.protocol.ota.CheckIn;
import io.slipway.protocol.ota.Partition;
import io.slipway.rollout.rules.attempt.BuildRef;
import io.slipway.rollout.rules.attempt.RunningBuild;
import io.slipway.rollout.rules.attempt.Stratum;
import io.slipway.rollout.rules.gate.Gate;
import io.slipway.rollout.rules.gate.Halts;
import io.slipway.rollout.rules.plan.DeviceFacts;
import io.slipway.rollout.rules.plan.Limits;
import io.slipway.rollout.rules.plan.Rollout;
import io.slipway.rollout.rules.plan.Schedule;
import io.slipway.rollout.rules.plan.Selection;
import io.slipway.rollout.rules.plan.Target;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Devices, builds and rollouts for tests. */
public final class Given {

    public static final long SECOND = 1_000;
    public static final long MINUTE = 60 * SECOND;
    public static final long HOUR = 60 * MINUTE;
    public static final long DAY = 24 * HOUR;

    /** An arbitrary time. */
    public static final long T0 = 1_790_000_000_000L;

    public static final String BOARD = "bread-compact-wifi";
    public static final String CHIP = "esp32s3";
    public static final String ACCOUNT = "maker";

    public static final ChipRange ANY_REVISION = new ChipRange(CHIP, 0, 0);

    public static final List<Partition> V2_16M =
            List.of(
                    new Partition("nvs", 1, 2, 0x9000, 0x4000),
                    new Partition("otadata", 1, 0, 0xd000, 0x2000),
                    new Partition("ota_0", 0, 16, 0x20000, 0x3f0000),
                    new Partition("ota_1", 0, 17, 0x410000, 0x3f0000),
                    new Partition("assets", 1, 130, 0x800000, 0x800000));

    public static final List<Partition> V1_16M =
            List.of(
                    new Partition("model", 1, 130, 0x10000, 0xf0000),
                    new Partition("ota_0", 0, 16, 0x100000, 0x600000),
                    new Partition("ota_1", 0, 17, 0x700000, 0x600000));

    public static final List<Partition> V2_4M =
            List.of(
                    new Partition("factory", 0, 0, 0x10000, 0x2f0000),
                    new Partition("assets", 1, 130, 0x300000, 0x100000));

    public static final Gate GATE = new Gate(29, 0.10, 0.20, Duration.ofHours(24));

    /** Without limits, at any hour. */
    public static final Schedule AT_ONCE = new Schedule(Limits.NONE, null, 0);

    private Given() {}

    public static FirmwareVersion version(String text) {
        return FirmwareVersion.parse(text).orElseThrow();
    }

    /** The hash of the one build that has this name. */
    public static String elf(String name) {
        return "%064x".formatted(name.hashCode() & 0xffffffffL);
    }

    public static BuildRef build(String version) {
        return new BuildRef("build-" + version, version, elf(version));
    }

    public static RunningBuild running(String version) {
        return running(version, "ota_0");
    }

    public static RunningBuild running(String version, String slot) {
        return new RunningBuild(version, elf(version), slot);
    }

    public static Stratum stratum(String from) {
        return new Stratum(BOARD, CHIP, Scheme.V2, from);
    }

    public static Target target(String version) {
        return target(version, 2_600_000, Scheme.V2, List.of());
    }

    public static Target target(
            String version, long size, Scheme scheme, List<FirmwareVersion> floors) {
        return new Target(
                build(version),
                version(version),
                ANY_REVISION,
                size,
                scheme,
                Map.of(BOARD, BOARD, "bread-compact-wifi-old-name", BOARD),
                floors,
                false);
    }

    public static DeviceFacts device(RunningBuild running) {
        return device(running, BOARD, CHIP, V2_16M);
    }

    public static DeviceFacts device(
            RunningBuild running, String board, String chip, List<Partition> partitions) {
        return new DeviceFacts(
                "d4:06:06:b6:a9:fa",
                new DeviceFacts.DeviceOwner(ACCOUNT, true, "", "", Set.of()),
                running,
                T0 - DAY,
                board,
                new CheckIn.Hardware(chip, 2, 0, CheckIn.UNKNOWN, partitions),
                DeviceFacts.NamedBy.NONE,
                DeviceFacts.Readings.UNKNOWN);
    }

    public static Rollout rollout(String id, Target target) {
        return new Rollout(
                id,
                T0 - DAY,
                new Rollout.Reach(null, Selection.ALL, "salt of " + id),
                target,
                null,
                new Rollout.Course(
                        List.of(new Rollout.Stage(1, GATE)),
                        0,
                        Rollout.Status.RUNNING,
                        Limits.Load.NONE,
                        Halts.NONE),
                AT_ONCE,
                true);
    }
}
