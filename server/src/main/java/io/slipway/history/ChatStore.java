package io.slipway.history;

import io.slipway.history.ChatLog.NewChatLine;
import io.slipway.protocol.Mac;
import io.slipway.sql.StoreException;
import io.slipway.sql.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** The tables {@code chat_session} and {@code chat_line}. */
final class ChatStore {

    /** No other lock of the database is this one; MACs have 48 bits. */
    private static final long WRITER = 3L << 60;

    private ChatStore() {}

    /**
     * Makes everybody else who writes history wait, on any node: without it, what is being deleted
     * would get new lines, and two writers of many sessions would wait for each other.
     */
    static void lock(Tx tx) {
        tx.lock(WRITER);
    }

    /**
     * Finds the session of a line, or begins it.
     *
     * @param id if it is new
     * @return its id
     */
    static long session(Tx tx, long id, NewChatLine line, long from, long until) {
        return tx.first(
                        """
                        INSERT INTO chat_session (id, account_id, session_id, agent_id, mac,
                            started_at, last_at, lines)
                        VALUES (?, ?, ?, ?, ?, ?, ?, 0)
                        ON CONFLICT (account_id, session_id) DO UPDATE SET last_at =
                            CASE WHEN excluded.last_at > chat_session.last_at
                            THEN excluded.last_at ELSE chat_session.last_at END
                        RETURNING id\
                        """,
                        bind -> {
                            bind.setLong(1, id);
                            bind.setString(2, line.accountId());
                            bind.setString(3, line.sessionId());
                            bind.setString(4, line.agentId());
                            bind.setLong(5, line.mac().bits());
                            bind.setLong(6, from);
                            bind.setLong(7, until);
                        },
                        row -> row.getLong(1))
                .orElseThrow();
    }

    /**
     * Writes lines of a session that are not there yet; one may come again after a commit that
     * nobody waited for.
     */
    static void insert(Tx tx, long session, List<Backlog.PendingLine> entries) {
        int inserted = 0;
        try {
            int[] counts =
                    tx.batch(
                            """
                            INSERT INTO chat_line (id, session, kind, content, listen_mode, at)
                            VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING\
                            """,
                            insert -> {
                                for (Backlog.PendingLine entry : entries) {
                                    NewChatLine line = entry.line();
                                    insert.setLong(1, entry.id());
                                    insert.setLong(2, session);
                                    insert.setLong(3, line.kind().code());
                                    insert.setString(4, line.content());
                                    insert.setString(5, line.listenMode());
                                    insert.setLong(6, line.at());
                                    insert.addBatch();
                                }
                                return entries.size();
                            });
            for (int count : counts) {
                inserted += count == 0 ? 0 : 1;
            }
        } catch (StoreException e) {
            // The driver's own words hold what was said: nobody must get to log them.
            String state = e.getCause() instanceof SQLException sql ? sql.getSQLState() : "";
            throw new StoreException(
                    "what was said can't be written: " + state, new SQLException("", state));
        }
        count(tx, session, inserted);
    }

    private static void count(Tx tx, long session, int more) {
        tx.update(
                "UPDATE chat_session SET lines = lines + ? WHERE id = ?",
                bind -> {
                    bind.setLong(1, more);
                    bind.setLong(2, session);
                });
    }

    static long sessions(Tx tx, String agentId) {
        return tx.handle()
                .createQuery("SELECT count(*) FROM chat_session WHERE agent_id = ?")
                .bind(0, agentId)
                .mapTo(Long.class)
                .one();
    }

    /** An agent's sessions, newest first. Those skipped cost a step in the index each. */
    static List<ChatSession> page(Tx tx, String agentId, long skip, int limit) {
        return tx.handle()
                .createQuery(
                        """
                        SELECT s.id, s.session_id, s.agent_id, s.mac, s.started_at, s.lines
                        FROM (SELECT id FROM chat_session WHERE agent_id = ?
                              ORDER BY started_at DESC, id DESC LIMIT ? OFFSET ?) p
                        JOIN chat_session s ON s.id = p.id
                        ORDER BY s.started_at DESC, s.id DESC\
                        """)
                .bind(0, agentId)
                .bind(1, limit)
                .bind(2, skip)
                .map((row, context) -> session(row))
                .list();
    }

    /** Sessions of an account's device that began before {@code before}, newest first. */
    static List<ChatSession> ofDevice(Tx tx, String accountId, Mac mac, long before, int limit) {
        return tx.handle()
                .createQuery(
                        """
                        SELECT id, session_id, agent_id, mac, started_at, lines FROM chat_session
                        WHERE account_id = ? AND mac = ? AND id < ? ORDER BY id DESC LIMIT ?\
                        """)
                .bind(0, accountId)
                .bind(1, mac.bits())
                .bind(2, before)
                .bind(3, limit)
                .map((row, context) -> session(row))
                .list();
    }

