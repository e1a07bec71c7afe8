package io.slipway.rollout.grant;

import io.slipway.device.profile.Profile;
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
                        profile.owner().accountId(),
                        profile.choices().autoUpdate(),
                        profile.choices().channel(),
                        profile.choices().agentId(),
                        profile.choices().tags()),
                runningBuild(profile),
                profile.running().since(),
                profile.board(),
                profile.hardware(),
                named,
                new DeviceFacts.Readings(profile.last().rssi(), profile.last().battery()));
    }

    /** What the device last reported that it runs. */
    static RunningBuild runningBuild(Profile profile) {
        Profile.RunningFirmware running = profile.running();
        return new RunningBuild(running.version(), running.elf(), running.slot());
    }
}
