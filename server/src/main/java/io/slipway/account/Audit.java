package io.slipway.account;

import io.slipway.sql.Chunks;
import io.slipway.sql.Database;
import io.slipway.sql.Ids;
import io.slipway.sql.Plane;
import io.slipway.sql.Tx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** Who changed what, when and from where. Thread-safe. */
public final class Audit {

    /** The maximum length of a detail, in characters; a longer one is cut. */
    public static final int DETAIL = 2_000;

    private final Database database;
    private final Ids ids;
    private final InstantSource clock;
    private final AuditStore store = new AuditStore();

    public Audit(Database database, Ids ids, InstantSource clock) {
        this.database = database;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * Writes an entry in the caller's transaction: it exists exactly if the change does.
     *
     * @param action {@code noun.verb}, for example {@code agent.create}
     * @param target the id of what was changed, {@code ""} for none
     * @param detail for people, without secrets; at most {@link #DETAIL} characters
     */
    public void record(Tx tx, Caller caller, String action, String target, String detail) {
        String shortened = detail.length() <= DETAIL ? detail : cut(detail);
        store.insert(
                tx,
                new AuditEntry(
                        ids.next(),
                        clock.millis(),
                        caller.accountId(),
                        caller.username(),
                        action,
                        target,
                        shortened,
                        caller.address()));
    }

    // Never within a surrogate pair: PostgreSQL rejects half of one.
    private static String cut(String detail) {
        int end = Character.isHighSurrogate(detail.charAt(DETAIL - 2)) ? DETAIL - 2 : DETAIL - 1;
        return detail.substring(0, end) + "…";
    }

    /** Newest first, at most {@code limit} entries with ids below {@code before}. */
    List<AuditEntry> list(AuditQuery wanted, long before, int limit) {
        return database.read(Plane.CONSOLE, tx -> store.list(tx, wanted, before, limit));
    }

    /** Like {@link #record(Tx, Caller, String, String, String)}, in its own transaction. */
    void record(Caller caller, String action, String target, String detail) {
        database.run(Plane.CONSOLE, tx -> record(tx, caller, action, target, detail));
    }

    /** Deletes entries older than {@code retention}, in chunks. */
    void clean(Duration retention) {
        long before = clock.millis() - retention.toMillis();
        Chunks.delete(database, (tx, limit) -> store.deleteBefore(tx, before, limit));
    }
}
