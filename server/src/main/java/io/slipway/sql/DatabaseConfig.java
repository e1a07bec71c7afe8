package io.slipway.sql;

import io.slipway.settings.Settings;
import java.nio.file.Path;

/**
 * @param url {@code jdbc:postgresql://…}; empty for SQLite in {@code folder}
 * @param user PostgreSQL's user, empty if the URL includes it
 * @param password its password; never shown
 * @param poolSize PostgreSQL connections per plane
 */
public record DatabaseConfig(Path folder, String url, String user, String password, int poolSize) {

    public boolean postgres() {
        return !url.isEmpty();
    }

    @Override
    public String toString() {
        return postgres() ? "PostgreSQL" : "SQLite";
    }

    /** Reads them; errors are reported to {@code s}. */
    public static DatabaseConfig read(Settings s) {
        return new DatabaseConfig(
                Path.of(s.text("data.dir", "data", "数据目录", "data folder")),
                s.text(
                        "database.url",
                        "",
                        v -> v.isEmpty() || v.startsWith("jdbc:postgresql://"),
                        "jdbc:postgresql://… or empty",
                        "留空使用内置 SQLite；多节点用 jdbc:postgresql://…",
                        "empty for the embedded SQLite; jdbc:postgresql://… for several nodes"),
                s.text("database.user", "", "PostgreSQL 用户", "PostgreSQL user"),
                s.text("database.password", "", "PostgreSQL 密码", "its password"),
                s.number("database.pool-size", 8, 1, 200, "每个平面的连接数", "connections per plane"));
    }
}
