package io.slipway;

import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/** Which version of the program this is. */
final class Version {

    /** Of classes that are in no jar. */
    private static final Instant FIRST = Instant.parse("2026-01-01T00:00:00Z");

    private Version() {}

    /** As the jar says; {@code dev} for classes that are in none. */
    static String current() {
        @Nullable String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }

    /** When it was built, as the jar says: no clock that is right says anything earlier. */
    static Instant built() {
        try {
            @Nullable URL own = Version.class.getResource("Version.class");
            if (own != null && own.openConnection() instanceof JarURLConnection jar) {
                @Nullable String built = jar.getMainAttributes().getValue("Build-Date");
                return built == null ? FIRST : Instant.parse(built);
            }
            return FIRST;
        } catch (IOException | DateTimeParseException e) {
            return FIRST;
        }
    }
}
