package io.slipway.rollout.grant;

import io.slipway.device.Profile;
import io.slipway.rollout.rules.attempt.RunningBuild;
import io.slipway.rollout.rules.plan.DeviceFacts;

/** Maps a device of the registry to the facts that rollouts use. */
final class DeviceFactsMapper {

    private DeviceFactsMapper() {}

    /** The facts as the device last reported them. */
    static DeviceFacts of(Profile profile, DeviceFacts.NamedBy named) {
        return new DeviceFacts(
                Long.toString(profile.id()),
                new DeviceFacts.DeviceOwner(
                        profile.accountId(),
                        profile.autoUpdate(),
                        profile.channel(),
                        profile.agentId(),
                        profile.tags()),
                new RunningBuild(profile.version(), profile.elf(), profile.slot()),
                profile.runningSince(),
                new DeviceFacts.ReportedHardware(
                        profile.board(),
                        profile.chip(),
                        profile.chipRevision(),
                        profile.partitions(),
                        profile.psramSize()),
                named,
                new DeviceFacts.Readings(profile.rssi(), profile.battery()));
    }
}
