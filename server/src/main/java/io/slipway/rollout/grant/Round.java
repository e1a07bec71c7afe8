package io.slipway.rollout.grant;

import io.slipway.cluster.Bus;
import io.slipway.cluster.Topic;
import io.slipway.device.Devices;
import io.slipway.device.Profile;
import io.slipway.device.Profiles;
import io.slipway.event.EventType;
import io.slipway.event.Events;
import io.slipway.event.NewEvent;
import io.slipway.rollout.rules.attempt.Attempt;
import io.slipway.rollout.rules.attempt.AttemptRow;
import io.slipway.rollout.rules.attempt.BuildRef;
import io.slipway.rollout.rules.attempt.Evidence;
import io.slipway.rollout.rules.attempt.Inference;
import io.slipway.rollout.rules.attempt.Outages;
import io.slipway.rollout.rules.attempt.Policy;
import io.slipway.rollout.rules.attempt.Running;
import io.slipway.rollout.rules.attempt.Step;
import io.slipway.rollout.rules.attempt.Stratum;
import io.slipway.rollout.rules.attempt.Vote;
import io.slipway.rollout.rules.gate.Absent;
import io.slipway.rollout.rules.gate.Halts;
import io.slipway.rollout.rules.plan.Decision;
import io.slipway.rollout.rules.plan.Granting;
import io.slipway.rollout.rules.plan.Limits;
import io.slipway.rollout.rules.plan.Quarantines;
import io.slipway.rollout.rules.plan.Rollout;
import io.slipway.rollout.store.AttemptStore;
import io.slipway.rollout.store.EvidenceStore;
import io.slipway.rollout.store.HotRolloutStore;
import io.slipway.rollout.store.RolloutRow;
import io.slipway.rollout.store.RolloutStore;
import io.slipway.sql.Ids;
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
import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * One transaction on rollouts: reads what it needs, takes evidence in, judges, grants, and writes
 * all of it at once. Rounds take turns, on all nodes: what one grants the next has counted, and a
 * halt in one is seen by the next. Not thread-safe.
 */
final class Round {

    /** What every round stands on. */
    record Grounds(
            Catalog catalog,
            Devices devices,
            Vouched vouched,
            Events events,
            Ids ids,
            OutageLog outages,
            Bus bus,
            Policy policy,
            Limits limits,
            Baseline baseline,
            BooleanSupplier closed) {

        /** Whether this node makes no offers: it fails, shuts down, or has enough downloads. */
        boolean stopped() {
            return outages.lasts() || closed.getAsBoolean();
        }

        /**
         * @param inFlight devices with an open offer, of all rollouts together
         */
        Granting granting(long inFlight) {
            return new Granting(
                    stopped(),
                    limits,
                    new Limits.Load(inFlight, 0, inFlight * Limits.DEVICE_BYTES_PER_SECOND));
        }
    }

    /** What a check-in is told, before it is said as a device understands it. */
    record Offer(BuildRef build, String offerId, boolean force) {}

    /** Nodes are not further apart. */
    private static final Duration AHEAD = Duration.ofMinutes(1);

    private record Place(String rollout, long device) {}

    private final Tx tx;
    private final Grounds on;
    private final long now;
    private final Policy policy;
    private final Outages outages;
    private final Map<String, Live> rollouts = new LinkedHashMap<>();
    private final List<Live> granting = new ArrayList<>();
    private final Map<Long, Profile> profiles = new HashMap<>();
    private final Map<Long, Map<String, AttemptRow>> attempts = new HashMap<>();
    private final Map<Place, AttemptRow> dirty = new LinkedHashMap<>();
    private final List<EvidenceStore.Entry> log = new ArrayList<>();
    private final List<NewEvent> happened = new ArrayList<>();
    private final Map<String, Boolean> vouched = new HashMap<>();
    private @Nullable Set<String> quarantined;
    private long inFlight;

    private Round(Tx tx, Grounds on, long now) {
        this.tx = tx;
        this.on = on;
        this.now = now;
        policy = on.policy();
        outages = on.outages().known();
    }

    /** Begins; the caller ends it with {@link #flush} in the same transaction. */
    static Round open(Tx tx, Grounds on, long now) {
        RolloutStore.lock(tx);
        var round = new Round(tx, on, now);
        for (RolloutRow row : HotRolloutStore.live(tx)) {
            Live live = on.catalog().live(tx, row);
            round.rollouts.put(row.id(), live);
            round.granting.add(live);
        }
        round.inFlight = HotRolloutStore.inFlight(tx);
        return round;
    }

