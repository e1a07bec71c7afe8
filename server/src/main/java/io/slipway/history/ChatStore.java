package io.slipway.history;

import io.slipway.protocol.Mac;
import io.slipway.sql.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The tables {@code chat_session}, {@code chat_line} and {@code chat_account}. */
final class ChatStore {

    /** Different from all other locks of the database; MACs have 48 bits. */
    private static final long WRITER = 3L << 60;

    private ChatStore() {}

    /**
     * Blocks all other writers of history, on any node: otherwise history that is being deleted
     * could get new lines, and two writers of many sessions could deadlock.
     */
    static void lock(Tx tx) {
        tx.lock(WRITER);
    }

    /** An account's session by its name. */
    static Optional<Long> named(Tx tx, String accountId, String sessionId) {
        return tx.query(
                        """
                        SELECT id FROM chat_session
                        WHERE account_id = :accountId AND session_id = :sessionId
                        """)
                .bind("accountId", accountId)
                .bind("sessionId", sessionId)
                .mapTo(Long.class)
                .findOne();
    }

    static boolean exists(Tx tx, long session) {
        return tx.query("SELECT 1 FROM chat_session WHERE id = :session")
                .bind("session", session)
                .mapTo(Long.class)
                .findFirst()
                .isPresent();
    }

    /** Those of the given lines that exist. */
    static Set<Long> existing(Tx tx, Collection<Long> lines) {
        return Set.copyOf(
                tx.in(
                        "SELECT id FROM chat_line WHERE id IN (<keys>)",
                        lines,
                        row -> row.getLong(1)));
    }

    /** The last bits, within {@code mask}, of the ids of a session's lines, if in a range. */
    static Set<Long> tails(Tx tx, long session, long mask, long least, long most) {
        return new HashSet<>(
                tx.query(
                                """
                                SELECT id & :mask FROM chat_line
                                WHERE session = :session AND (id & :mask) BETWEEN :least AND :most
                                """)
                        .bind("mask", mask)
                        .bind("session", session)
                        .bind("least", least)
                        .bind("most", most)
                        .mapTo(Long.class)
                        .list());
    }

    static long sessions(Tx tx, String agentId) {
        return tx.query("SELECT count(*) FROM chat_session WHERE agent_id = :agentId")
                .bind("agentId", agentId)
                .mapTo(Long.class)
                .one();
    }

    /** An agent's sessions, newest first. Each skipped one costs a step in the index. */
    static List<ChatSession> page(Tx tx, String agentId, long skip, int limit) {
        return tx.query(
                        """
                        SELECT s.id, s.session_id, s.agent_id, s.mac, s.started_at, s.lines
                        FROM (SELECT id FROM chat_session WHERE agent_id = :agentId
                              ORDER BY started_at DESC, id DESC LIMIT :limit OFFSET :skip) p
                        JOIN chat_session s ON s.id = p.id
                        ORDER BY s.started_at DESC, s.id DESC
                        """)
                .bind("agentId", agentId)
                .bind("limit", limit)
                .bind("skip", skip)
                .map((row, context) -> session(row))
                .list();
    }

    /** Sessions of an account's device that began before {@code before}, newest first. */
    static List<ChatSession> ofDevice(Tx tx, String accountId, Mac mac, long before, int limit) {
        return tx.query(
                        """
                        SELECT id, session_id, agent_id, mac, started_at, lines FROM chat_session
                        WHERE account_id = :accountId AND mac = :mac AND id < :before
                        ORDER BY id DESC LIMIT :limit
                        """)
                .bind("accountId", accountId)
                .bind("mac", mac.bits())
                .bind("before", before)
                .bind("limit", limit)
                .map((row, context) -> session(row))
                .list();
    }

