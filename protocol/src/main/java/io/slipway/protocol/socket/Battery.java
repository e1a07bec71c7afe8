package io.slipway.protocol.socket;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A device's battery level, as its tool {@link #TOOL} reports it ({@code wifi_board.cc}, {@code
 * GetDeviceStatusJson}). Boards without a battery leave it out.
 *
 * @param level in percent, 0 to 100
 * @param at when it was reported, epoch ms
 */
public record Battery(int level, boolean charging, long at) {

    /** In all firmware that has tools, 1.6.6 and newer. */
    public static final String TOOL = "self.get_device_status";

    public Battery {
        if (level < 0 || level > 100) {
            throw new IllegalArgumentException("a level of " + level);
        }
    }

    /**
     * Parses the result of a call of {@link #TOOL}: the status is JSON in its text. Empty if it
     * reports no battery, or not both the level and whether it is charging. Never throws.
     */
    public static Optional<Battery> read(String result, long at) {
        try {
            String list = JsonMembers.lenient(result).array("content");
            List<String> content = list == null ? List.of() : JsonMembers.items(list);
            if (content.isEmpty() || !content.getFirst().startsWith("{")) {
                return Optional.empty();
            }
            String status = JsonMembers.lenient(content.getFirst()).string("text");
            String battery = status == null ? null : JsonMembers.lenient(status).object("battery");
            return battery == null ? Optional.empty() : of(JsonMembers.lenient(battery), at);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<Battery> of(JsonMembers battery, long at) {
        Long level = battery.whole("level");
        Boolean charging = battery.bool("charging");
        return level == null || charging == null || level < 0 || level > 100
                ? Optional.empty()
                : Optional.of(new Battery(level.intValue(), charging, at));
    }
}
