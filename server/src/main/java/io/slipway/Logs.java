package io.slipway;

import java.util.logging.Level;
import java.util.logging.Logger;

/** The log's format. */
final class Logs {

    // Referenced, because the JDK drops the level of a logger that is garbage-collected.
    private static final Logger FLYWAY = Logger.getLogger("org.flywaydb");
    private static final Logger HIKARI = Logger.getLogger("com.zaxxer.hikari");

    private Logs() {}

    /** Must run before anything is logged. */
    static void set() {
        // One line per entry.
        System.setProperty(
                "java.util.logging.SimpleFormatter.format", "%1$tF %1$tT %4$s %3$s: %5$s%6$s%n");
        // A first start should print three lines, not forty.
        FLYWAY.setLevel(Level.WARNING);
        HIKARI.setLevel(Level.WARNING);
    }
}
