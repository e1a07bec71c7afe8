package io.slipway.device;

import io.slipway.http.Problem;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a list of devices is sorted by; of two that are equal, the newer one comes last. */
enum DeviceOrder {
    MAC,
    /** Those without one come last, also when the order is turned round. */
    ALIAS,
    BOARD,
    /** By its numbers: 2.10 is more than 2.9. */
    VERSION,
    /** Has no index: each check-in would have to move in it. */
    SEEN,
    /** Ids grow with time, so this is their order. */
    BOUND;

    /** Null when nothing was asked for. */
    static @Nullable DeviceOrder of(@Nullable String name) {
        if (name == null || name.isEmpty()) {
            return null;
        }
        return Arrays.stream(values())
                .filter(order -> order.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst()
                .orElseThrow(() ->
                        Problem.field(
                                "sort",
                                "应为 mac、alias、board、version、seen 或 bound",
                                "must be mac, alias, board, version, seen or bound"));
    }

    /** The sort key of the device {@code d} whose last sign is {@code s}. */
    String column() {
        return switch (this) {
            case MAC -> "d.mac";
            case ALIAS -> "d.alias_key";
            case BOARD -> "d.board_key";
            case VERSION -> "d.version";
            case SEEN -> "COALESCE(s.seen_at, 0)";
            case BOUND -> "d.id";
        };
    }

    /** What orders those that are equal in it; null where none are. */
    @Nullable String tie() {
        return switch (this) {
            // 0 but for a MAC that several have: in the index, as the MAC is.
            case MAC -> "d.twin";
            case BOUND -> null;
            case ALIAS, BOARD, VERSION, SEEN -> "d.id";
        };
    }

    String key(Device device) {
        return switch (this) {
            case MAC -> Long.toString(device.mac().bits());
            case ALIAS -> SearchKey.of(device.choices().alias());
            case BOARD -> SearchKey.of(device.report().board());
            case VERSION -> device.report().version();
            case SEEN -> Long.toString(device.seen().seenAt());
            case BOUND -> Long.toString(device.id());
        };
    }
}
