package io.slipway;

import java.util.logging.Level;
import java.util.logging.Logger;

/** What the log looks like. */
final class Logs {

    // Held, because the JDK forgets the level of a logger that nobody holds.
    private static final Logger FLYWAY = Logger.getLogger("org.flywaydb");
    private static final Logger HIKARI = Logger.getLogger("com.zaxxer.hikari");

    private Logs() {}

    /** Before anything logs. */
    static void set() {
        // One line an entry.
        System.setProperty(
                "java.util.logging.SimpleFormatter.format", "%1$tF %1$tT %4$s %3$s: %5$s%6$s%n");
        // A first start should say three lines, not forty.
        FLYWAY.setLevel(Level.WARNING);
        HIKARI.setLevel(Level.WARNING);
    }
}
