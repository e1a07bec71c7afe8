package io.slipway.rollout.store;

import io.slipway.protocol.Mac;
import io.slipway.rollout.json.AttemptJson;
import io.slipway.rollout.rules.attempt.Attempt;
import io.slipway.rollout.rules.attempt.AttemptRow;
import io.slipway.rollout.rules.attempt.AttemptState;
import io.slipway.rollout.rules.attempt.BuildRef;
import io.slipway.rollout.rules.attempt.Cause;
import io.slipway.rollout.rules.attempt.Standing;
import io.slipway.rollout.rules.attempt.Stratum;
import io.slipway.rollout.rules.attempt.Vote;
import io.slipway.sql.Tx;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The table {@code rollout_attempt}. */
public final class AttemptStore {

    private static final String COLUMNS =
            """
            SELECT device, account_id, mac, rollout, build, build_version, build_elf, stage, stratum,
                   state, cause, since, standing, offer, past, last, closed, seq, clock, vote
            FROM rollout_attempt
            """;

    private AttemptStore() {}

    /** An attempt to be written, and when it changes by itself. */
    public record AttemptWrite(AttemptRow row, long due) {}

    public static List<AttemptRow> ofDevices(Tx tx, Collection<Long> devices) {
        return tx.in(
                COLUMNS + "WHERE device IN (<keys>) ORDER BY rollout", devices, AttemptStore::row);
    }

    public static List<AttemptRow> ofBuild(Tx tx, Collection<Long> devices, String build) {
        return tx.query(COLUMNS + "WHERE device IN (<devices>) AND build = :build")
                .bindList("devices", List.copyOf(devices))
                .bind("build", build)
                .map((row, context) -> row(row))
                .list();
    }

    public static List<AttemptRow> ofRollout(
            Tx tx, String rollout, @Nullable AttemptState state, long after, int limit) {
        var query =
                tx.query(
                                COLUMNS
                                        + """
                                        WHERE rollout = :rollout AND device > :after <of_state>
                                        ORDER BY device LIMIT :limit
                                        """)
                        .define("of_state", state == null ? "" : "AND state = :state")
                        .bind("rollout", rollout)
                        .bind("after", after)
                        .bind("limit", limit);
        if (state != null) {
            query.bind("state", state.name());
        }
        return query.map((row, context) -> row(row)).list();
    }

    /** Newest offer first; the account's own history of the MAC. */
    public static List<AttemptRow> ofMac(Tx tx, String accountId, Mac mac, int limit) {
        return tx.query(
                        COLUMNS
                                + """
                                WHERE account_id = :account AND mac = :mac
                                ORDER BY since DESC LIMIT :limit
                                """)
                .bind("account", accountId)
                .bind("mac", mac.bits())
                .bind("limit", limit)
                .map((row, context) -> row(row))
                .list();
    }

    public static List<AttemptRow> quarantined(
            Tx tx, @Nullable String accountId, @Nullable String build, long after, int limit) {
        var query =
                tx.query(
                                COLUMNS
                                        + """
                                        WHERE quarantined = 1 AND device > :after <of_account> <of_build>
                                        ORDER BY device, rollout LIMIT :limit
                                        """)
                        .define("of_account", accountId == null ? "" : "AND account_id = :account")
                        .define("of_build", build == null ? "" : "AND build = :build")
                        .bind("after", after)
                        .bind("limit", limit);
        if (accountId != null) {
            query.bind("account", accountId);
        }
        if (build != null) {
            query.bind("build", build);
        }
        return query.map((row, context) -> row(row)).list();
    }

    /** Devices with an attempt that changes by itself at {@code now} or before. */
    public static List<Long> due(Tx tx, long now, int limit) {
        return tx.query(
                        """
                        SELECT device FROM rollout_attempt
                        WHERE due < 9223372036854775807 AND due <= :now ORDER BY due LIMIT :limit
                        """)
                .bind("now", now)
                .bind("limit", limit)
                .mapTo(Long.class)
                .list();
    }

    /** Devices first offered the build in the canary stage that have an offer and are not back. */
    public static List<AttemptRow> canariesOut(Tx tx, String rollout) {
        return tx.query(
                        COLUMNS
                                + """
                                WHERE rollout = :rollout AND stage = 0
                                    AND state IN ('DOWNLOADED', 'SILENT', 'LOST', 'LAPSED')
                                """)
                .bind("rollout", rollout)
                .map((row, context) -> row(row))
                .list();
    }