    long now() {
        return now;
    }

    /** Reads what is known of devices, so that it is one read for all of them. */
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
                dirty.put(new Place(attempt.rolloutId(), row.deviceId()), right);
            }
            of(right.deviceId()).put(right.attempt().rolloutId(), right);
        }
    }

    /** Whether it was told by a clock that is ahead of ours (decisions D9). */
    static boolean ahead(Attempt attempt, long now) {
        return attempt.clock() > now + AHEAD.toMillis();
    }

    /** Null for a device that nobody holds. */
    @Nullable Profile profile(long device) {
        return profiles.get(device);
    }

    Collection<AttemptRow> attempts(long device) {
        return List.copyOf(of(device).values());
    }

    private Map<String, AttemptRow> of(long device) {
        return attempts.computeIfAbsent(device, id -> new LinkedHashMap<>());
    }

    /** Also one that has ended; 404 of a rollout is its caller's business. */
    Optional<Live> rollout(String id) {
        Live live = rollouts.get(id);
        if (live == null) {
            live = RolloutStore.find(tx, id).map(row -> on.catalog().live(tx, row)).orElse(null);
            if (live != null) {
                rollouts.put(id, live);
            }
        }
        return Optional.ofNullable(live);
    }

    List<Live> granting() {
        return List.copyOf(granting);
    }

    /** What is decided by, at this moment. */
    Deciding deciding() {
        Set<String> bad = quarantined;
        if (bad == null) {
            bad = on.catalog().quarantined(tx);
            quarantined = bad;
        }
        var shown = new ArrayList<Rollout>(granting.size());
        for (Live live : granting) {
            shown.add(live.at(now));
        }
        return new Deciding(
                shown,
                granting.stream().map(Live::planned).toList(),
                new Quarantines(bad, Set.of()),
                on.granting(inFlight),
                policy);
    }

    // ---------------------------------------------------------------- evidence

    /**
     * Takes in evidence.
     *
     * @param made gets the place in the store's order
     */
    Attempt take(AttemptRow row, LongFunction<Evidence> made) {
        Attempt before = row.attempt();
        // Nodes' clocks differ, and so do their ids; within a device the order must not.
        Evidence evidence = made.apply(on.ids().nextAfter(before.seq()));
        // Before the first offer there is nothing that an outage could excuse.
        long offered = before.offer().id().isEmpty() ? evidence.at() : before.offer().at();
        Outages excuses = outages.since(offered);
        log.add(new EvidenceStore.Entry(row.deviceId(), before.rolloutId(), evidence, excuses));
        Step step = Inference.step(before, evidence, excuses, policy);
        Attempt after = step.attempt();
        var fresh = new AttemptRow(row.deviceId(), row.accountId(), row.mac(), row.vote(), after);
        of(row.deviceId()).put(after.rolloutId(), fresh);
        dirty.put(new Place(after.rolloutId(), row.deviceId()), fresh);
        inFlight += step.delta().inFlight();
        rollout(after.rolloutId())
                .ifPresent(live -> {
                    live.took(fresh, step);
                    for (Step.Change change : step.changes()) {
                        Happening.of(live, fresh, change).forEach(happened::add);
                    }
                });
        return after;
    }

    /** A check-in, for all attempts that it says something of. */
    void checkedIn(Profile profile, Running running, long at) {
        for (AttemptRow row : attempts(profile.id())) {
            long seen = Math.min(profile.seenAt(), now);
            long previous = Math.max(seen, row.attempt().last().at());
            if (Inference.concerns(row.attempt(), running, previous, at)) {
                take(row, seq -> new Evidence.CheckedIn(seq, at, running));
            }
        }
    }

    /** What time has run out for; what was woken too early is put off. */
    void timePassed(long device) {
        for (AttemptRow row : attempts(device)) {
            Attempt attempt = row.attempt();
            if (attempt.closed()) {
                continue;
            }
            if (Inference.due(attempt, outages, policy) > now) {
                dirty.putIfAbsent(new Place(attempt.rolloutId(), device), row);
                continue;
            }
            take(row, seq -> new Evidence.TimePassed(seq, now));
        }
    }

    /** Looks at the gates of all rollouts that something spoke against. */
    void judgeSuspects() {
        for (Live live : granting) {
            if (live.suspect()) {
                judge(live);
            }
        }
    }

    void judge(Live live) {
        if (live.status() != Rollout.Status.RUNNING) {
            return;
        }
        Halts before = live.gating().halts();
        int stage = live.stage();
        Judge.Outcome outcome = judgeOf(live).judge(policy, on.outages().measures(), now);
        Happening.of(live, outcome, before, stage).forEach(happened::add);
    }

    Judge judgeOf(Live live) {
        var ballots = Ballots.of(tx, live.id(), live.row().everyone());
        ballots.add(live);
        return new Judge(live, ballots, on.baseline().noReturn(), absent(live));
    }

    /** Canaries that should have come back by now, where the build may lead away. */
    private Map<Stratum, Absent> absent(Live live) {
        if (!live.row().leadsAway()) {
            return Map.of();
        }
        var full = new HashMap<Stratum, Long>();
        var others = new HashMap<Stratum, Set<String>>();
        for (AttemptRow row : AttemptStore.canariesOut(tx, live.id())) {
            // What this round has taken in is not written yet.
            AttemptRow newest =
                    attempts.getOrDefault(row.deviceId(), Map.of()).getOrDefault(live.id(), row);
            Attempt attempt = newest.attempt();
            Stratum stratum = attempt.stratum();
            Gating.Known known = live.gating().acknowledged().get(stratum);
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
        var absent = new HashMap<Stratum, Absent>();
        for (Stratum stratum : union(full.keySet(), others.keySet())) {
            int accounts = others.getOrDefault(stratum, Set.of()).size();
            absent.put(stratum, new Absent(full.getOrDefault(stratum, 0L), accounts));
        }
        return absent;
    }

    private static Set<Stratum> union(Set<Stratum> one, Set<Stratum> other) {
        var all = new HashSet<>(one);
        all.addAll(other);
        return all;
    }

    // ---------------------------------------------------------------- offers

    /** Offers what was decided: the device has it from the moment that this commits. */
    Offer grant(Profile profile, Running running, Decision.Offer decided) {
        Live live = rollout(decided.rolloutId()).orElseThrow();
        String offerId = Long.toHexString(on.ids().next());
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
                                running,
                                decided.force(),
                                decided.visible());
        AttemptRow row = of(profile.id()).get(decided.rolloutId());
        if (row == null) {
            Attempt first = Attempt.first(decided.rolloutId(), offered.apply(0), others);
            row =
                    new AttemptRow(
                            profile.id(),
                            profile.accountId(),
                            profile.mac(),
                            vote(live, profile),
                            first);
        }
        take(row, offered::apply);
        for (AttemptRow other : attempts(profile.id())) {
            if (!other.attempt().rolloutId().equals(decided.rolloutId())
                    && !other.attempt().closed()) {
                take(other, seq -> new Evidence.Superseded(seq, now));
            }
        }
        live.offered(now);
        // Until it is known what became of it, each of its check-ins counts.
        on.devices().changed(tx, profile.pairKey());
        return new Offer(decided.build(), offerId, decided.force());
    }

    private Vote vote(Live live, Profile profile) {
        boolean everyone = live.row().everyone();
        boolean full =
                everyone
                        && vouched.computeIfAbsent(
                                profile.accountId(),
                                id -> !on.vouched().of(tx, List.of(id)).isEmpty());
        return Vote.of(everyone, full, profile.proven(), profile.boundAt(), live.row().createdAt());
    }

    void happens(EventType type, Live live, Map<String, Object> data) {
        happened.add(Happening.of(type, live, data));
    }

    /** A person has decided that groups which waited for it stay stopped. */
    void haltedBy(String username, String why, Live live, Set<Stratum> groups) {
        happened.addAll(Happening.halted(username, why, live, groups));
    }

    /** Writes everything. Returns whether nodes must look at the rollouts anew. */
    boolean flush() {
        var writes = new ArrayList<AttemptStore.Write>(dirty.size());
        for (AttemptRow row : dirty.values()) {
            long due = Inference.due(row.attempt(), outages, policy);
            writes.add(new AttemptStore.Write(row, due));
        }
        AttemptStore.write(tx, writes);
        EvidenceStore.append(tx, log);
        boolean turned = false;
        for (Live live : rollouts.values()) {
            RolloutStore.add(tx, live.deltas());
            RolloutStore.addVotes(tx, live.votes());
            if (live.changed()) {
                HotRolloutStore.update(tx, live.written());
            }
            turned |= live.turned();
        }
        on.events().addAll(tx, happened);
        if (turned) {
            on.bus().send(tx, Book.TOPIC, Topic.Signal.NEWS);
        }
        return turned;
    }
}
