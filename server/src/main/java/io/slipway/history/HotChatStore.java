package io.slipway.history;

import io.slipway.history.ChatLog.NewChatLine;
import io.slipway.sql.StoreException;
import io.slipway.sql.Tx;
import java.sql.SQLException;
import java.util.List;

/**
 * Writes to the tables {@code chat_session} and {@code chat_line} while people talk: for each
 * conversation in a batch, thousands a second, two statements besides its lines. Raw, because those
 * are most of what the only writer then does.
 */
final class HotChatStore {

    private HotChatStore() {}

    /**
     * Finds the session of a line, or creates it.
     *
     * @param id for a new session
     * @return its id
     */
    static long session(Tx tx, long id, NewChatLine line, long from, long until) {
        return tx.raw()
                .first(
                        """
                        INSERT INTO chat_session (id, account_id, session_id, agent_id, mac,
                            started_at, last_at, lines, bytes)
                        VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0)
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
     * Writes those lines of a session that don't exist yet; a line may be written again after a
     * commit whose result was lost.
     *
     * @return the bytes of their texts
     */
    static long insert(Tx tx, long session, List<Backlog.PendingLine> entries) {
        int inserted = 0;
        long bytes = 0;
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
            for (int i = 0; i < counts.length; i++) {
                if (counts[i] != 0) {
                    inserted++;
                    bytes += utf8(entries.get(i).line().content());
                }
            }
        } catch (StoreException e) {
            // The driver's message contains the lines, which must not be logged.
            String state = e.getCause() instanceof SQLException sql ? sql.getSQLState() : "";
            throw new StoreException(
                    "chat history can't be written: " + state, new SQLException("", state));
        }
        count(tx, session, inserted, bytes);
        return bytes;
    }

    // Without making a copy of each text.
    private static long utf8(String text) {
        long bytes = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // A character beyond U+FFFF is two here and has four bytes.
            bytes += c < 0x80 ? 0 : c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
        }
        return bytes;
    }

    static void count(Tx tx, long session, int lines, long bytes) {
        tx.raw()
                .update(
                        "UPDATE chat_session SET lines = lines + ?, bytes = bytes + ? WHERE id = ?",
                        bind -> {
                            bind.setLong(1, lines);
                            bind.setLong(2, bytes);
                            bind.setLong(3, session);
                        });
    }

    /** Counts what an account has. */
    static void countAccount(Tx tx, String accountId, long bytes) {
        tx.raw()
                .update(
                        """
                        INSERT INTO chat_account (account_id, bytes) VALUES (?, ?)
                        ON CONFLICT (account_id) DO UPDATE SET
                            bytes = chat_account.bytes + excluded.bytes\
                        """,
                        bind -> {
                            bind.setString(1, accountId);
                            bind.setLong(2, bytes);
                        });
    }
}
