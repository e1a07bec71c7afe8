package io.slipway.rollout.grant;

import io.slipway.http.Json;
import io.slipway.rollout.json.AttemptJson;
import io.slipway.rollout.json.PlanJson;
import io.slipway.rollout.json.PlanView;
import io.slipway.rollout.rules.attempt.Attempt;
import io.slipway.rollout.rules.attempt.AttemptRow;
import io.slipway.rollout.rules.attempt.AttemptState;
import io.slipway.rollout.rules.attempt.Cause;
import io.slipway.rollout.rules.attempt.Evidence;
import io.slipway.rollout.rules.attempt.Inference;
import io.slipway.rollout.rules.attempt.Outages;
import io.slipway.rollout.rules.attempt.Policy;
import io.slipway.rollout.rules.attempt.Tally;
import io.slipway.rollout.rules.attempt.Transition;
import io.slipway.rollout.rules.plan.RolloutPlan;
import io.slipway.rollout.store.AttemptStore;
import io.slipway.rollout.store.EvidenceStore;
import io.slipway.rollout.store.RolloutRow;
import io.slipway.rollout.store.RolloutStore;
import io.slipway.sql.Tx;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Invariants of the tables at any moment; violations are listed. */
final class StoreChecks {

    private static final Policy POLICY = Policy.DEFAULTS;

    final List<String> wrongs = new ArrayList<>();

    /** Changes by cause, of everything that was replayed. */
    final Map<Cause, Integer> causes = new EnumMap<>(Cause.class);

    private final Tx tx;

    StoreChecks(Tx tx) {
        this.tx = tx;
    }

    private void wrong(boolean is, String what) {
        if (is) {
            wrongs.add(what);
        }
    }

    /** Compares counters with what they count, and stored texts with what they represent. */
    void counts(String rolloutId) {
        RolloutRow row = RolloutStore.find(tx, rolloutId).orElseThrow();
        List<AttemptRow> attempts =
                AttemptStore.ofRollout(tx, rolloutId, null, 0, Integer.MAX_VALUE);
        var recount = new HashMap<String, Tally>();
        long inFlight = 0;
        for (AttemptRow each : attempts) {
            Attempt a = each.attempt();
            recount.merge(
                    a.subject().stage() + AttemptJson.of(a.subject().stratum()),
                    Tally.of(a),
                    Tally::plus);
            inFlight += a.conclusion().state().inFlight() ? 1 : 0;
            wrong(!again(a).equals(a), "not as it was written: " + a);
        }
        wrong(
                row.load().inFlight() != inFlight,
                "in flight " + row.load().inFlight() + " is " + inFlight);
        var kept = new HashMap<String, Tally>();
        for (RolloutStore.TallyRow each : RolloutStore.tallies(tx, rolloutId)) {
            kept.put(each.stage() + each.stratum(), each.tally());
        }
        kept.values().removeIf(Tally.ZERO::equals);
        recount.values().removeIf(Tally.ZERO::equals);
        wrong(!kept.equals(recount), "counted " + kept + " is " + recount);
        GateState gateState = GateState.read(row.progress().gates());
        wrong(
                !GateState.read(gateState.json()).equals(gateState),
                "gates not as written: " + gateState);
        RolloutPlan plan = PlanJson.read(Json.read(row.stored().plan()));
        RolloutPlan read = PlanJson.read(Json.read(Json.text(PlanView.of(plan))));
        wrong(!read.equals(plan), "plan not as written: " + plan);
    }

    private static Attempt again(Attempt a) {
        return new Attempt(
                new Attempt.Subject(
                        a.subject().rolloutId(),
                        a.subject().build(),
                        a.subject().stage(),
                        AttemptJson.stratum(AttemptJson.of(a.subject().stratum()))),
                a.conclusion(),
                AttemptJson.offer(AttemptJson.of(a.offer())),
                AttemptJson.past(AttemptJson.of(a.past())),
                AttemptJson.last(AttemptJson.of(a.last())),
                a.closed(),
                a.seq(),
                a.clock());
    }

