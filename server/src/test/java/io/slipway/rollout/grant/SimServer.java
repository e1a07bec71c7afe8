package io.slipway.rollout.grant;

import static io.slipway.rollout.rules.Given.DAY;
import static io.slipway.rollout.rules.Given.HOUR;
import static io.slipway.rollout.rules.Given.MINUTE;

import io.slipway.protocol.ota.CheckIn;
import io.slipway.protocol.socket.Battery;
import io.slipway.rollout.rules.Given;
import io.slipway.rollout.rules.attempt.Attempt;
import io.slipway.rollout.rules.attempt.AttemptState;
import io.slipway.rollout.rules.attempt.Cause;
import io.slipway.rollout.rules.attempt.Evidence;
import io.slipway.rollout.rules.attempt.Inference;
import io.slipway.rollout.rules.attempt.OfferTerms;
import io.slipway.rollout.rules.attempt.Outages;
import io.slipway.rollout.rules.attempt.Policy;
import io.slipway.rollout.rules.attempt.RunningBuild;
import io.slipway.rollout.rules.attempt.Tally;
import io.slipway.rollout.rules.attempt.Transition;
import io.slipway.rollout.rules.attempt.Vote;
import io.slipway.rollout.rules.plan.Decision;
import io.slipway.rollout.rules.plan.DeviceFacts;
import io.slipway.rollout.rules.plan.Limits;
import io.slipway.rollout.rules.plan.OfferCapacity;
import io.slipway.rollout.rules.plan.Planner;
import io.slipway.rollout.rules.plan.Quarantines;
import io.slipway.rollout.rules.plan.Refusal;
import io.slipway.rollout.rules.plan.Rollout;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The server's part around inference, planner and gates, in memory: writes the event log, answers
 * each check-in, wakes attempts that time out, and evaluates the gates. Two nodes with different
 * clocks.
 */
final class SimServer implements SimGateway {

    /** An entry of the event log. */
    record Entry(String device, String rollout, Evidence evidence) {}

    /** What is known about a device. */
    static final class Known {
        final SimDevice device;
        final Map<String, Attempt> attempts = new LinkedHashMap<>();
        final Map<String, List<Transition.StateChange>> changes = new HashMap<>();
        @Nullable RunningBuild running;
        long runningSince;
        boolean settling;
        long seenAt;
        int rssi;
        @Nullable Battery battery;

        Known(SimDevice device) {
            this.device = device;
        }

        // A check-in answered with an error did not mark the build valid: it hasn't settled.
        void saw(RunningBuild now, long at, boolean answered) {
            RunningBuild last = running;
            boolean same = last != null && last.sameBuild(now) && last.slot().equals(now.slot());
            if (!same || !settling) {
                runningSince = at;
            }
            settling = answered || (same && settling);
            running = now;
        }

        @Nullable DeviceFacts facts() {
            RunningBuild last = running;
            return last == null
                    ? null
                    : new DeviceFacts(
                            device.id,
                            new DeviceFacts.DeviceOwner(device.account, true, "", "", Set.of()),
                            last,
                            runningSince,
                            device.board,
                            new CheckIn.Hardware(Given.CHIP, 0, 0, device.psram, device.table),
                            DeviceFacts.NamedBy.NONE,
                            new DeviceFacts.Readings(rssi, battery));
        }
    }

    final List<SimRollout> rollouts = new ArrayList<>();
    final List<Entry> log = new ArrayList<>();
    final Map<String, Known> devices = new LinkedHashMap<>();
    private final Map<String, Known> offered = new HashMap<>();
    final List<String> wrongs = new ArrayList<>();

    /** How often a check-in got nothing, by reason. */
    final Map<Refusal, Integer> refusals = new EnumMap<>(Refusal.class);

    Outages outages = Outages.NONE;
    private final Set<String> quarantined = new HashSet<>();
    private final SimWorld world;
    private final long skew;
    private final Policy policy = Policy.DEFAULTS;
    private long seq;
    private int offers;
    private int downloads;
    long lastOffer;
    boolean closing;

    SimServer(SimWorld world, long skew) {
        this.world = world;
        this.skew = skew;
    }

    void start() {
        world.after(
                2 * HOUR,
                () -> {
                    rollouts.forEach(this::look);
                    if (!closing) {
                        start();
                    }
                });
    }

    // Counted first: new devices must be waited for.
    void look(SimRollout rollout) {
        rollout.count(new ArrayList<>(devices.values()));
        rollout.miss(new ArrayList<>(devices.values()), outages, world.now);
        rollout.judge(world.now, policy);
    }

    @Override
    public SimImage anyTarget() {
        return rollouts.get(world.random.nextInt(rollouts.size())).image;
    }

    private long clock() {
        return world.now + (skew > 0 && world.random.nextBoolean() ? skew : 0);
    }

    private boolean down() {
        return outages.touch(world.now, world.now);
    }

    // ------------------------------------------------------------ devices call

