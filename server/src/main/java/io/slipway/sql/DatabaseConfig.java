package io.slipway.sql;

import java.nio.file.Path;

/**
 * @param url {@code jdbc:postgresql://…}; empty for SQLite in {@code folder}
 * @param user PostgreSQL's user, empty when the URL has it
 * @param password its password; never shown
 * @param poolSize PostgreSQL connections for each plane
 */
public record DatabaseConfig(Path folder, String url, String user, String password, int poolSize) {

    public boolean postgres() {
        return !url.isEmpty();
    }

    @Override
    public String toString() {
        return postgres() ? "PostgreSQL" : "SQLite";
    }
}
