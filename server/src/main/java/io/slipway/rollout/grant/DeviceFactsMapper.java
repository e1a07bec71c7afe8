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
                profile.accountId(),
                profile.autoUpdate(),
                new RunningBuild(profile.version(), profile.elf(), profile.slot()),
                profile.runningSince(),
                profile.board(),
                profile.chip(),
                profile.chipRevision(),
                profile.partitions(),
                profile.channel(),
                profile.agentId(),
                profile.tags(),
                listedBy,
                canaryOf,
                profile.psramSize(),
                profile.rssi(),
                profile.battery());
    }
}
