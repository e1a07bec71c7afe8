package io.slipway.http;

import io.vertx.core.http.HttpHeaders;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The value of the {@code Date} header, formatted once a second. Thread-safe. */
public final class DateHeader {

    private static final DateTimeFormatter RFC_1123 =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private final InstantSource clock;
    private volatile Stamp stamp = new Stamp(0, "");

    private record Stamp(long second, CharSequence text) {}

    public DateHeader(InstantSource clock) {
        this.clock = clock;
    }

    /** The current second. */
    public CharSequence value() {
        long second = clock.millis() / 1000;
        Stamp current = stamp;
        if (current.second != second) {
            current =
                    new Stamp(
                            second, HttpHeaders.createOptimized(RFC_1123.format(clock.instant())));
            stamp = current;
        }
        return current.text;
    }
}
