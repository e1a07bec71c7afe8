package io.slipway.sql;

import io.slipway.files.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The embedded database after its rows were moved to PostgreSQL: kept, but not to be served. */
public final class MovedDatabase {

    private MovedDatabase() {}

    private static Path aside(Path folder) {
        return folder.resolve("slipway.db.moved");
    }

    /**
     * @throws StoreException in one line if the data folder has no embedded database
     */
    public static void requirePresent(DatabaseConfig config) {
        Path file = SqliteEngine.file(config.folder());
        if (!Files.exists(file)) {
            throw new StoreException(
                    Files.exists(aside(config.folder()))
                            ? moved(config.folder())
                            : "没有 "
                                    + file.toAbsolutePath()
                                    + " / there is no "
                                    + file.toAbsolutePath(),
                    null);
        }
    }

    /**
     * @throws IOException if another process has it open
     */
    public static void requireAlone(DatabaseConfig config) throws IOException {
        Path file = SqliteEngine.file(config.folder());
        for (Path each : SqliteEngine.beside(file)) {
            if (Files.exists(each)) {
                throw new IOException("another process has " + file + " open");
            }
        }
    }

    /** Gives the file another name; nobody has it open. */
    public static void setAside(DatabaseConfig config) throws IOException {
        requireAlone(config);
        // After a move back and another one, there is one already.
        Path aside = aside(config.folder());
        for (int i = 2; Files.exists(aside); i++) {
            aside = config.folder().resolve("slipway.db.moved." + i);
        }
        Files.move(SqliteEngine.file(config.folder()), aside);
        PrivateFiles.syncFolder(config.folder());
    }

    /**
     * @throws StoreException in one line if only what was moved away is left
     */
    static void requireNotMoved(Path folder) {
        if (!Files.exists(SqliteEngine.file(folder)) && Files.exists(aside(folder))) {
            throw new StoreException(moved(folder), null);
        }
    }

    private static String moved(Path folder) {
        return folder.toAbsolutePath()
                + " 的数据库已搬到 PostgreSQL：请设置 database.url / the database of "
                + folder.toAbsolutePath()
                + " was moved to PostgreSQL: set database.url";
    }
}
