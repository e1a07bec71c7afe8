package io.slipway.rollout.grant;

import io.slipway.device.Profile;
import io.slipway.rollout.rules.attempt.RunningBuild;
import io.slipway.rollout.rules.plan.DeviceFacts;
import java.util.Set;

/** Maps a device of the registry to the facts that rollouts use. */
final class DeviceFactsMapper {

    private DeviceFactsMapper() {}

    /**
     * The facts as the device last reported them.
     *
     * @param listedBy rollouts that name it in their list of devices
     * @param canaryOf rollouts that name it as a canary
     */
    static DeviceFacts of(Profile profile, Set<String> listedBy, Set<String> canaryOf) {
        return new DeviceFacts(
                Long.toString(profile.id()),
                profile.owner().accountId(),
                profile.choices().autoUpdate(),
                runningBuild(profile),
                profile.running().since(),
                profile.board(),
                profile.hardware().chip(),
                profile.hardware().chipRevision(),
                profile.hardware().partitions(),
                profile.choices().channel(),
                profile.choices().agentId(),
                profile.choices().tags(),
                listedBy,
                canaryOf,
                profile.hardware().psramSize(),
                profile.last().rssi(),
                profile.last().battery());
    }

    /** What the device last reported that it runs. */
    static RunningBuild runningBuild(Profile profile) {
        Profile.RunningFirmware running = profile.running();
        return new RunningBuild(running.version(), running.elf(), running.slot());
    }
}
