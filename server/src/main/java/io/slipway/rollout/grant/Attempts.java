package io.slipway.rollout.grant;

import io.slipway.account.Audit;
import io.slipway.account.Caller;
import io.slipway.device.DeviceRef;
import io.slipway.device.profile.Profiles;
import io.slipway.http.Problem;
import io.slipway.protocol.Mac;
import io.slipway.rollout.grant.decision.DecisionLog;
import io.slipway.rollout.grant.decision.Explanation;
import io.slipway.rollout.rules.attempt.AttemptRow;
import io.slipway.rollout.rules.attempt.AttemptState;
import io.slipway.rollout.rules.attempt.Evidence;
import io.slipway.rollout.store.AttemptStore;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import io.slipway.sql.Tx;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The devices' ways through rollouts, with reasons. Callers see those of their own account,
 * administrators all; anything else is 404. Thread-safe; calls block.
 */
public final class Attempts {

    /** The maximum number of attempts shown for a device. */
    private static final int HISTORY = 200;

    private final Database database;
    private final InstantSource clock;
    private final Audit audit;
    private final RolloutTransaction.Context context;
    private final RolloutCache cache;

    Attempts(
            Database database,
            InstantSource clock,
            Audit audit,
            RolloutTransaction.Context context,
            RolloutCache cache) {
        this.database = database;
        this.clock = clock;
        this.audit = audit;
        this.context = context;
        this.cache = cache;
    }

    /** Devices of a rollout, by device id after {@code cursor}. */
    public List<AttemptRow> ofRollout(
            Caller caller, String id, @Nullable AttemptState state, long cursor, int limit) {
        return database.read(
                Plane.CONSOLE,
                tx -> {
                    Rollouts.require(tx, caller, id);
                    return AttemptStore.ofRollout(tx, id, state, cursor, limit + 1);
                });
    }

    /** All attempts of a device, the latest first; for a MAC, those of the caller's account. */
    public List<AttemptRow> history(Caller caller, DeviceRef ref) {
        return database.read(Plane.CONSOLE, tx -> history(tx, caller, ref));
    }

    private static List<AttemptRow> history(Tx tx, Caller caller, DeviceRef ref) {
        Mac mac = ref.mac();
        return mac != null
                ? AttemptStore.ofMac(tx, caller.accountId(), mac, HISTORY)
                : AttemptStore.ofDevices(tx, List.of(ref.id())).stream()
                        .filter(row -> caller.admin() || row.accountId().equals(caller.accountId()))
                        .sorted(
                                Comparator.comparingLong((AttemptRow row) ->
                                                row.attempt().conclusion().since())
                                        .reversed())
                        .toList();
    }

    /** Why it was or wasn't offered a build. */
    public Explanation explain(Caller caller, DeviceRef ref) {
        long now = clock.millis();
        DecisionInputs inputs = cache.decisionInputs(context.capacity(0), context.policy());
        return database.read(
                Plane.CONSOLE,
                tx -> {
                    boolean anybodys = ref.mac() == null && caller.admin();
                    var device =
                            anybodys
                                    ? context.needs().devices().requireAnybodys(tx, ref)
                                    : context.needs()
                                            .devices()
                                            .require(tx, caller.accountId(), ref);
                    var profile = Profiles.byId(tx, List.of(device.id())).getFirst();
                    var attempts =
                            AttemptStore.ofDevices(tx, List.of(profile.id())).stream()
                                    .map(AttemptRow::attempt)
                                    .toList();
                    return new Explanation(
                            DecisionLog.find(tx, profile.id()).orElse(null),
                            inputs.decide(profile, profile.last().rssi(), attempts, now));
                });
    }

    /** Quarantined devices, by device id after {@code cursor}. */
    public List<AttemptRow> quarantine(
            Caller caller, @Nullable String buildId, long cursor, int limit) {
        return database.read(
                Plane.CONSOLE,
                tx ->
                        AttemptStore.quarantined(
                                tx, Rollouts.scope(caller), buildId, cursor, limit + 1));
    }

    /**
     * Lets a build be offered to a device again (update-rules U15).
     *
     * @param why for the audit log; may be empty
     */
    public void clear(Caller caller, DeviceRef ref, String buildId, String why) {
        database.run(
                Plane.CONSOLE,
                tx -> {
                    var transaction = RolloutTransaction.open(tx, context, clock.millis());
                    List<AttemptRow> rows =
                            history(tx, caller, ref).stream()
                                    .filter(row ->
                                            row.attempt().subject().build().id().equals(buildId))
                                    .filter(row -> row.attempt().past().quarantined())
                                    .toList();
                    if (rows.isEmpty()) {
                        throw Problem.notFound("没有这条隔离记录", "No such quarantine");
                    }
                    transaction.load(rows.stream().map(AttemptRow::deviceId).toList());
                    for (AttemptRow row : rows) {
                        transaction.take(row, seq -> new Evidence.Cleared(seq, clock.millis()));
                        var profile = transaction.profile(row.deviceId());
                        if (profile != null) {
                            context.needs().devices().changed(tx, profile.owner().pairKey());
                        }
                    }
                    String detail = "build " + buildId + (why.isEmpty() ? "" : ": " + why);
                    audit.record(tx, caller, "quarantine.clear", ref.toString(), detail);
                    transaction.flush();
                });
    }
}