    @Override
    public Answer post(SimDevice device, RunningBuild running) {
        long now = clock();
        var none = new Answer(true, true, null, false, device.image());
        // In an outage half of the check-ins are lost and half are recorded and answered with 500.
        boolean broken = down();
        if (broken && world.random.nextBoolean()) {
            return new Answer(false, false, null, false, device.image());
        }
        Known known = devices.computeIfAbsent(device.id, id -> new Known(device));
        known.saw(running, now, !broken);
        known.rssi = device.rssi();
        for (Attempt attempt : List.copyOf(known.attempts.values())) {
            if (Inference.concerns(attempt, running, known.seenAt, now)) {
                take(known, attempt, new Evidence.CheckedIn(++seq, now, running));
            }
        }
        known.seenAt = now;
        if (broken) {
            return new Answer(false, true, null, false, device.image());
        }
        return switch (decide(known, now)) {
            case Decision.NewOffer offer -> grant(known, offer, running, now);
            case Decision.Repeat repeat -> repeated(repeat);
            case Decision.None refused -> {
                refusals.merge(refused.why().refusal(), 1, Integer::sum);
                yield none;
            }
        };
    }

    private Decision decide(Known known, long now) {
        return Planner.decide(
                known.facts(),
                known.attempts.values(),
                Quarantines.NONE,
                rollouts.stream().map(r -> r.at(now)).toList(),
                new OfferCapacity(down(), Limits.NONE, Limits.Load.NONE),
                policy,
                now);
    }

    private static boolean empty(@Nullable Battery told, long now) {
        return told != null
                && !told.charging()
                && told.level() < 20
                && told.at() <= now
                && now - told.at() <= DAY;
    }

    private Answer repeated(Decision.Repeat repeat) {
        SimRollout rollout = rollout(repeat.rolloutId());
        wrong(rollout.status != Rollout.Status.RUNNING, "offered again after a halt");
        return new Answer(true, true, repeat.offerId(), repeat.force(), rollout.image);
    }

    private Answer grant(Known known, Decision.NewOffer offer, RunningBuild running, long now) {
        SimRollout rollout = rollout(offer.rolloutId());
        int most = rollout.plan.schedule().limits().inFlight();
        wrong(rollout.status != Rollout.Status.RUNNING, "an offer after the halt");
        wrong(rollout.halts.cover(offer.stratum()), "an offer to a group that has halted");
        wrong(most > 0 && rollout.total().inFlight() >= most, "more in flight than may be");
        wrong(
                quarantined.contains(known.device.id + offer.build().id()),
                "offered what is in quarantine");
        wrong(running.runs(offer.build()), "offered what runs already");
        wrong(known.rssi < -80, "offered over a weak signal");
        wrong(empty(known.battery, now), "offered to an empty battery");
        wrong(
                known.device.psram == 0 && rollout.plan.target().needsPsram(),
                "offered what needs PSRAM to a device without");
        for (Attempt other : known.attempts.values()) {
            wrong(other.conclusion().state().inFlight(), "two offers open at once");
            boolean same = other.subject().build().id().equals(offer.build().id());
            wrong(same && now - other.offer().at() < 10 * MINUTE, "offered again too soon");
        }
        rollout.offers.add(now);
        lastOffer = world.now;
        String id = "o" + ++offers;
        offered.put(id, known);
        var evidence =
                new Evidence.Offered(
                        ++seq,
                        now,
                        id,
                        offer.build(),
                        offer.stage(),
                        offer.stratum(),
                        new OfferTerms(running, offer.force(), offer.visible()));
        Attempt attempt = known.attempts.get(offer.rolloutId());
        if (attempt == null) {
            attempt = Attempt.first(offer.rolloutId(), evidence, known.attempts.values());
        }
        take(known, attempt, evidence);
        for (Attempt other : List.copyOf(known.attempts.values())) {
            if (!other.subject().rolloutId().equals(offer.rolloutId())) {
                take(known, other, new Evidence.Superseded(++seq, now));
            }
        }
        return new Answer(true, true, id, offer.force(), rollout.image);
    }

    /** Null is 403 or 500. The token is valid for as long as a device may take to start. */
    @Override
    public @Nullable Download get(String offerId) {
        Known known = offered.get(offerId);
        if (known == null || down()) {
            return null;
        }
        for (Attempt attempt : known.attempts.values()) {
            long until = attempt.offer().at() + Inference.START_WITHIN.toMillis();
            if (attempt.offer().id().equals(offerId) && world.now < until) {
                var download = new Download("d" + ++downloads, offerId, known.device);
                take(
                        known,
                        attempt,
                        new Evidence.DownloadBegan(++seq, clock(), offerId, download.id()));
                return download;
            }
        }
        return null;
    }

    @Override
    public void ended(Download download, Evidence.DownloadEnd end) {
        Known known = devices.get(download.device().id);
        for (Attempt attempt : List.copyOf(known.attempts.values())) {
            if (attempt.offer().id().equals(download.offerId())) {
                take(
                        known,
                        attempt,
                        new Evidence.DownloadEnded(
                                ++seq, clock(), download.offerId(), download.id(), 1, end));
            }
        }
    }

