package io.slipway.comeover;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.OptionalLong;

/** Times as MariaDB and MySQL write them. */
final class ForeignTime {

    private ForeignTime() {}

    /**
     * @param text {@code yyyy-MM-dd HH:mm:ss}, with or without a fraction
     * @return epoch ms; empty if it is no time, such as {@code 0000-00-00 00:00:00}
     */
    static OptionalLong parse(String text, ZoneId zone) {
        try {
            return OptionalLong.of(
                    LocalDateTime.parse(text.replace(' ', 'T'))
                            .atZone(zone)
                            .toInstant()
                            .toEpochMilli());
        } catch (DateTimeException | ArithmeticException e) {
            return OptionalLong.empty();
        }
    }
}
