package io.slipway.rollout.rules.plan;

import io.slipway.protocol.ota.CheckIn;
import io.slipway.protocol.socket.Battery;
import io.slipway.rollout.rules.attempt.RunningBuild;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A device at the check-in that is being answered.
 *
 * @param id identifies the device permanently; the share it belongs to depends on it
 * @param running as it reports now
 * @param runningSince when it first reported so in a check-in that was answered with 200, with no
 *     different report since, epoch ms; the time of this check-in if there was none before. A
 *     check-in that got another answer did not mark the build valid, and such a device can't take
 *     an update (update-rules F7, F8)
 * @param board as it reports; {@code ""} when unknown
 * @param hardware as it reports
 */
public record DeviceFacts(
        String id,
        DeviceOwner owner,
        RunningBuild running,
        long runningSince,
        String board,
        CheckIn.Hardware hardware,
        NamedBy named,
        Readings readings) {

    /**
     * Whose it is, and what its owner says of it.
     *
     * @param account null while it is not bound
     * @param autoUpdate whether its owner allows updates
     * @param channel {@code ""} for none
     * @param agent {@code ""} for none
     */
    public record DeviceOwner(
            @Nullable String account,
            boolean autoUpdate,
            String channel,
            String agent,
            Set<String> tags) {

        public DeviceOwner {
            tags = Set.copyOf(tags);
        }
    }

    /**
     * The rollouts that name it.
     *
     * @param listedBy in their list of devices
     * @param canaryOf as a canary
     */
    public record NamedBy(Set<String> listedBy, Set<String> canaryOf) {

        public static final NamedBy NONE = new NamedBy(Set.of(), Set.of());

        public NamedBy {
            listedBy = Set.copyOf(listedBy);
            canaryOf = Set.copyOf(canaryOf);
        }
    }

    /**
     * What changes from one check-in to the next.
     *
     * @param rssi its signal at this check-in, in dBm; 0 for unknown
     * @param battery as last reported; null for unknown
     */
    public record Readings(int rssi, @Nullable Battery battery) {

        public static final Readings UNKNOWN = new Readings(0, null);
    }

    public DeviceFacts withRssi(int rssi) {
        var now = new Readings(rssi, readings.battery);
        return new DeviceFacts(id, owner, running, runningSince, board, hardware, named, now);
    }
}
