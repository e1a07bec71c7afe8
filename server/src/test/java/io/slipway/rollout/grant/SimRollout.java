package io.slipway.rollout.grant;

import static io.slipway.rollout.rules.Given.MINUTE;

import io.slipway.rollout.rules.attempt.Attempt;
import io.slipway.rollout.rules.attempt.Inference;
import io.slipway.rollout.rules.attempt.Outages;
import io.slipway.rollout.rules.attempt.Policy;
import io.slipway.rollout.rules.attempt.Stratum;
import io.slipway.rollout.rules.attempt.Tally;
import io.slipway.rollout.rules.attempt.Vote;
import io.slipway.rollout.rules.gate.AbsentCanaries;
import io.slipway.rollout.rules.gate.Ballot;
import io.slipway.rollout.rules.gate.Gate;
import io.slipway.rollout.rules.gate.Gates;
import io.slipway.rollout.rules.gate.Halts;
import io.slipway.rollout.rules.gate.StageVerdict;
import io.slipway.rollout.rules.gate.StratumReport;
import io.slipway.rollout.rules.gate.Verdict;
import io.slipway.rollout.rules.plan.DeviceFacts;
import io.slipway.rollout.rules.plan.Limits;
import io.slipway.rollout.rules.plan.Membership;
import io.slipway.rollout.rules.plan.Planner;
import io.slipway.rollout.rules.plan.Quarantines;
import io.slipway.rollout.rules.plan.Rollout;
import io.slipway.rollout.rules.plan.Suitability;
import io.slipway.text.Sentence;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A rollout with all its data while it runs. */
final class SimRollout {

    final Rollout plan;
    final SimImage image;
    final Map<Integer, Map<Stratum, Tally>> tallies = new HashMap<>();
    final Map<Stratum, Long> enoughSince = new HashMap<>();
    final ArrayDeque<Long> offers = new ArrayDeque<>();

    /** Devices that belong to the running stage, by stratum; counted periodically. */
    Map<Stratum, Long> members = new HashMap<>();

    private Map<Stratum, Long> leftOut = new HashMap<>();
    private final Map<Integer, Map<Stratum, Ballot>> ballots = new HashMap<>();

    private Map<Stratum, AbsentCanaries> absent = Map.of();

    /** Whether its build may lead devices elsewhere. */
    boolean leadsAway;

    /** Before the count, it may be any number. */
    private boolean counted;

    Rollout.Status status = Rollout.Status.RUNNING;
    int stage;
    Halts halts = Halts.NONE;
    long missStreak;

    /** When it stopped permanently, and at which stage. */
    long haltedAt;

    Verdict last =
            new Verdict(Verdict.Move.HOLD, Verdict.GateReason.UNDECIDED, new Sentence("-", "-"));
    int pauses;

    SimRollout(Rollout plan, SimImage image) {
        this.plan = plan;
        this.image = image;
    }

    void add(int stageOf, Stratum stratum, SimDevice device, Tally delta) {
        Ballot ballot =
                switch (device.vote) {
                    case FULL -> Ballot.of(delta);
                    case LIMITED ->
                            new Ballot(Tally.ZERO, Map.of(device.account, delta), Tally.ZERO);
                    case NONE -> new Ballot(Tally.ZERO, Map.of(), delta);
                };
        ballots.computeIfAbsent(stageOf, s -> new HashMap<>()).merge(stratum, ballot, Ballot::plus);
        tallies.computeIfAbsent(stageOf, s -> new HashMap<>()).merge(stratum, delta, Tally::plus);
    }

    Tally total() {
        return tallies.values().stream()
                .flatMap(m -> m.values().stream())
                .reduce(Tally.ZERO, Tally::plus);
    }

    Tally total(Stratum stratum) {
        return tallies.values().stream()
                .map(m -> m.getOrDefault(stratum, Tally.ZERO))
                .reduce(Tally.ZERO, Tally::plus);
    }

    Rollout at(long now) {
        while (!offers.isEmpty() && offers.peek() <= now - MINUTE) {
            offers.remove();
        }
        long inFlight = total().inFlight();
        return new Rollout(
                plan.id(),
                plan.createdAt(),
                plan.reach(),
                plan.target(),
                plan.bad(),
                new Rollout.Course(
                        plan.course().stages(),
                        stage,
                        status,
                        new Limits.Load(
                                inFlight, offers.size(), inFlight * Limits.DEVICE_BYTES_PER_SECOND),
                        halts),
                plan.schedule(),
                plan.visible());
    }

