package io.slipway.comeover;

import java.util.Locale;
import java.util.Optional;

/** The servers whose databases can be read, by the names that the command line has for them. */
public enum ForeignServer {
    /** xinnan-tech/xiaozhi-esp32-server with its manager-api. */
    XINNAN,
    /** joey-zhou/xiaozhi-esp32-server-java. */
    JOEY;

    public static Optional<ForeignServer> named(String name) {
        for (ForeignServer each : values()) {
            if (each.word().equals(name)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    /** In lower case. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