    static Optional<ChatSession> find(Tx tx, String accountId, String agentId, String sessionId) {
        return tx.handle()
                .createQuery(
                        """
                        SELECT id, session_id, agent_id, mac, started_at, lines FROM chat_session
                        WHERE account_id = ? AND session_id = ? AND agent_id = ?\
                        """)
                .bind(0, accountId)
                .bind(1, sessionId)
                .bind(2, agentId)
                .map((row, context) -> session(row))
                .findOne();
    }

    private static ChatSession session(ResultSet row) throws SQLException {
        return new ChatSession(
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                new Mac(row.getLong(4)),
                row.getLong(5),
                row.getLong(6));
    }

    /** A session's lines as they were said, those after {@code after}. */
    static List<ChatLine> lines(Tx tx, long session, long after, int limit) {
        return tx.handle()
                .createQuery(
                        """
                        SELECT id, kind, content, listen_mode, at FROM chat_line
                        WHERE session = ? AND id > ? ORDER BY id LIMIT ?\
                        """)
                .bind(0, session)
                .bind(1, after)
                .bind(2, limit)
                .map((row, context) ->
                        new ChatLine(
                                row.getLong(1),
                                row.getInt(2),
                                row.getString(3),
                                row.getString(4),
                                row.getLong(5)))
                .list();
    }

    /** How many lines there are of an account's device; empty without a session. */
    static Optional<Long> linesOf(Tx tx, String accountId, Mac mac) {
        return tx.handle()
                .createQuery("SELECT sum(lines) FROM chat_session WHERE account_id = ? AND mac = ?")
                .bind(0, accountId)
                .bind(1, mac.bits())
                .mapTo(Long.class)
                .findOne();
    }

    /**
     * Gives an account's device's sessions after {@code after} to another agent, at most {@code
     * limit}; returns the last of them, empty when there was none.
     */
    static Optional<Long> move(
            Tx tx, String accountId, Mac mac, String agentId, long after, int limit) {
        Optional<Long> last =
                tx.first(
                        """
                        SELECT max(id) FROM (SELECT id FROM chat_session
                            WHERE account_id = ? AND mac = ? AND id > ? ORDER BY id LIMIT ?) p\
                        """,
                        bind -> {
                            bind.setString(1, accountId);
                            bind.setLong(2, mac.bits());
                            bind.setLong(3, after);
                            bind.setInt(4, limit);
                        },
                        row -> row.getLong(1));
        long until = last.orElse(0L);
        tx.update(
                """
                UPDATE chat_session SET agent_id = ?
                WHERE account_id = ? AND mac = ? AND id > ? AND id <= ?\
                """,
                bind -> {
                    bind.setString(1, agentId);
                    bind.setString(2, accountId);
                    bind.setLong(3, mac.bits());
                    bind.setLong(4, after);
                    bind.setLong(5, until);
                });
        return last.filter(id -> id > 0);
    }

    static Optional<Long> firstOfAgent(Tx tx, String agentId) {
        return tx.first(
                "SELECT id FROM chat_session WHERE agent_id = ? ORDER BY started_at, id LIMIT 1",
                bind -> bind.setString(1, agentId),
                row -> row.getLong(1));
    }

    static Optional<Long> firstOfDevice(Tx tx, String accountId, Mac mac) {
        return tx.first(
                """
                SELECT id FROM chat_session WHERE account_id = ? AND mac = ? ORDER BY id LIMIT 1\
                """,
                bind -> {
                    bind.setString(1, accountId);
                    bind.setLong(2, mac.bits());
                },
                row -> row.getLong(1));
    }

    static Optional<Long> oldest(Tx tx, long before) {
        return tx.first(
                "SELECT id FROM chat_session WHERE last_at < ? ORDER BY last_at LIMIT 1",
                bind -> bind.setLong(1, before),
                row -> row.getLong(1));
    }

    /** Deletes at most {@code limit} lines of a session; returns how many. */
    static int deleteLines(Tx tx, long session, int limit) {
        int deleted =
                tx.update(
                        """
                        DELETE FROM chat_line WHERE id IN
                            (SELECT id FROM chat_line WHERE session = ? ORDER BY id LIMIT ?)\
                        """,
                        bind -> {
                            bind.setLong(1, session);
                            bind.setInt(2, limit);
                        });
        count(tx, session, -deleted);
        return deleted;
    }

    static void deleteSession(Tx tx, long session) {
        tx.update("DELETE FROM chat_session WHERE id = ?", bind -> bind.setLong(1, session));
    }
}
