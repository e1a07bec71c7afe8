package io.slipway.device;

import io.slipway.http.Problem;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The sort order of a list of devices; among equals, the newer one comes last. */
enum DeviceOrder {
    MAC,
    /** Devices without an alias come last, even in reverse order. */
    ALIAS,
    BOARD,
    /** Numerically: 2.10 is higher than 2.9. */
    VERSION,
    /** Has no index: each check-in would have to update it. */
    SEEN,
    /** Ids grow with time, so this is the order of ids. */
    BOUND;

    /** Null if no order was requested. */
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

    /** The sort key of the device {@code d} with its last-seen row {@code s}. */
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

    /** The tie-breaker; null where no two are equal. */
    @Nullable String tie() {
        return switch (this) {
            // 0 except for a MAC that several devices have: part of the MAC's index.
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
