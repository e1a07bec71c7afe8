package io.slipway.rollout.rules.plan;

import io.slipway.protocol.FirmwareVersion;
import io.slipway.rollout.rules.attempt.RunningBuild;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which devices a rollout is for. Empty or null fields don't restrict it; all others must match.
 *
 * @param boards canonical names, as in {@link Target#boards}
 * @param from the lowest running version, inclusive
 * @param to the highest, inclusive
 * @param tags at least one of them
 * @param listedOnly only devices that the rollout names
 */
public record Selection(
        Set<String> boards,
        Set<String> chips,
        @Nullable FirmwareVersion from,
        @Nullable FirmwareVersion to,
        Set<String> channels,
        Set<String> agents,
        Set<String> tags,
        boolean listedOnly) {

    public static final Selection ALL =
            new Selection(Set.of(), Set.of(), null, null, Set.of(), Set.of(), Set.of(), false);

    public Selection {
        boards = Set.copyOf(boards);
        chips = Set.copyOf(chips);
        channels = Set.copyOf(channels);
        agents = Set.copyOf(agents);
        tags = Set.copyOf(tags);
    }

    /**
     * @param board the canonical name of the reported board, {@code ""} when the build isn't for it
     * @param named whether the rollout names the device
     */
    boolean matches(DeviceFacts device, String board, boolean named) {
        return (!listedOnly || named)
                && (boards.isEmpty() || boards.contains(board))
                && (chips.isEmpty() || chips.contains(device.hardware().chip()))
                && (channels.isEmpty() || channels.contains(device.owner().channel()))
                && (agents.isEmpty() || agents.contains(device.owner().agent()))
                && (tags.isEmpty() || device.owner().tags().stream().anyMatch(tags::contains))
                && inRange(device.running());
    }

    private boolean inRange(RunningBuild running) {
        if (from == null && to == null) {
            return true;
        }
        return running.parsed()
                .filter(version -> from == null || version.compareTo(from) >= 0)
                .filter(version -> to == null || version.compareTo(to) <= 0)
                .isPresent();
    }
}
