package io.slipway.rollout.store;

import io.slipway.rollout.json.AttemptJson;
import io.slipway.rollout.rules.attempt.Stratum;
import io.slipway.rollout.rules.attempt.Tally;
import io.slipway.rollout.rules.plan.RolloutActs;
import io.slipway.rollout.rules.plan.RolloutMaking;
import io.slipway.sql.Tx;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** The tables {@code rollout}, {@code rollout_named} and {@code rollout_tally}. */
public final class RolloutStore {

    public static final long CANARY = 1;
    public static final long LISTED = 2;

    /** The key of this table for {@link Tx#lock}: granting and judging are serialized. */
    private static final long LOCK = 0x726f6c6c6f757473L;

    private RolloutStore() {}

    /** Who named a device, and as what. */
    public record NamedDevice(String accountId, long mac, long kind) {}

    public record TallyRow(String rollout, int stage, String stratum, Tally tally) {}

    /** An account's rollouts that have not ended, including drafts. */
    public static List<String> openIds(Tx tx, String accountId, int limit) {
        return tx.query(
                        """
                        SELECT id FROM rollout
                        WHERE account_id = :accountId AND status NOT IN ('CANCELLED', 'DONE')
                        ORDER BY id LIMIT :limit
                        """)
                .bind("accountId", accountId)
                .bind("limit", limit)
                .mapTo(String.class)
                .list();
    }

    /** How many of them there are. */
    public static long openOf(Tx tx, String accountId) {
        return tx.query(
                        """
                        SELECT count(*) FROM rollout
                        WHERE account_id = :accountId AND status NOT IN ('CANCELLED', 'DONE')
                        """)
                .bind("accountId", accountId)
                .mapTo(Long.class)
                .findFirst()
                .orElse(0L);
    }

    public static void lock(Tx tx) {
        tx.lock(LOCK);
    }

    public static boolean any(Tx tx) {
        return tx.query("SELECT 1 FROM rollout LIMIT 1").mapTo(Long.class).findOne().isPresent();
    }

    public static Optional<RolloutRow> find(Tx tx, String id) {
        return tx.query("SELECT * FROM rollout WHERE id = :id")
                .bind("id", id)
                .map((row, context) -> row(row))
                .findOne();
    }

    public static List<RolloutRow> page(
            Tx tx,
            @Nullable String accountId,
            @Nullable String status,
            @Nullable String build,
            @Nullable String before,
            int limit) {
        var query =
                tx.query(
                                """
                                SELECT * FROM rollout WHERE id < :before <of_account> <of_status> <of_build>
                                ORDER BY id DESC LIMIT :limit
                                """)
                        .define("of_account", accountId == null ? "" : "AND account_id = :account")
                        .define("of_status", status == null ? "" : "AND status = :status")
                        .define("of_build", build == null ? "" : "AND build = :build")
                        // Ids are hex digits, which all sort before it.
                        .bind("before", before == null ? "~" : before)
                        .bind("limit", limit);
        bind(query, "account", accountId);
        bind(query, "status", status);
        bind(query, "build", build);
        return query.map((row, context) -> row(row)).list();
    }

    /** Begun and not ended: halted ones first, then the newest. */
    public static List<RolloutRow> open(Tx tx, @Nullable String accountId, int limit) {
        var query =
                tx.query(
                                """
                                SELECT * FROM rollout
                                WHERE status IN ('AWAITING_APPROVAL', 'RUNNING', 'PAUSED', 'HALTED') <of_account>
                                ORDER BY CASE status WHEN 'HALTED' THEN 0 ELSE 1 END, id DESC LIMIT :limit
                                """)
                        .define("of_account", accountId == null ? "" : "AND account_id = :account")
                        .bind("limit", limit);
        bind(query, "account", accountId);
        return query.map((row, context) -> row(row)).list();
    }

    private static void bind(Query query, String name, @Nullable String value) {
        if (value != null) {
            query.bind(name, value);
        }
    }

    public static boolean uses(Tx tx, String build) {
        return tx.query("SELECT 1 FROM rollout WHERE build = :build OR bad_build = :build LIMIT 1")
                .bind("build", build)
                .mapTo(Long.class)
                .findOne()
                .isPresent();
    }

