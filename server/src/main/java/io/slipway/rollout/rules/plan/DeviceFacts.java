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
 * @param id names the device for ever; the share it belongs to hangs on it
 * @param account null while nobody has bound it
 * @param autoUpdate whether its owner lets it be updated
 * @param running as it says now
 * @param runningSince when it first said so in a check-in that was answered with 200, with no
 *     different one since, epoch ms; that of this check-in when there was none before. What got
 *     another answer was not marked valid by it and can't take an update (update-rules F7, F8)
 * @param board {@code ""} when unknown
 * @param chip {@code ""} when unknown
 * @param partitions empty when unknown
 * @param channel {@code ""} for none
 * @param agent {@code ""} for none
 * @param listedBy rollouts that name it in their list of devices
 * @param canaryOf rollouts that name it as a canary
 * @param psramSize in bytes; negative where it never said
 * @param rssi its signal at this check-in, in dBm; 0 for unknown
 * @param battery as it told it last; null for unknown
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

    /** As one that says nothing of PSRAM, signal and battery. */
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