    /** Those of these devices that run a build which is not confirmed yet. */
    public static List<Long> booted(Tx tx, Collection<Long> devices) {
        return tx.in(
                """
                SELECT device FROM rollout_attempt
                WHERE device IN (<keys>) AND state = 'BOOTED' AND closed = 0
                """,
                devices,
                row -> row.getLong(1));
    }

    /** Devices that a finished rollout still watches unnecessarily. */
    public static List<Long> lingering(Tx tx, String rollout, int limit) {
        return tx.query(
                        """
                        SELECT device FROM rollout_attempt
                        WHERE rollout = :rollout AND closed = 0
                            AND state IN ('ELIGIBLE', 'CONFIRMED', 'DELIVERY_FAILED',
                                'INSTALL_FAILED', 'ROLLED_BACK', 'REGRESSED', 'FAILED')
                        ORDER BY device LIMIT :limit
                        """)
                .bind("rollout", rollout)
                .bind("limit", limit)
                .mapTo(Long.class)
                .list();
    }

    public static void write(Tx tx, Collection<AttemptWrite> writes) {
        // Devices that get a build together fall into few strata.
        var strata = new HashMap<Stratum, String>();
        tx.batch(
                """
                INSERT INTO rollout_attempt (rollout, device, account_id, mac, build,
                    build_version, build_elf, stage, stratum, state, cause, since,
                    standing, quarantined, closed, due, seq, clock, offer, past, last, vote)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (rollout, device) DO UPDATE SET
                    state = excluded.state, cause = excluded.cause,
                    since = excluded.since, standing = excluded.standing,
                    quarantined = excluded.quarantined, closed = excluded.closed,
                    due = excluded.due, seq = excluded.seq, clock = excluded.clock,
                    offer = excluded.offer, past = excluded.past,
                    last = excluded.last\
                """,
                writes,
                (upsert, write) -> {
                    Stratum stratum = write.row().attempt().subject().stratum();
                    bind(upsert, write, strata.computeIfAbsent(stratum, AttemptJson::of));
                });
    }

    private static void bind(PreparedStatement to, AttemptWrite write, String stratum)
            throws SQLException {
        AttemptRow row = write.row();
        Attempt a = row.attempt();
        to.setString(1, a.subject().rolloutId());
        to.setLong(2, row.deviceId());
        to.setString(3, row.accountId());
        to.setLong(4, row.mac().bits());
        to.setString(5, a.subject().build().id());
        to.setString(6, a.subject().build().version());
        to.setString(7, a.subject().build().elf());
        to.setLong(8, a.subject().stage());
        to.setString(9, stratum);
        to.setString(10, a.conclusion().state().name());
        to.setString(11, a.conclusion().cause().name());
        to.setLong(12, a.conclusion().since());
        to.setString(13, a.conclusion().standing().name());
        to.setLong(14, AttemptJson.bit(a.past().quarantined()));
        to.setLong(15, AttemptJson.bit(a.closed()));
        to.setLong(16, write.due());
        to.setLong(17, a.seq());
        to.setLong(18, a.clock());
        to.setString(19, AttemptJson.of(a.offer()));
        to.setString(20, AttemptJson.of(a.past()));
        to.setString(21, AttemptJson.of(a.last()));
        to.setString(22, row.vote().name());
    }

    // By index, in the order of COLUMNS: reading by name would search for each column.
    private static AttemptRow row(ResultSet row) throws SQLException {
        return new AttemptRow(
                row.getLong(1),
                row.getString(2),
                new Mac(row.getLong(3)),
                Vote.valueOf(row.getString(20)),
                new Attempt(
                        new Attempt.Subject(
                                row.getString(4),
                                new BuildRef(row.getString(5), row.getString(6), row.getString(7)),
                                row.getInt(8),
                                AttemptJson.stratum(row.getString(9))),
                        new Attempt.Conclusion(
                                AttemptState.valueOf(row.getString(10)),
                                Cause.valueOf(row.getString(11)),
                                row.getLong(12),
                                Standing.valueOf(row.getString(13))),
                        AttemptJson.offer(row.getString(14)),
                        AttemptJson.past(row.getString(15)),
                        AttemptJson.last(row.getString(16)),
                        row.getLong(17) == 1,
                        row.getLong(18),
                        row.getLong(19)));
    }
}
