package io.slipway.cluster;

import io.slipway.cluster.CallFailed.CallFailureKind;
import io.slipway.sql.Tx;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The table {@code node_call}. PostgreSQL only. Times are the database's. */
final class CallStore {

    private static final int WAITING = 0;
    private static final int TAKEN = 1;
    private static final int ANSWERED = 2;

    /** No caller waits this long after the deadline, not even to clean up. */
    private static final long KEPT_MS = 60_000;

    /** A request to a node; {@code left} is how long its caller still waits. */
    record CallRequest(String caller, String op, String payload, Duration left) {}

    /** The result: an answer, or why there is none. */
    sealed interface CallResult {}

    record CallAnswer(String answer) implements CallResult {}

    record CallError(CallFailureKind kind, String message) implements CallResult {}

    private CallStore() {}

    static void insert(
            Tx tx,
            String id,
            String caller,
            String node,
            String op,
            String payload,
            Duration timeout) {
        tx.update(
                        """
                        INSERT INTO node_call (id, caller, node, op, payload, state, deadline)
                        VALUES (:id, :caller, :node, :op, :payload, 0, :timeout + %s)
                        """
                                .formatted(NodeStore.NOW))
                .bind("id", id)
                .bind("caller", caller)
                .bind("node", node)
                .bind("op", op)
                .bind("payload", payload)
                .bind("timeout", timeout.toMillis())
                .execute();
    }

    /** Passes the request to the first caller of this method, if the requester still waits. */
    static Optional<CallRequest> take(Tx tx, String node, String id) {
        return tx.query(
                        """
                        UPDATE node_call SET state = %d
                        WHERE id = :id AND node = :node AND state = %d AND deadline > %s
                        RETURNING caller, op, payload, deadline - %s
                        """
                                .formatted(TAKEN, WAITING, NodeStore.NOW, NodeStore.NOW))
                .bind("id", id)
                .bind("node", node)
                .map((row, context) ->
                        new CallRequest(
                                row.getString(1),
                                row.getString(2),
                                row.getString(3),
                                Duration.ofMillis(Math.max(1, row.getLong(4)))))
                .findFirst();
    }

    /** False if the caller no longer waits for it. */
    static boolean answer(Tx tx, String id, CallResult result) {
        String text =
                switch (result) {
                    case CallAnswer answered -> answered.answer();
                    case CallError failed -> failed.message();
                };
        int changed =
                tx.update("UPDATE node_call SET state = :state, answer = :text WHERE id = :id")
                        .bind("state", state(result))
                        .bind("text", text)
                        .bind("id", id)
                        .execute();
        return changed == 1;
    }

    private static int state(CallResult result) {
        return switch (result) {
            case CallAnswer answered -> ANSWERED;
            case CallError failed ->
                    switch (failed.kind()) {
                        case FAILED -> 3;
                        case TIMEOUT -> 4;
                        case NODE_GONE -> 5;
                    };
        };
    }

    private static CallResult outcome(int state, String text) {
        return switch (state) {
            case ANSWERED -> new CallAnswer(text);
            case 4 -> new CallError(CallFailureKind.TIMEOUT, text);
            case 5 -> new CallError(CallFailureKind.NODE_GONE, text);
            default -> new CallError(CallFailureKind.FAILED, text);
        };
    }

    /** The answer, which is deleted; empty if there is none yet. */
    static Optional<CallResult> collect(Tx tx, String id) {
        return tx.query(
                        "DELETE FROM node_call WHERE id = :id AND state >= "
                                + ANSWERED
                                + " RETURNING state, answer")
                .bind("id", id)
                .map((row, context) -> outcome(row.getInt(1), row.getString(2)))
                .findFirst();
    }

    static void delete(Tx tx, String id) {
        tx.update("DELETE FROM node_call WHERE id = :id").bind("id", id).execute();
    }

    /** Pending requests to {@code node}. */
    static List<String> waiting(Tx tx, String node) {
        return tx.query("SELECT id FROM node_call WHERE node = :node AND state = " + WAITING)
                .bind("node", node)
                .mapTo(String.class)
                .list();
    }

    /** Those requests of {@code caller} that are answered. */
    static List<String> answered(Tx tx, String caller) {
        return tx.query("SELECT id FROM node_call WHERE caller = :caller AND state >= " + ANSWERED)
                .bind("caller", caller)
                .mapTo(String.class)
                .list();
    }

    /** The requests among these whose node is gone. */
    static List<String> abandoned(Tx tx, Collection<String> ids) {
        return tx.query(
                        """
                        SELECT c.id FROM node_call c WHERE c.id = ANY(:ids) AND c.state < %d
                            AND NOT EXISTS
                                (SELECT 1 FROM node n WHERE n.name = c.node AND n.%s)
                        """
                                .formatted(ANSWERED, NodeStore.ALIVE))
                .bindArray("ids", String.class, ids)
                .mapTo(String.class)
                .list();
    }

    /** Deletes what callers left behind. */
    static void clean(Tx tx) {
        tx.update("DELETE FROM node_call WHERE deadline < " + NodeStore.NOW + " - " + KEPT_MS)
                .execute();
    }
}
