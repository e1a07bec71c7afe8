package io.slipway.cluster;

import io.slipway.cluster.Presence.LiveSession;
import io.slipway.cluster.Presence.SessionDetails;
import io.slipway.sql.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code presence}. PostgreSQL only. Each statement locks rows in the order of pairs, so
 * that nodes hardly ever deadlock.
 */
final class PresenceStore {

    private static final String COLUMNS =
            """
            p.id, p.pair, p.device, p.account_id, p.agent_id, p.mac, p.node, p.address, p.version,
            p.backend, p.since
            """;

    private static final String FROM_OTHERS =
            """
            FROM presence p JOIN node n ON n.name = p.node AND n.%s
            WHERE p.node <> :node
            """
                    .formatted(NodeStore.ALIVE);

    /** Sessions of other nodes that are alive. */
    private static final String OTHERS = "SELECT " + COLUMNS + FROM_OTHERS;

    /**
     * The newer session of a pair wins, by what both nodes can see. A node is authoritative for its
     * own sessions, whatever its clock says, and a session of a dead node is over.
     */
    private static final String UPSERT =
            """
            INSERT INTO presence AS p (pair, id, device, account_id, agent_id, mac, node, address,
                                       version, backend, since)
            SELECT t.pair, t.id, t.device, t.account_id, t.agent_id, t.mac, :node, t.address,
                   t.version, t.backend, t.since
            FROM unnest(:pairs, :ids, :devices, :accounts, :agents, :macs, :addresses, :versions,
                        :backends, :sinces)
                 AS t(pair, id, device, account_id, agent_id, mac, address, version, backend, since)
            ORDER BY t.pair COLLATE "C"
            ON CONFLICT (pair) DO UPDATE
            SET id = EXCLUDED.id, device = EXCLUDED.device, account_id = EXCLUDED.account_id,
                agent_id = EXCLUDED.agent_id, mac = EXCLUDED.mac, node = EXCLUDED.node,
                address = EXCLUDED.address, version = EXCLUDED.version,
                backend = EXCLUDED.backend, since = EXCLUDED.since,
                replaced = p.id, replaced_node = p.node
            WHERE p.id <> EXCLUDED.id
              AND (p.node = EXCLUDED.node
                   OR (p.since, p.id) < (EXCLUDED.since, EXCLUDED.id)
                   OR NOT EXISTS (SELECT 1 FROM node n WHERE n.name = p.node AND n.%s))
            RETURNING p.pair, p.replaced, p.replaced_node
            """
                    .formatted(NodeStore.ALIVE);

    /** A session and where it is. */
    record SessionAtNode(String sessionId, String node) {}

    /**
     * The result of writing sessions.
     *
     * @param replaced older ones, perhaps of this node
     * @param lost this node's sessions that are older than another node's
     * @param again pairs whose row changed meanwhile
     */
    record WriteResult(List<SessionAtNode> replaced, List<String> lost, List<String> again) {}

    private record PresenceRow(String pair, String id, @Nullable String node) {}

    private PresenceStore() {}

    /** Writes sessions of {@code node}, at most one per pair. */
    static WriteResult write(Tx tx, String node, List<LiveSession> sessions) {
        if (sessions.isEmpty()) {
            return new WriteResult(List.of(), List.of(), List.of());
        }
        var missing = new HashSet<String>();
        sessions.forEach(session -> missing.add(session.pairKey()));
        var replaced = new ArrayList<SessionAtNode>();
        var upsert = tx.query(UPSERT).bind("node", node);
        texts(upsert, "pairs", sessions, LiveSession::pairKey);
        texts(upsert, "ids", sessions, LiveSession::sessionId);
        numbers(upsert, "devices", sessions, LiveSession::deviceId);
        texts(upsert, "accounts", sessions, LiveSession::accountId);
        texts(upsert, "agents", sessions, live -> live.details().agentId());
        texts(upsert, "macs", sessions, live -> live.details().mac());
        texts(upsert, "addresses", sessions, live -> live.details().address());
        texts(upsert, "versions", sessions, live -> live.details().version());
        texts(upsert, "backends", sessions, live -> live.details().backend());
        numbers(upsert, "sinces", sessions, LiveSession::since);
        upsert.map((row, context) -> row(row))
                .forEach(row -> {
                    missing.remove(row.pair());
                    if (row.node() != null) {
                        replaced.add(new SessionAtNode(row.id(), row.node()));
                    }
                });
        return unwritten(tx, sessions, missing, replaced);
    }