    static Optional<ChatSession> find(Tx tx, String accountId, String agentId, String sessionId) {
        return tx.query(
                        """
                        SELECT id, session_id, agent_id, mac, started_at, lines FROM chat_session
                        WHERE account_id = :accountId AND session_id = :sessionId
                            AND agent_id = :agentId
                        """)
                .bind("accountId", accountId)
                .bind("sessionId", sessionId)
                .bind("agentId", agentId)
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

    /** A session's lines in order, those after {@code after}. */
    static List<ChatLine> lines(Tx tx, long session, long after, int limit) {
        return tx.query(
                        """
                        SELECT id, kind, content, listen_mode, at FROM chat_line
                        WHERE session = :session AND id > :after ORDER BY id LIMIT :limit
                        """)
                .bind("session", session)
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) ->
                        new ChatLine(
                                row.getLong(1),
                                row.getInt(2),
                                row.getString(3),
                                row.getString(4),
                                row.getLong(5)))
                .list();
    }

    /** The number of lines of an account's device; empty without a session. */
    static Optional<Long> linesOf(Tx tx, String accountId, Mac mac) {
        return tx.query(
                        """
                        SELECT sum(lines) FROM chat_session
                        WHERE account_id = :accountId AND mac = :mac
                        """)
                .bind("accountId", accountId)
                .bind("mac", mac.bits())
                .mapTo(Long.class)
                .findOne();
    }

    /**
     * Moves the sessions of an account's device after {@code after} to another agent, at most
     * {@code limit}; returns the last of them, empty if there was none.
     */
    static Optional<Long> move(
            Tx tx, String accountId, Mac mac, String agentId, long after, int limit) {
        Optional<Long> last =
                tx.query(
                                """
                                SELECT max(id) FROM (SELECT id FROM chat_session
                                    WHERE account_id = :accountId AND mac = :mac AND id > :after
                                    ORDER BY id LIMIT :limit) p
                                """)
                        .bind("accountId", accountId)
                        .bind("mac", mac.bits())
                        .bind("after", after)
                        .bind("limit", limit)
                        .mapTo(Long.class)
                        .findFirst();
        long until = last.orElse(0L);
        tx.update(
                        """
                        UPDATE chat_session SET agent_id = :agentId
                        WHERE account_id = :accountId AND mac = :mac AND id > :after
                            AND id <= :until
                        """)
                .bind("agentId", agentId)
                .bind("accountId", accountId)
                .bind("mac", mac.bits())
                .bind("after", after)
                .bind("until", until)
                .execute();
        return last.filter(id -> id > 0);
    }

    static Optional<Long> firstOfAgent(Tx tx, String agentId) {
        return tx.query(
                        """
                        SELECT id FROM chat_session WHERE agent_id = :agentId
                        ORDER BY started_at, id LIMIT 1
                        """)
                .bind("agentId", agentId)
                .mapTo(Long.class)
                .findFirst();
    }

    static Optional<Long> firstOfDevice(Tx tx, String accountId, Mac mac) {
        return tx.query(
                        """
                        SELECT id FROM chat_session WHERE account_id = :accountId AND mac = :mac
                        ORDER BY id LIMIT 1
                        """)
                .bind("accountId", accountId)
                .bind("mac", mac.bits())
                .mapTo(Long.class)
                .findFirst();
    }

    static Optional<Long> oldest(Tx tx, long before) {
        return tx.query(
                        """
                        SELECT id FROM chat_session WHERE last_at < :before
                        ORDER BY last_at LIMIT 1
                        """)
                .bind("before", before)
                .mapTo(Long.class)
                .findFirst();
    }

    /** Accounts with more than that many bytes. */
    static List<String> above(Tx tx, long bytes) {
        return tx.query("SELECT account_id FROM chat_account WHERE bytes > :bytes")
                .bind("bytes", bytes)
                .mapTo(String.class)
                .list();
    }

    /** An account's oldest session, if it has more than that many bytes. */
    static Optional<Long> firstAbove(Tx tx, String accountId, long bytes) {
        return tx.query(
                        """
                        SELECT s.id FROM chat_account a
                        JOIN chat_session s ON s.account_id = a.account_id
                        WHERE a.account_id = :accountId AND a.bytes > :bytes
                        ORDER BY s.id LIMIT 1
                        """)
                .bind("accountId", accountId)
                .bind("bytes", bytes)
                .mapTo(Long.class)
                .findFirst();
    }

    /** Deletes at most {@code limit} lines of a session; returns how many. */
    static int deleteLines(Tx tx, long session, int limit) {
        int deleted =
                tx.update(
                                """
                                DELETE FROM chat_line WHERE id IN
                                    (SELECT id FROM chat_line WHERE session = :session
                                     ORDER BY id LIMIT :limit)
                                """)
                        .bind("session", session)
                        .bind("limit", limit)
                        .execute();
        // The bytes are counted until the session is deleted.
        HotChatStore.count(tx, session, -deleted, 0);
        return deleted;
    }

    static void deleteSession(Tx tx, long session) {
        tx.query("DELETE FROM chat_session WHERE id = :session RETURNING account_id, bytes")
                .bind("session", session)
                .map((row, context) -> {
                    HotChatStore.countAccount(tx, row.getString(1), -row.getLong(2));
                    return row.getString(1);
                })
                .list()
                .forEach(account -> forgetEmpty(tx, account));
    }

    private static void forgetEmpty(Tx tx, String accountId) {
        tx.update(
                        """
                        DELETE FROM chat_account WHERE account_id = :accountId AND NOT EXISTS
                            (SELECT 1 FROM chat_session s WHERE s.account_id = :accountId)
                        """)
                .bind("accountId", accountId)
                .execute();
    }
}