    @Override
    public void session(SimDevice device) {
        Known known = devices.get(device.id);
        if (!down() && known != null) {
            Battery told = device.battery(clock());
            known.battery = told == null ? known.battery : told;
            for (Attempt attempt : List.copyOf(known.attempts.values())) {
                if (attempt.conclusion().state() == AttemptState.BOOTED) {
                    take(known, attempt, new Evidence.SessionOpened(++seq, clock()));
                }
            }
        }
    }

    /** Its flash was erased; its owner handles it, or hasn't yet. */
    @Override
    public void erased(SimDevice device) {
        Known known = devices.get(device.id);
        if (known == null) {
            return;
        }
        if (world.random.nextBoolean()) {
            for (Attempt attempt : List.copyOf(known.attempts.values())) {
                take(known, attempt, new Evidence.PinMoved(++seq, clock()));
            }
        }
    }

    // ------------------------------------------------------------ people act

    /** A person lifts quarantines. */
    void clear(Known known) {
        for (Attempt attempt : List.copyOf(known.attempts.values())) {
            if (attempt.past().quarantined()) {
                quarantined.remove(known.device.id + attempt.subject().build().id());
                take(known, attempt, new Evidence.Cleared(++seq, clock()));
            }
        }
    }

    void cancel(SimRollout rollout) {
        rollout.status = Rollout.Status.CANCELLED;
        for (Known known : devices.values()) {
            Attempt attempt = known.attempts.get(rollout.plan.id());
            if (attempt != null) {
                take(known, attempt, new Evidence.Superseded(++seq, clock()));
            }
        }
    }

    // ------------------------------------------------------------ evidence

    private void take(Known known, Attempt attempt, Evidence evidence) {
        log.add(new Entry(known.device.id, attempt.subject().rolloutId(), evidence));
        Transition transition = Inference.apply(attempt, evidence, outages, policy);
        Attempt after = transition.attempt();
        known.attempts.put(after.subject().rolloutId(), after);
        SimRollout rollout = rollout(after.subject().rolloutId());
        rollout.add(
                after.subject().stage(),
                after.subject().stratum(),
                known.device,
                transition.delta());
        boolean judge = false;
        for (Transition.StateChange change : transition.changes()) {
            if (change.quarantines()) {
                quarantined.add(known.device.id + after.subject().build().id());
            }
            if (known.device.vote != Vote.FULL) {
                continue;
            }
            if (change.cause().missed()) {
                rollout.missStreak++;
                judge = true;
            } else if (change.cause() == Cause.DOWNLOADED) {
                rollout.missStreak = 0;
            }
        }
        if (!transition.changes().isEmpty()) {
            wake(known, after);
            known.changes
                    .computeIfAbsent(after.subject().rolloutId(), id -> new ArrayList<>())
                    .addAll(transition.changes());
        }
        // Evidence against the build is judged at once, the rest periodically.
        Tally d = transition.delta();
        if (judge
                || d.outcomes().bad() > 0
                || d.crashed() > 0
                || d.silent() > 0
                || d.outcomes().overdue() > 0) {
            look(rollout);
        }
    }

    private void wake(Known known, Attempt attempt) {
        long due = Inference.due(attempt, outages, policy);
        if (due < Long.MAX_VALUE) {
            world.at(due, () -> woken(known, attempt.subject().rolloutId()));
        }
    }

    private void woken(Known known, String rolloutId) {
        Attempt attempt = known.attempts.get(rolloutId);
        if (Inference.due(attempt, outages, policy) <= world.now) {
            take(known, attempt, new Evidence.TimePassed(++seq, world.now));
        } else {
            // It has moved on without a change, or we were down.
            wake(known, attempt);
        }
    }

    SimRollout rollout(String id) {
        return rollouts.stream().filter(r -> r.plan.id().equals(id)).findFirst().orElseThrow();
    }

    private void wrong(boolean is, String what) {
        if (is) {
            wrongs.add(what);
        }
    }

    /** Replays only the log; returns the differences from the current states. */
    List<String> replay() {
        var again = new HashMap<String, Map<String, Attempt>>();
        for (Entry entry : log) {
            var attempts = again.computeIfAbsent(entry.device(), d -> new LinkedHashMap<>());
            Attempt before = attempts.get(entry.rollout());
            if (before == null && entry.evidence() instanceof Evidence.Offered offer) {
                before = Attempt.first(entry.rollout(), offer, attempts.values());
            }
            Attempt after = Inference.apply(before, entry.evidence(), outages, policy).attempt();
            attempts.put(entry.rollout(), after);
        }
        var differences = new ArrayList<String>();
        for (Known known : devices.values()) {
            var other = again.getOrDefault(known.device.id, Map.of());
            if (!known.attempts.equals(other)) {
                differences.add(known.attempts + " is " + other);
            }
        }
        return differences;
    }
}
