package io.slipway.base;

import io.slipway.http.Fields;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The time zones that accounts and devices may have: those of the JDK, by their IANA names. Each
 * has a number, for use where a name would take too much room; numbers are only valid within this
 * process.
 */
public final class Zones {

    /** The maximum length of a name, in characters. */
    public static final int MAX_NAME = 64;

    /** The number of bits of a number. */
    public static final int BITS = 10;

    /** The number for no zone: the server's applies. */
    public static final int SERVERS = 0;

    private static final List<ZoneId> ALL =
            ZoneId.getAvailableZoneIds().stream()
                    .filter(name -> name.length() <= MAX_NAME)
                    .sorted()
                    .limit((1 << BITS) - 1)
                    .map(ZoneId::of)
                    .toList();

    private static final Map<String, Integer> NUMBERS = new HashMap<>();

    static {
        for (int i = 0; i < ALL.size(); i++) {
            NUMBERS.put(ALL.get(i).getId(), i + 1);
        }
    }

    private Zones() {}

    /**
     * The number of a stored name.
     *
     * @return {@link #SERVERS} for {@code ""}, and for a zone that this JDK no longer knows
     */
    public static int number(String name) {
        return NUMBERS.getOrDefault(name, SERVERS);
    }

    /** The zone of a number. */
    public static ZoneId of(int number, ZoneId servers) {
        return number == SERVERS ? servers : ALL.get(number - 1);
    }

    /**
     * The name in a field; {@code ""} removes the setting, null if the field is absent.
     *
     * @throws io.slipway.http.Problem 400 if there is no such zone
     */
    public static @Nullable String field(Fields fields, String name) {
        String zone = fields.optional(name, MAX_NAME);
        if (zone != null && !zone.isBlank() && !NUMBERS.containsKey(zone.strip())) {
            throw fields.wrong(
                    name,
                    "不是 IANA 时区名，例如 Asia/Shanghai",
                    "must be an IANA time zone name such as Europe/Berlin");
        }
        return zone == null ? null : zone.strip();
    }
}
