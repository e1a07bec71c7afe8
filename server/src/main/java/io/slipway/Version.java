package io.slipway;

import org.jspecify.annotations.Nullable;

/** Which version of the program this is. */
final class Version {

    private Version() {}

    /** As the jar says; {@code dev} for classes that are in none. */
    static String current() {
        @Nullable String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }
}
