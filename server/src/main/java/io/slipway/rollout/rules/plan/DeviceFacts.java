package io.slipway.rollout.rules.plan;

import io.slipway.protocol.ota.Partition;
import io.slipway.protocol.socket.Battery;
import io.slipway.rollout.rules.attempt.RunningBuild;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A device at the check-in that is being answered.
 *
 * @param id identifies the device permanently; the share it belongs to depends on it
 * @param account null while it is not bound
 * @param autoUpdate whether its owner allows updates
 * @param running as it reports now
 * @param runningSince when it first reported so in a check-in that was answered with 200, with no
 *     different report since, epoch ms; the time of this check-in if there was none before. A
 *     check-in that got another answer did not mark the build valid, and such a device can't take
 *     an update (update-rules F7, F8)
 * @param board {@code ""} when unknown
 * @param chip {@code ""} when unknown
 * @param partitions empty when unknown
 * @param channel {@code ""} for none
 * @param agent {@code ""} for none
 * @param listedBy rollouts that name it in their list of devices
 * @param canaryOf rollouts that name it as a canary
 * @param psramSize in bytes; negative if it never reported it
 * @param rssi its signal at this check-in, in dBm; 0 for unknown
 * @param battery as last reported; null for unknown
 */
public record DeviceFacts(
        String id,
        @Nullable String account,
        boolean autoUpdate,
        RunningBuild running,
        long runningSince,
        String board,
        String chip,
        int chipRevision,
        List<Partition> partitions,
        String channel,
        String agent,
        Set<String> tags,
        Set<String> listedBy,
        Set<String> canaryOf,
        long psramSize,
        int rssi,
        @Nullable Battery battery) {

    /** A device that reports no PSRAM, signal or battery. */
    public DeviceFacts(
            String id,
            @Nullable String account,
            boolean autoUpdate,
            RunningBuild running,
            long runningSince,
            String board,
            String chip,
            int chipRevision,
            List<Partition> partitions,
            String channel,
            String agent,
            Set<String> tags,
            Set<String> listedBy,
            Set<String> canaryOf) {
        this(
                id,
                account,
                autoUpdate,
                running,
                runningSince,
                board,
                chip,
                chipRevision,
                partitions,
                channel,
                agent,
                tags,
                listedBy,
                canaryOf,
                -1,
                0,
                null);
    }

    public DeviceFacts withRssi(int now) {
        return with(psramSize, now, battery);
    }

    DeviceFacts withPsram(long size) {
        return with(size, rssi, battery);
    }

    DeviceFacts withBattery(@Nullable Battery told) {
        return with(psramSize, rssi, told);
    }

    private DeviceFacts with(long psram, int signal, @Nullable Battery told) {
        return new DeviceFacts(
                id,
                account,
                autoUpdate,
                running,
                runningSince,
                board,
                chip,
                chipRevision,
                partitions,
                channel,
                agent,
                tags,
                listedBy,
                canaryOf,
                psram,
                signal,
                told);
    }

    public DeviceFacts {
        partitions = List.copyOf(partitions);
        tags = Set.copyOf(tags);
        listedBy = Set.copyOf(listedBy);
        canaryOf = Set.copyOf(canaryOf);
    }
}