    /** Ended after {@code at}. */
    public static List<String> endedSince(Tx tx, long at) {
        return tx.query("SELECT id FROM rollout WHERE ended_at > :at")
                .bind("at", at)
                .mapTo(String.class)
                .list();
    }

    public static void insert(Tx tx, RolloutRow r, String name) {
        tx.update(
                        """
                        INSERT INTO rollout (id, account_id, everyone, name, build, bad_build,
                            plan, revision, salt, status, stage, passed, gates, in_flight,
                            miss_streak, minute, created_at, created_by, started_by, approved_by,
                            begun_at, ended_at, leads_away)
                        VALUES (:id, :accountId, :everyone, :name, :build, :badBuild, :plan,
                            :revision, :salt, :status, :stage, :passed, :gates, :inFlight,
                            :missStreak, :minute, :createdAt, :createdBy, :startedBy,
                            :approvedBy, :begunAt, :endedAt, :leadsAway)
                        """)
                .bind("id", r.id())
                .bind("accountId", r.making().accountId())
                .bind("everyone", AttemptJson.bit(r.purpose().everyone()))
                .bind("name", name)
                .bind("build", r.purpose().build())
                .bind("badBuild", r.purpose().badBuild())
                .bind("plan", r.stored().plan())
                .bind("revision", r.stored().revision())
                .bind("salt", r.purpose().salt())
                .bind("status", r.progress().status())
                .bind("stage", r.progress().stage())
                .bind("passed", AttemptJson.bit(r.progress().passed()))
                .bind("gates", r.progress().gates())
                .bind("inFlight", r.load().inFlight())
                .bind("missStreak", r.load().missStreak())
                .bind("minute", r.load().minute())
                .bind("createdAt", r.making().createdAt())
                .bind("createdBy", r.making().createdBy())
                .bind("startedBy", r.acts().startedBy())
                .bind("approvedBy", r.acts().approvedBy())
                .bind("begunAt", r.acts().begunAt())
                .bind("endedAt", r.acts().endedAt())
                .bind("leadsAway", AttemptJson.bit(r.making().leadsAway()))
                .execute();
    }

    public static void name(Tx tx, String rollout, Collection<NamedDevice> devices) {
        tx.batch(
                """
                INSERT INTO rollout_named (rollout, account_id, mac, kind) VALUES (?, ?, ?, ?)
                ON CONFLICT (rollout, account_id, mac) DO UPDATE SET kind = 1\
                """,
                devices,
                (insert, device) -> {
                    insert.setString(1, rollout);
                    insert.setString(2, device.accountId());
                    insert.setLong(3, device.mac());
                    insert.setLong(4, device.kind());
                });
    }

    public static List<NamedDevice> named(Tx tx, String rollout) {
        return tx.query(
                        """
                        SELECT account_id, mac, kind FROM rollout_named WHERE rollout = :rollout
                        ORDER BY account_id, mac
                        """)
                .bind("rollout", rollout)
                .map((row, context) ->
                        new NamedDevice(row.getString(1), row.getLong(2), row.getLong(3)))
                .list();
    }

    public static List<TallyRow> tallies(Tx tx, String rollout) {
        return tx.query(
                        """
                        SELECT * FROM rollout_tally WHERE rollout = :rollout
                        ORDER BY stage, stratum
                        """)
                .bind("rollout", rollout)
                .map((row, context) ->
                        new TallyRow(
                                row.getString("rollout"),
                                row.getInt("stage"),
                                row.getString("stratum"),
                                tally(row)))
                .list();
    }

    /** The results of devices in finished rollouts, by board. */
    public static Map<String, Tally> endedByBoard(Tx tx) {
        var byBoard = new HashMap<String, Tally>();
        tx.query(
                        """
                        SELECT t.* FROM rollout_tally t JOIN rollout r ON r.id = t.rollout
                        WHERE r.ended_at > 0 ORDER BY r.ended_at DESC LIMIT 10000\
                        """)
                .map((row, context) ->
                        Map.entry(
                                AttemptJson.stratum(row.getString("stratum")).board(), tally(row)))
                .forEach(each -> byBoard.merge(each.getKey(), each.getValue(), Tally::plus));
        return byBoard;
    }

