package io.slipway.rollout.rules.plan;

import io.slipway.firmware.ChipRange;
import io.slipway.firmware.Scheme;
import io.slipway.protocol.FirmwareVersion;
import io.slipway.rollout.rules.attempt.BuildRef;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The properties of a build that determine which devices can have it.
 *
 * @param size of the image, in bytes
 * @param boards the boards it is for: names and aliases, in lower case, each mapped to the
 *     canonical name, because boards are renamed between releases
 * @param floors versions that a device must have reached before it may have this one
 * @param needsPsram whether it doesn't run on a device without PSRAM
 */
public record Target(
        BuildRef build,
        FirmwareVersion version,
        ChipRange chips,
        long size,
        Scheme scheme,
        Map<String, String> boards,
        List<FirmwareVersion> floors,
        boolean needsPsram) {

    public Target {
        if (!FirmwareVersion.uploadable(build.version())
                || !version.toString().equals(build.version())) {
            throw new IllegalArgumentException("the version must be the one inside the image");
        }
        boards = Map.copyOf(boards);
        floors = List.copyOf(floors);
    }

    /** The canonical name of a reported board, {@code ""} when the build isn't for it. */
    public String board(String reported) {
        return boards.getOrDefault(reported.toLowerCase(Locale.ROOT), "");
    }
}
