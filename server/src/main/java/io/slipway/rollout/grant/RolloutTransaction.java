package io.slipway.rollout.grant;

import io.slipway.cluster.Topic;
import io.slipway.device.profile.Profile;
import io.slipway.device.profile.Profiles;
import io.slipway.event.EventType;
import io.slipway.event.NewEvent;
import io.slipway.rollout.grant.fleet.Baseline;
import io.slipway.rollout.grant.fleet.OutageLog;
import io.slipway.rollout.rules.attempt.Attempt;
import io.slipway.rollout.rules.attempt.AttemptRow;
import io.slipway.rollout.rules.attempt.Evidence;
import io.slipway.rollout.rules.attempt.Inference;
import io.slipway.rollout.rules.attempt.OfferTerms;
import io.slipway.rollout.rules.attempt.Outages;
import io.slipway.rollout.rules.attempt.Policy;
import io.slipway.rollout.rules.attempt.RunningBuild;
import io.slipway.rollout.rules.attempt.Stratum;
import io.slipway.rollout.rules.attempt.Transition;
import io.slipway.rollout.rules.attempt.Vote;
import io.slipway.rollout.rules.gate.AbsentCanaries;
import io.slipway.rollout.rules.gate.Halts;
import io.slipway.rollout.rules.plan.Decision;
import io.slipway.rollout.rules.plan.Limits;
import io.slipway.rollout.rules.plan.OfferCapacity;
import io.slipway.rollout.rules.plan.Quarantines;
import io.slipway.rollout.rules.plan.Rollout;
import io.slipway.rollout.store.AttemptStore;
import io.slipway.rollout.store.EvidenceStore;
import io.slipway.rollout.store.HotRolloutStore;
import io.slipway.rollout.store.RolloutRow;
import io.slipway.rollout.store.RolloutStore;
import io.slipway.sql.Tx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One transaction on rollouts: reads what it needs, applies evidence, judges, grants offers, and
 * writes everything at once. Transactions are serialized across all nodes: each one counts what
 * earlier ones granted, and sees their halts. Not thread-safe.
 */
final class RolloutTransaction {

    /**
     * What every transaction on rollouts uses.
     *
     * @param limits of all rollouts together, at the moment
     */
    record Context(
            GrantModule.Needs needs,
            PlanCache plans,
            OutageLog outages,
            Baseline baseline,
            Policy policy,
            Supplier<Limits> limits) {

        /**
         * Whether this node makes no offers: it is failing, shutting down, or has enough downloads.
         */
        boolean stopped() {
            return outages.lasts() || needs.closed().getAsBoolean();
        }

        /**
         * @param inFlight devices with an open offer, across all rollouts
         */
        OfferCapacity capacity(long inFlight) {
            return new OfferCapacity(
                    stopped(),
                    limits.get(),
                    new Limits.Load(inFlight, 0, inFlight * Limits.DEVICE_BYTES_PER_SECOND));
        }
    }

    /** Nodes' clocks differ by less than this. */
    private static final Duration AHEAD = Duration.ofMinutes(1);

    private record AttemptKey(String rollout, long device) {}

    private final Tx tx;
    private final Context context;
    private final long now;
    private final Policy policy;
    private final Outages outages;
    private final Map<String, LoadedRollout> rollouts = new LinkedHashMap<>();
    private final List<LoadedRollout> active = new ArrayList<>();
    private final Map<Long, Profile> profiles = new HashMap<>();
    private final Map<Long, Map<String, AttemptRow>> attempts = new HashMap<>();
    private final Map<AttemptKey, AttemptRow> dirty = new LinkedHashMap<>();
    private final List<EvidenceStore.EvidenceEntry> log = new ArrayList<>();
    private final List<NewEvent> events = new ArrayList<>();
    private final Map<String, Boolean> vouched = new HashMap<>();
    private @Nullable Set<String> quarantined;
    private long inFlight;

    private RolloutTransaction(Tx tx, Context context, long now) {
        this.tx = tx;
        this.context = context;
        this.now = now;
        policy = context.policy();
        outages = context.outages().known();
    }

