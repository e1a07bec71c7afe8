package io.slipway.sql;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Recognises files that are no database, or a damaged one, before they are used. */
final class SqliteFile {

    private static final byte[] HEADER = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);

    private static final int MARK_AT = 68;

    /** Up to this size each page is looked at, in a fraction of a second. */
    private static final long CHECKED = 32L * 1024 * 1024;

    private SqliteFile() {}

    /**
     * Checks that a file is empty or begins like a database.
     *
     * @throws StoreException with a one-line message otherwise
     */
    static void requireHeader(Path file) throws IOException {
        if (Files.size(file) > 0 && !hasHeader(file)) {
            throw new StoreException(
                    file.toAbsolutePath()
                            + " is not a SQLite database: move it away, or restore a backup",
                    null);
        }
    }

    /**
     * Checks that a file whose server had not closed it still has its log, unless it is the same
     * file: a copy without it lacks the latest changes, or all of them.
     *
     * @throws StoreException with a one-line message otherwise
     */
    static void requireLog(Path file, Path log) throws IOException {
        int mark = mark(file);
        if (mark != 0 && mark != ownMark(file) && !Files.exists(log)) {
            String where = file.toAbsolutePath().toString();
            throw new StoreException(
                    where
                            + " 是从运行中的服务器复制的，缺少 "
                            + log.getFileName()
                            + "，数据不完整：请把两个文件一起复制，或用 slipway restore 恢复备份 / "
                            + where
                            + " was copied from a running server without "
                            + log.getFileName()
                            + ", and is not complete: copy both, or restore a backup"
                            + " (docs/operations.md, Backups)",
                    null);
        }
    }

    /** What marks a file as served: from its place on the disk, so a copy is known; 0 for none. */
    static int ownMark(Path file) throws IOException {
        if (!file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            return 0;
        }
        int mark = Long.hashCode((Long) Files.getAttribute(file, "unix:ino"));
        return mark == 0 ? 1 : mark;
    }

    // In the file itself, whatever is in its log: SQLite's application id.
    private static int mark(Path file) throws IOException {
        int end = MARK_AT + Integer.BYTES;
        ByteBuffer start = start(file, end);
        return start.limit() < end ? 0 : start.getInt(MARK_AT);
    }

    // Fewer bytes if the file is shorter.
    private static ByteBuffer start(Path file, int bytes) throws IOException {
        ByteBuffer start = ByteBuffer.allocate(bytes);
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (start.hasRemaining() && channel.read(start) >= 0) {}
        }
        return start.flip();
    }

    /**
     * Checks that a database is not truncated; a small one is checked as a whole.
     *
     * @throws StoreException with a one-line message otherwise
     */
    static void check(Connection connection, Path file, Path log) throws SQLException, IOException {
        long size = Files.size(file);
        try (Statement statement = connection.createStatement()) {
            long wanted =
                    number(statement, "PRAGMA page_count") * number(statement, "PRAGMA page_size");
            // What was not written back yet is in the log.
            if (size > 0 && wanted > size + (Files.exists(log) ? Files.size(log) : 0)) {
                throw damage(file, null);
            }
            if (wanted <= CHECKED) {
                quickCheck(statement, file);
            }
        }
    }

    private static boolean hasHeader(Path file) throws IOException {
        return start(file, HEADER.length).equals(ByteBuffer.wrap(HEADER));
    }

    private static long number(Statement statement, String query) throws SQLException {
        try (ResultSet rows = statement.executeQuery(query)) {
            return rows.next() ? rows.getLong(1) : 0;
        }
    }

    private static void quickCheck(Statement statement, Path file) throws SQLException {
        try (ResultSet rows = statement.executeQuery("PRAGMA quick_check(1)")) {
            if (!rows.next() || !rows.getString(1).equals("ok")) {
                throw damage(file, null);
            }
        }
    }

    static StoreException damage(Path file, @Nullable Throwable cause) {
        return new StoreException(
                "the database " + file.toAbsolutePath() + " is damaged: restore a backup", cause);
    }

    /** Whether SQLite has found damage. */
    static boolean damaged(Throwable e) {
        for (Throwable each = e; each != null; each = each.getCause()) {
            if (each instanceof SQLiteException found) {
                int primary = found.getResultCode().code & 0xff;
                return primary == SQLiteErrorCode.SQLITE_CORRUPT.code
                        || primary == SQLiteErrorCode.SQLITE_NOTADB.code;
            }
        }
        return false;
    }
}
