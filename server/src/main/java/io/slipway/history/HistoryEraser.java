package io.slipway.history;

import io.slipway.protocol.Mac;
import io.slipway.sql.Chunks;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import io.slipway.sql.Tx;
import java.util.Optional;
import java.util.function.Function;

/** Deletes stored history, in small transactions. Thread-safe; calls block. */
final class HistoryEraser {

    /** Lines and sessions per transaction. */
    private static final int CHUNK = 500;

    private final Database database;

    HistoryEraser(Database database) {
        this.database = database;
    }

    /** Sessions without new lines since {@code before}, epoch milliseconds. */
    void clean(long before) {
        Chunks.delete(
                database, (tx, limit) -> chunk(tx, limit, t -> ChatStore.oldest(t, before)).all());
    }

    void forgetAgent(String agentId) {
        Chunks.delete(
                database,
                (tx, limit) -> chunk(tx, limit, t -> ChatStore.firstOfAgent(t, agentId)).all());
    }

    /** The oldest sessions of an account, until it has no more than {@code most} bytes. */
    void trim(String accountId, long most) {
        Chunks.delete(
                database,
                (tx, limit) ->
                        chunk(tx, limit, t -> ChatStore.firstAbove(t, accountId, most)).all());
    }

    /** All of an account's history of a device; returns the number of lines. */
    long device(String accountId, Mac mac) {
        long lines = 0;
        ErasedChunk done;
        do {
            done =
                    database.write(
                            Plane.BACKGROUND,
                            tx ->
                                    chunk(
                                            tx,
                                            CHUNK,
                                            t -> ChatStore.firstOfDevice(t, accountId, mac)));
            lines += done.lines();
        } while (done.all() == CHUNK);
        return lines;
    }

    /**
     * @param all lines and sessions
     */
    private record ErasedChunk(int lines, int all) {}

    // Session by session, each up to what is left of the limit: one with a million lines takes many
    // chunks, a hundred with one line each take one.
    private static ErasedChunk chunk(Tx tx, int limit, Function<Tx, Optional<Long>> next) {
        ChatStore.lock(tx);
        int all = 0;
        int lines = 0;
        while (all < limit) {
            Optional<Long> session = next.apply(tx);
            if (session.isEmpty()) {
                break;
            }
            int deleted = ChatStore.deleteLines(tx, session.get(), limit - all);
            lines += deleted;
            all += deleted;
            if (all < limit) {
                ChatStore.deleteSession(tx, session.get());
                all++;
            }
        }
        return new ErasedChunk(lines, all);
    }
}
