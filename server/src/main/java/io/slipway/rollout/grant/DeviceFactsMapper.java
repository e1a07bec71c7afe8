package io.slipway.rollout.grant;

import io.slipway.device.Profile;
import io.slipway.rollout.rules.attempt.RunningBuild;
import io.slipway.rollout.rules.plan.DeviceFacts;
import java.util.Set;

/** A device of the registry as rollouts see it. */
final class DeviceFactsMapper {

    private DeviceFactsMapper() {}

    /**
     * A device as it reported itself last.
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
