package io.slipway.device;

import io.slipway.http.Problem;
import io.slipway.lists.MacSpelling;
import io.slipway.protocol.Mac;
import java.util.Comparator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a path identifies a device: by its MAC, which means the caller's own device of that MAC, or
 * by its id, which is unique among all.
 *
 * @param mac null if it is identified by its id
 * @param id 0 if it is identified by its MAC
 */
public record DeviceRef(@Nullable Mac mac, long id) implements Comparable<DeviceRef> {

    /** A number of exactly twelve digits would be read as a MAC. */
    private static final int MIN_ID = 13;

    private static final int MAX_ID = 19;

    public static DeviceRef of(Mac mac) {
        return new DeviceRef(mac, 0);
    }

    /**
     * Parses one.
     *
     * @param field that it was sent in, for the problem
     * @throws Problem 400
     */
    public static DeviceRef parse(String field, String text) {
        return find(text)
                .orElseThrow(() ->
                        Problem.field(
                                field,
                                "应为 MAC 地址或设备 id",
                                "is neither a MAC address nor a device id"));
    }

    /** Like {@link #parse}, empty if it is neither. */
    static Optional<DeviceRef> find(String text) {
        String given = text.strip();
        return MacSpelling.parse(given).map(DeviceRef::of).or(() -> id(given));
    }

    /** An id; empty for anything else. */
    static Optional<DeviceRef> id(String text) {
        int length = text.length();
        if (length < MIN_ID
                || length > MAX_ID
                || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Optional.empty();
        }
        try {
            return Optional.of(new DeviceRef(null, Long.parseLong(text)));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    @Override
    public int compareTo(DeviceRef other) {
        return Comparator.comparing(
                        DeviceRef::mac, Comparator.nullsLast(Comparator.<Mac>naturalOrder()))
                .thenComparingLong(DeviceRef::id)
                .compare(this, other);
    }

    @Override
    public String toString() {
        return mac == null ? Long.toString(id) : mac.toString();
    }
}
