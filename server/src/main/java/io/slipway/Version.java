package io.slipway;

import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/** The version of the program. */
final class Version {

    /** For classes that are not in a jar. */
    private static final Instant FIRST = Instant.parse("2026-01-01T00:00:00Z");

    private Version() {}

    /** The version in the jar; {@code dev} without a jar. */
    static String current() {
        @Nullable String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }

    /** The build time in the jar: no correct clock shows anything earlier. */
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