    /** Begins; the caller ends it with {@link #flush} in the same transaction. */
    static RolloutTransaction open(Tx tx, Context context, long now) {
        RolloutStore.lock(tx);
        var transaction = new RolloutTransaction(tx, context, now);
        for (RolloutRow row : HotRolloutStore.active(tx)) {
            LoadedRollout loaded = context.plans().load(tx, row);
            transaction.rollouts.put(row.id(), loaded);
            transaction.active.add(loaded);
        }
        transaction.inFlight = HotRolloutStore.inFlight(tx);
        return transaction;
    }

    long now() {
        return now;
    }

    /** Reads what is known of the devices, in one read for all of them. */
    void load(Collection<Long> deviceIds) {
        var fresh = new HashSet<>(deviceIds);
        fresh.removeAll(attempts.keySet());
        if (fresh.isEmpty()) {
            return;
        }
        for (Profile profile : Profiles.byId(tx, List.copyOf(fresh))) {
            profiles.put(profile.id(), profile);
        }
        fresh.forEach(id -> attempts.put(id, new LinkedHashMap<>()));
        for (AttemptRow row : AttemptStore.ofDevices(tx, fresh)) {
            AttemptRow right = row;
            if (ahead(row.attempt(), now)) {
                Attempt attempt = row.attempt().notAfter(now);
                right =
                        new AttemptRow(
                                row.deviceId(), row.accountId(), row.mac(), row.vote(), attempt);
                dirty.put(new AttemptKey(attempt.subject().rolloutId(), row.deviceId()), right);
            }
            of(right.deviceId()).put(right.attempt().subject().rolloutId(), right);
        }
    }

    /** Whether it was recorded by a clock that was ahead of this one (decisions D9). */
    static boolean ahead(Attempt attempt, long now) {
        return attempt.clock() > now + AHEAD.toMillis();
    }

    /** Null for a device that is not bound. */
    @Nullable Profile profile(long device) {
        return profiles.get(device);
    }

    Collection<AttemptRow> attempts(long device) {
        return List.copyOf(of(device).values());
    }

    private Map<String, AttemptRow> of(long device) {
        return attempts.computeIfAbsent(device, id -> new LinkedHashMap<>());
    }

    /** Includes finished ones; a 404 is up to the caller. */
    Optional<LoadedRollout> rollout(String id) {
        LoadedRollout loaded = rollouts.get(id);
        if (loaded == null) {
            loaded =
                    RolloutStore.find(tx, id)
                            .map(row -> context.plans().load(tx, row))
                            .orElse(null);
            if (loaded != null) {
                rollouts.put(id, loaded);
            }
        }
        return Optional.ofNullable(loaded);
    }

    List<LoadedRollout> active() {
        return List.copyOf(active);
    }

    /** The current inputs of decisions. */
    DecisionInputs decisionInputs() {
        Set<String> bad = quarantined;
        if (bad == null) {
            bad = context.plans().quarantined(tx);
            quarantined = bad;
        }
        var shown = new ArrayList<Rollout>(active.size());
        for (LoadedRollout loaded : active) {
            shown.add(loaded.at(now));
        }
        return new DecisionInputs(
                shown,
                active.stream().map(LoadedRollout::resolved).toList(),
                new Quarantines(bad, Set.of()),
                context.capacity(inFlight),
                policy);
    }

    // ---------------------------------------------------------------- evidence