    /** Evaluates the gates and applies their verdicts. */
    void judge(long now, Policy policy) {
        if (status != Rollout.Status.RUNNING) {
            return;
        }
        Gate gate = plan.course().stages().get(stage).gate();
        var reports = new ArrayList<StratumReport>();
        var strata = new java.util.LinkedHashSet<>(members.keySet());
        tallies.values().forEach(m -> strata.addAll(m.keySet()));
        for (Stratum stratum : strata) {
            Ballot here = ballots.getOrDefault(stage, Map.of()).getOrDefault(stratum, Ballot.ZERO);
            Ballot all =
                    ballots.values().stream()
                            .map(m -> m.getOrDefault(stratum, Ballot.ZERO))
                            .reduce(Ballot.ZERO, Ballot::plus);
            long out = leftOut.getOrDefault(stratum, 0L);
            long count = counted ? members.getOrDefault(stratum, 0L) : Long.MAX_VALUE;
            var report = new StratumReport(stratum, count, out, here, all, 0, 0);
            if (Gates.enough(report, gate, policy)) {
                enoughSince.putIfAbsent(stratum, now);
            } else {
                enoughSince.remove(stratum);
            }
            reports.add(
                    new StratumReport(
                            stratum,
                            count,
                            out,
                            here,
                            all,
                            0,
                            enoughSince.getOrDefault(stratum, 0L),
                            absent.getOrDefault(stratum, AbsentCanaries.NONE)));
        }
        StageVerdict verdict =
                Gates.judge(reports, stage, leadsAway, gate, halts, missStreak, policy, now);
        halts = verdict.halts();
        last = verdict.whole();
        switch (last.move()) {
            case HALT -> {
                status = Rollout.Status.HALTED;
                haltedAt = now;
            }
            case PAUSE -> {
                status = Rollout.Status.PAUSED;
                pauses++;
            }
            case PROMOTE -> {
                if (stage + 1 < plan.course().stages().size()) {
                    stage++;
                    enoughSince.clear();
                    members = new HashMap<>();
                    counted = false;
                }
            }
            case HOLD -> {}
        }
    }

    /** Determines which of its canaries should have come back. */
    void miss(List<SimServer.Known> devices, Outages outages, long now) {
        var fresh = new HashMap<Stratum, AbsentCanaries>();
        for (Attempt attempt : absent(devices, outages, now)) {
            AbsentCanaries before =
                    fresh.getOrDefault(attempt.subject().stratum(), AbsentCanaries.NONE);
            fresh.put(attempt.subject().stratum(), new AbsentCanaries(before.full() + 1, 0));
        }
        absent = fresh;
    }

    /** Its canaries that count in full and should have come back by then. */
    List<Attempt> absent(List<SimServer.Known> devices, Outages outages, long now) {
        var found = new ArrayList<Attempt>();
        for (SimServer.Known known : devices) {
            Attempt attempt = known.attempts.get(plan.id());
            if (leadsAway
                    && attempt != null
                    && attempt.subject().stage() == 0
                    && known.device.vote == Vote.FULL
                    && Inference.backBy(attempt, outages) <= now) {
                found.add(attempt);
            }
        }
        return found;
    }

    /** Counts the devices that belong to the stage. */
    void count(List<SimServer.Known> devices) {
        var fresh = new HashMap<Stratum, Long>();
        var out = new HashMap<Stratum, Long>();
        Rollout now = at(0);
        for (SimServer.Known known : devices) {
            Attempt attempt = known.attempts.get(plan.id());
            if (attempt != null) {
                if (attempt.subject().stage() == stage) {
                    count(attempt.subject().stratum(), known.device, 1, fresh, out);
                }
                continue;
            }
            DeviceFacts facts = known.facts();
            boolean reachable =
                    facts != null
                            && new Suitability(facts).selection(now) == null
                            && Planner.exclusion(
                                            facts,
                                            known.attempts.values(),
                                            Quarantines.NONE,
                                            now,
                                            Policy.DEFAULTS)
                                    .isEmpty();
            if (reachable) {
                boolean belongs =
                        Membership.within(
                                now.reach().salt(), facts.id(), now.course().running().share());
                Stratum stratum = new Suitability(facts).stratum(now.target());
                count(stratum, known.device, belongs ? 1 : 0, fresh, out);
            }
        }
        members = fresh;
        leftOut = out;
        counted = true;
    }

    private static void count(
            Stratum stratum,
            SimDevice device,
            long devices,
            Map<Stratum, Long> members,
            Map<Stratum, Long> out) {
        boolean counts = device.vote != Vote.NONE;
        members.merge(stratum, counts ? devices : 0, Long::sum);
        out.merge(stratum, counts ? 0 : devices, Long::sum);
    }
}