    public static void add(Tx tx, Map<TallyKey, Tally> deltas) {
        tx.batch(
                """
                INSERT INTO rollout_tally AS t (rollout, stage, stratum, offered,
                    in_flight, good, bad, silent, overdue, undelivered, missing,
                    delivered, crashed, left_out)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (rollout, stage, stratum) DO UPDATE SET\
                """
                        + SUMS,
                deltas.entrySet(),
                (upsert, entry) -> bind(upsert, entry.getKey(), entry.getValue()));
    }

    /**
     * Adds to the part of other accounts' devices; the empty account has those that don't count.
     */
    public static void addVotes(Tx tx, Map<VoteKey, Tally> deltas) {
        tx.batch(
                """
                INSERT INTO rollout_vote AS t (rollout, stage, stratum, offered,
                    in_flight, good, bad, silent, overdue, undelivered, missing,
                    delivered, crashed, left_out, account_id)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (rollout, stage, stratum, account_id) DO UPDATE SET\
                """
                        + SUMS,
                deltas.entrySet(),
                (upsert, entry) -> {
                    bind(upsert, entry.getKey().of(), entry.getValue());
                    upsert.setString(15, entry.getKey().accountId());
                });
    }

    private static final String SUMS =
            """
             offered = t.offered + excluded.offered,
                in_flight = t.in_flight + excluded.in_flight,
                good = t.good + excluded.good,
                bad = t.bad + excluded.bad,
                silent = t.silent + excluded.silent,
                overdue = t.overdue + excluded.overdue,
                undelivered = t.undelivered + excluded.undelivered,
                missing = t.missing + excluded.missing,
                delivered = t.delivered + excluded.delivered,
                crashed = t.crashed + excluded.crashed,
                left_out = t.left_out + excluded.left_out\
            """;

    private static void bind(PreparedStatement upsert, TallyKey key, Tally tally)
            throws SQLException {
        List<Long> counts = tally.counts();
        upsert.setString(1, key.rollout());
        upsert.setLong(2, key.stage());
        upsert.setString(3, AttemptJson.of(key.stratum()));
        for (int i = 0; i < counts.size(); i++) {
            upsert.setLong(4 + i, counts.get(i));
        }
    }

    /** The part of a rollout's counts that comes from other accounts' devices. */
    public static List<VoteRow> votes(Tx tx, String rollout) {
        return tx.query("SELECT * FROM rollout_vote WHERE rollout = :rollout")
                .bind("rollout", rollout)
                .map((row, context) ->
                        new VoteRow(
                                row.getInt("stage"),
                                row.getString("stratum"),
                                row.getString("account_id"),
                                tally(row)))
                .list();
    }

    public record VoteKey(TallyKey of, String accountId) {}

    public record VoteRow(int stage, String stratum, String accountId, Tally tally) {}

    public record TallyKey(String rollout, int stage, Stratum stratum) {}

    private static Tally tally(ResultSet row) throws SQLException {
        return new Tally(
                row.getLong("offered"),
                row.getLong("in_flight"),
                new Tally.Outcomes(row.getLong("good"), row.getLong("bad"), row.getLong("overdue")),
                row.getLong("silent"),
                row.getLong("undelivered"),
                row.getLong("left_out"),
                new Tally.LastDeliveries(row.getLong("missing"), row.getLong("delivered")),
                row.getLong("crashed"));
    }

    static RolloutRow row(ResultSet row) throws SQLException {
        return new RolloutRow(
                row.getString("id"),
                new RolloutMaking(
                        row.getString("account_id"),
                        row.getString("created_by"),
                        row.getLong("created_at"),
                        row.getLong("leads_away") == 1),
                new RolloutRow.Purpose(
                        row.getLong("everyone") == 1,
                        row.getString("build"),
                        row.getString("bad_build"),
                        row.getString("salt")),
                new RolloutRow.StoredPlan(row.getString("plan"), row.getLong("revision")),
                new RolloutRow.Progress(
                        row.getString("status"),
                        row.getInt("stage"),
                        row.getLong("passed") == 1,
                        row.getString("gates")),
                new RolloutRow.LoadCounts(
                        row.getLong("in_flight"),
                        row.getLong("miss_streak"),
                        row.getString("minute")),
                new RolloutActs(
                        row.getString("started_by"),
                        row.getString("approved_by"),
                        row.getLong("begun_at"),
                        row.getLong("ended_at")));
    }
}