    /**
     * Applies evidence.
     *
     * @param made gets the position in the store's order
     */
    Attempt take(AttemptRow row, LongFunction<Evidence> made) {
        Attempt before = row.attempt();
        String rolloutId = before.subject().rolloutId();
        // Nodes' clocks and ids differ, but the order within a device must hold.
        Evidence evidence = made.apply(context.needs().base().ids().nextAfter(before.seq()));
        // Before the first offer there is nothing that an outage could excuse.
        long offered = before.offer().id().isEmpty() ? evidence.at() : before.offer().at();
        Outages excuses = outages.since(offered);
        log.add(new EvidenceStore.EvidenceEntry(row.deviceId(), rolloutId, evidence, excuses));
        Transition transition = Inference.apply(before, evidence, excuses, policy);
        Attempt after = transition.attempt();
        var fresh = new AttemptRow(row.deviceId(), row.accountId(), row.mac(), row.vote(), after);
        of(row.deviceId()).put(rolloutId, fresh);
        dirty.put(new AttemptKey(rolloutId, row.deviceId()), fresh);
        inFlight += transition.delta().inFlight();
        rollout(rolloutId)
                .ifPresent(loaded -> {
                    loaded.attemptChanged(fresh, transition);
                    for (Transition.StateChange change : transition.changes()) {
                        RolloutEvents.of(loaded, fresh, change).forEach(events::add);
                    }
                });
        return after;
    }

    /** Applies a check-in to all attempts that it concerns. */
    void checkedIn(Profile profile, RunningBuild running, long at) {
        for (AttemptRow row : attempts(profile.id())) {
            long seen = Math.min(profile.last().seenAt(), now);
            long previous = Math.max(seen, row.attempt().last().at());
            if (Inference.concerns(row.attempt(), running, previous, at)) {
                take(row, seq -> new Evidence.CheckedIn(seq, at, running));
            }
        }
    }

    /** Applies expired timeouts; those that are not due yet are rescheduled. */
    void timePassed(long device) {
        for (AttemptRow row : attempts(device)) {
            Attempt attempt = row.attempt();
            if (attempt.closed()) {
                continue;
            }
            if (Inference.due(attempt, outages, policy) > now) {
                dirty.putIfAbsent(new AttemptKey(attempt.subject().rolloutId(), device), row);
                continue;
            }
            take(row, seq -> new Evidence.TimePassed(seq, now));
        }
    }

    /** Evaluates the gates of all rollouts with new evidence against their build. */
    void judgeSuspects() {
        for (LoadedRollout loaded : active) {
            if (loaded.suspect()) {
                judge(loaded);
            }
        }
    }

    void judge(LoadedRollout loaded) {
        if (loaded.status() != Rollout.Status.RUNNING) {
            return;
        }
        Halts before = loaded.gateState().halts();
        int stage = loaded.stage();
        GateRunner.GateOutcome outcome =
                gateRunner(loaded).judge(policy, context.outages().measures(), now);
        RolloutEvents.of(loaded, outcome, before, stage).forEach(events::add);
    }

    GateRunner gateRunner(LoadedRollout loaded) {
        var ballots = BallotsByStage.of(tx, loaded.id(), loaded.row().purpose().everyone());
        ballots.add(loaded);
        return new GateRunner(loaded, ballots, context.baseline().noReturn(), absent(loaded));
    }

    /** Canaries that should have come back by now, where the build may lead away. */
    private Map<Stratum, AbsentCanaries> absent(LoadedRollout loaded) {
        if (!loaded.row().making().leadsAway()) {
            return Map.of();
        }
        var full = new HashMap<Stratum, Long>();
        var others = new HashMap<Stratum, Set<String>>();
        for (AttemptRow row : AttemptStore.canariesOut(tx, loaded.id())) {
            // Changes of this transaction are not written yet.
            AttemptRow newest =
                    attempts.getOrDefault(row.deviceId(), Map.of()).getOrDefault(loaded.id(), row);
            Attempt attempt = newest.attempt();
            Stratum stratum = attempt.subject().stratum();
            GateState.Acknowledged known = loaded.gateState().acknowledged().get(stratum);
            long by = Inference.backBy(attempt, outages.since(attempt.offer().at()));
            if (by > now || (known != null && by <= known.at())) {
                continue;
            }
            switch (newest.vote()) {
                case FULL -> full.merge(stratum, 1L, Long::sum);
                case LIMITED ->
                        others.computeIfAbsent(stratum, s -> new HashSet<>())
                                .add(newest.accountId());
                case NONE -> {}
            }
        }
        var absent = new HashMap<Stratum, AbsentCanaries>();
        for (Stratum stratum : union(full.keySet(), others.keySet())) {
            int accounts = others.getOrDefault(stratum, Set.of()).size();
            absent.put(stratum, new AbsentCanaries(full.getOrDefault(stratum, 0L), accounts));
        }
        return absent;
    }