    /**
     * When attempts are re-examined.
     *
     * @param exact whether nothing has been learned of outages since: otherwise it may be too early
     */
    void due(Collection<Long> devices, Outages outages, boolean exact) {
        var stored = new HashMap<String, Long>();
        tx.handle()
                .createQuery("SELECT * FROM rollout_attempt WHERE device IN (<devices>)")
                .bindList("devices", List.copyOf(devices))
                .map((row, context) ->
                        Map.entry(
                                row.getLong("device") + row.getString("rollout"),
                                row.getLong("due")))
                .forEach(each -> stored.put(each.getKey(), each.getValue()));
        for (AttemptRow row : AttemptStore.ofDevices(tx, devices)) {
            Attempt attempt = row.attempt();
            long due = Inference.due(attempt, outages, POLICY);
            long kept = stored.get(row.deviceId() + attempt.subject().rolloutId());
            wrong(exact ? kept != due : kept > due, "due " + kept + " is " + due + ": " + attempt);
        }
    }

    /** Replays only the log. */
    void replay(Collection<Long> devices, long afterSeq) {
        var again = new HashMap<Long, Map<String, Attempt>>();
        var offers = new HashMap<String, String>();
        long seq = afterSeq;
        List<EvidenceStore.EvidenceEntry> page;
        do {
            page = EvidenceStore.after(tx, seq, 1_000);
            for (EvidenceStore.EvidenceEntry entry : page) {
                seq = entry.evidence().seq();
                if (devices.contains(entry.device())) {
                    replay(
                            again.computeIfAbsent(entry.device(), d -> new LinkedHashMap<>()),
                            entry,
                            offers);
                }
            }
        } while (!page.isEmpty());
        var stored = new HashMap<Long, Map<String, Attempt>>();
        for (AttemptRow row : AttemptStore.ofDevices(tx, devices)) {
            stored.computeIfAbsent(row.deviceId(), d -> new LinkedHashMap<>())
                    .put(row.attempt().subject().rolloutId(), row.attempt());
        }
        stored.forEach((device, attempts) ->
                attempts.forEach((rollout, attempt) -> {
                    Attempt other = again.getOrDefault(device, Map.of()).get(rollout);
                    wrong(!attempt.equals(other), "stored " + attempt + "\n is " + other);
                }));
        wrong(!stored.keySet().equals(again.keySet()), "devices of the log and of the attempts");
    }

    private void replay(
            Map<String, Attempt> attempts,
            EvidenceStore.EvidenceEntry entry,
            Map<String, String> offers) {
        Attempt before = attempts.get(entry.rollout());
        if (entry.evidence() instanceof Evidence.Offered offer) {
            String place = entry.device() + " " + entry.rollout();
            String other = offers.putIfAbsent(offer.offerId(), place);
            wrong(other != null, "one offer twice: " + other + " and " + place);
            if (before == null) {
                before = Attempt.first(entry.rollout(), offer, attempts.values());
            }
        }
        if (before == null) {
            wrongs.add("nothing was offered before " + entry);
            return;
        }
        wrong(entry.evidence().seq() <= before.seq(), "out of order: " + entry);
        Transition transition = Inference.apply(before, entry.evidence(), entry.outages(), POLICY);
        AttemptState state = before.conclusion().state();
        for (Transition.StateChange change : transition.changes()) {
            // It is always in exactly one state.
            wrong(change.from() != state, "from " + state + " to " + change);
            state = change.to();
            causes.merge(change.cause(), 1, Integer::sum);
        }
        attempts.put(entry.rollout(), transition.attempt());
    }

    /** Nothing is open any more. */
    void ended(Collection<Long> devices) {
        for (AttemptRow row : AttemptStore.ofDevices(tx, devices)) {
            AttemptState state = row.attempt().conclusion().state();
            boolean waits =
                    state.inFlight()
                            || state == AttemptState.SILENT
                            || state == AttemptState.BOOTED;
            wrong(waits, "still " + row.attempt());
        }
    }
}