    // What was not written already exists, or has lost.
    private static WriteResult unwritten(
            Tx tx, List<LiveSession> sessions, Set<String> missing, List<SessionAtNode> replaced) {
        var lost = new ArrayList<String>();
        var again = new ArrayList<String>();
        if (!missing.isEmpty()) {
            var present = new HashMap<String, String>();
            tx.query("SELECT pair, id, node FROM presence WHERE pair = ANY(:pairs)")
                    .bindArray("pairs", String.class, missing)
                    .map((row, context) -> row(row))
                    .forEach(row -> present.put(row.pair(), row.id()));
            for (LiveSession session : sessions) {
                if (missing.contains(session.pairKey())) {
                    String id = present.get(session.pairKey());
                    if (id == null) {
                        again.add(session.pairKey());
                    } else if (!id.equals(session.sessionId())) {
                        lost.add(session.sessionId());
                    }
                }
            }
        }
        return new WriteResult(replaced, lost, again);
    }

    private static PresenceRow row(ResultSet row) throws SQLException {
        return new PresenceRow(row.getString(1), row.getString(2), row.getString(3));
    }

    private static void texts(
            SqlStatement<?> statement,
            String name,
            List<LiveSession> sessions,
            Function<LiveSession, String> of) {
        var values = sessions.stream().map(session -> storable(of.apply(session))).toArray();
        statement.bindArray(name, String.class, values);
    }

    // PostgreSQL's texts can't contain the character 0.
    private static String storable(String text) {
        return text.replace("\0", "");
    }

    private static void numbers(
            SqlStatement<?> statement,
            String name,
            List<LiveSession> sessions,
            ToLongFunction<LiveSession> of) {
        var values = sessions.stream().map(of::applyAsLong).toArray();
        statement.bindArray(name, Long.class, values);
    }

    /** Deletes the rows of {@code node} for these pairs. */
    static void delete(Tx tx, String node, List<String> pairs) {
        if (!pairs.isEmpty()) {
            tx.update(
                            """
                            DELETE FROM presence WHERE pair IN (
                                SELECT pair FROM presence WHERE pair = ANY(:pairs) AND node = :node
                                ORDER BY pair FOR UPDATE)
                            """)
                    .bindArray("pairs", String.class, pairs)
                    .bind("node", node)
                    .execute();
        }
    }

    /** The rows of {@code node}, by pair: at most {@code limit} after {@code after}. */
    static List<LiveSession> own(Tx tx, String node, String after, int limit) {
        return tx.query(
                        "SELECT "
                                + COLUMNS
                                + """
                                FROM presence p WHERE p.node = :node AND p.pair > :after
                                ORDER BY p.pair LIMIT :limit
                                """)
                .bind("node", node)
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) -> session(row))
                .list();
    }

    static List<LiveSession> ofDevices(Tx tx, String node, Collection<Long> deviceIds) {
        return tx.query(OTHERS + "AND p.device = ANY(:devices)")
                .bind("node", node)
                .bindArray("devices", Long.class, deviceIds)
                .map((row, context) -> session(row))
                .list();
    }

    static Optional<LiveSession> session(Tx tx, String node, String sessionId) {
        return tx.query(OTHERS + "AND p.id = :id")
                .bind("node", node)
                .bind("id", storable(sessionId))
                .map((row, context) -> session(row))
                .findFirst();
    }

    static List<LiveSession> ofAccount(
            Tx tx, String node, @Nullable String accountId, @Nullable String after, int limit) {
        var query =
                tx.query(OTHERS + "<of_account> <before> ORDER BY p.id DESC LIMIT :limit")
                        .define(
                                "of_account",
                                accountId == null ? "" : "AND p.account_id = :account")
                        .define("before", after == null ? "" : "AND p.id < :after")
                        .bind("node", node)
                        .bind("limit", limit);
        if (accountId != null) {
            query.bind("account", accountId);
        }
        if (after != null) {
            query.bind("after", storable(after));
        }
        return query.map((row, context) -> session(row)).list();
    }

    static long count(Tx tx, String node) {
        return tx.query("SELECT count(*) " + FROM_OTHERS)
                .bind("node", node)
                .mapTo(Long.class)
                .one();
    }

    static long count(Tx tx, String node, String accountId) {
        return tx.query("SELECT count(*) " + FROM_OTHERS + "AND p.account_id = :account")
                .bind("node", node)
                .bind("account", accountId)
                .mapTo(Long.class)
                .one();
    }

    private static LiveSession session(ResultSet row) throws SQLException {
        return new LiveSession(
                row.getString(1),
                row.getString(2),
                row.getLong(3),
                row.getString(4),
                row.getString(7),
                row.getLong(11),
                new SessionDetails(
                        row.getString(5),
                        row.getString(6),
                        row.getString(8),
                        row.getString(9),
                        row.getString(10)));
    }
}