    private static Set<Stratum> union(Set<Stratum> one, Set<Stratum> other) {
        var all = new HashSet<>(one);
        all.addAll(other);
        return all;
    }

    // ---------------------------------------------------------------- offers

    /** Grants the decided offer: it is the device's once this commits. */
    Offer grant(Profile profile, RunningBuild running, Decision.NewOffer decided) {
        LoadedRollout loaded = rollout(decided.rolloutId()).orElseThrow();
        String offerId = Long.toHexString(context.needs().base().ids().next());
        var others = attempts(profile.id()).stream().map(AttemptRow::attempt).toList();
        LongFunction<Evidence.Offered> offered =
                seq ->
                        new Evidence.Offered(
                                seq,
                                now,
                                offerId,
                                decided.build(),
                                decided.stage(),
                                decided.stratum(),
                                new OfferTerms(running, decided.force(), decided.visible()));
        AttemptRow row = of(profile.id()).get(decided.rolloutId());
        if (row == null) {
            Attempt first = Attempt.first(decided.rolloutId(), offered.apply(0), others);
            row =
                    new AttemptRow(
                            profile.id(),
                            profile.owner().accountId(),
                            profile.mac(),
                            vote(loaded, profile),
                            first);
        }
        take(row, offered::apply);
        for (AttemptRow other : attempts(profile.id())) {
            if (!other.attempt().subject().rolloutId().equals(decided.rolloutId())
                    && !other.attempt().closed()) {
                take(other, seq -> new Evidence.Superseded(seq, now));
            }
        }
        loaded.offered(now);
        // Until the outcome is known, each of its check-ins matters.
        context.needs().devices().changed(tx, profile.owner().pairKey());
        return new Offer(decided.build(), offerId, decided.force());
    }

    private Vote vote(LoadedRollout loaded, Profile profile) {
        boolean everyone = loaded.row().purpose().everyone();
        boolean full =
                everyone
                        && vouched.computeIfAbsent(
                                profile.owner().accountId(),
                                id ->
                                        !context.needs()
                                                .access()
                                                .accounts()
                                                .vouched(tx, List.of(id))
                                                .isEmpty());
        return Vote.of(
                everyone,
                full,
                profile.owner().proven(),
                profile.owner().boundAt(),
                loaded.row().making().createdAt());
    }

    void happens(EventType type, LoadedRollout loaded, Map<String, Object> data) {
        events.add(RolloutEvents.of(type, loaded, data));
    }

    /** A person has decided that the waiting strata stay stopped. */
    void haltedBy(String username, String why, LoadedRollout loaded, Set<Stratum> groups) {
        events.addAll(RolloutEvents.halted(username, why, loaded, groups));
    }

    /** Writes everything. Returns whether nodes must refresh their copy of the rollouts. */
    boolean flush() {
        var writes = new ArrayList<AttemptStore.AttemptWrite>(dirty.size());
        for (AttemptRow row : dirty.values()) {
            long due = Inference.due(row.attempt(), outages, policy);
            writes.add(new AttemptStore.AttemptWrite(row, due));
        }
        AttemptStore.write(tx, writes);
        EvidenceStore.append(tx, log);
        boolean recipientsChanged = false;
        for (LoadedRollout loaded : rollouts.values()) {
            RolloutStore.add(tx, loaded.deltas());
            RolloutStore.addVotes(tx, loaded.votes());
            if (loaded.changed()) {
                HotRolloutStore.update(tx, loaded.toRow());
            }
            recipientsChanged |= loaded.recipientsChanged();
        }
        context.needs().events().addAll(tx, events);
        if (recipientsChanged) {
            context.needs().base().bus().send(tx, RolloutCache.TOPIC, Topic.Signal.NEWS);
        }
        return recipientsChanged;
    }
}
