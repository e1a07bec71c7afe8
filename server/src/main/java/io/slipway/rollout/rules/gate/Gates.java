package io.slipway.rollout.rules.gate;

import io.slipway.rollout.rules.attempt.Policy;
import io.slipway.rollout.rules.attempt.Stratum;
import io.slipway.rollout.rules.attempt.Tally;
import io.slipway.rollout.rules.gate.Verdict.GateReason;
import io.slipway.rollout.rules.gate.Verdict.Move;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether a stage goes on, ends or stops (update-rules 2.3). A pure function. */
public final class Gates {

    /** (a) With fewer decided devices, a single crash is too many in any stage. */
    private static final int FEW_DECIDED = 20;

    /** (b) At least this many: one failure is never a rate. */
    private static final int MIN_FAILURES = 2;

    /** (c) At least this many devices without a download. */
    private static final int MIN_MISSING = 3;

    /** (c) This many failed downloads in a row; if one in five fails, the probability is 10^-7. */
    private static final int MAX_STREAK = 10;

    /**
     * (c) This many if no download ever succeeded: before the first device, perhaps the only one,
     * has failed so often that it is quarantined.
     */
    private static final int FIRST_STREAK = 4;

    /** (d) */
    private static final int MIN_SILENT = 5;

    private static final double SILENT_SHARE = 0.10;
    private static final double SILENT_FACTOR = 3;

    private Gates() {}

    /**
     * Judges a stage.
     *
     * @param strata all that have a device which can have the build, offered or not: if all of them
     *     have halted, so has the rollout
     * @param stage index of the running stage; 0 is the canary stage
     * @param halts what has halted before
     * @param missStreak consecutive failed downloads of this rollout, with none successful in
     *     between
     * @param now epoch ms
     */
    public static StageVerdict judge(
            List<StratumReport> strata,
            int stage,
            Gate gate,
            Halts halts,
            long missStreak,
            Policy policy,
            long now) {
        return judge(strata, stage, false, gate, halts, missStreak, policy, now);
    }

    /**
     * As above.
     *
     * @param leadsAway whether the build may lead devices elsewhere: if so, canaries must have come
     *     back before any other device gets it
     */
    public static StageVerdict judge(
            List<StratumReport> strata,
            int stage,
            boolean leadsAway,
            Gate gate,
            Halts halts,
            long missStreak,
            Policy policy,
            long now) {
        var verdicts = new LinkedHashMap<Stratum, Verdict>();
        var halted = new HashSet<>(halts.strata());
        var paused = new HashSet<>(halts.paused());
        for (StratumReport report : strata) {
            if (halts.halted(report.stratum())) {
                continue;
            }
            Verdict verdict = judge(report, stage, gate, policy, now);
            if (verdict.move() == Move.HALT) {
                halted.add(report.stratum());
                paused.remove(report.stratum());
            } else if (verdict.move() == Move.PAUSE) {
                paused.add(report.stratum());
            } else if (paused.contains(report.stratum())) {
                // The reason for the pause stays until a person has decided.
                continue;
            }
            verdicts.put(report.stratum(), verdict);
        }
        var all = new Halts(halted, boards(strata, halted, halts.boards()), paused);
        Verdict whole = whole(strata, verdicts, gate, all, missStreak, policy);
        if (leadsAway && stage == 0 && whole.reason() == GateReason.EMPTY) {
            whole = VerdictText.noCanary().by(whole.counted());
        }
        return new StageVerdict(whole, verdicts, all);
    }

    /** Judges one stratum by itself, and records which devices were counted. */
    static Verdict judge(StratumReport r, int stage, Gate gate, Policy policy, long now) {
        return verdict(r, stage, gate, policy, now).by(r.stage().counted());
    }

    private static Verdict verdict(StratumReport r, int stage, Gate gate, Policy policy, long now) {
        Optional<Verdict> halt = halt(r, stage, gate, policy);
        if (halt.isPresent()) {
            return halt.get();
        }
        if (empty(r)) {
            return VerdictText.empty(r);
        }
        if (!enough(r, gate, policy)) {
            return undecided(r, gate, policy);
        }
        long until =
                r.enoughSince() == 0 ? Long.MAX_VALUE : r.enoughSince() + gate.soak().toMillis();
        if (now < until) {
            return VerdictText.soaking(
                    r, r.enoughSince() == 0 ? now + gate.soak().toMillis() : until, now);
        }
        Tally t = small(r, gate) ? r.stage().all() : r.seen();
        if (!small(r, gate) && !good(t, gate, policy)) {
            t = r.stage().full();
        }
        return VerdictText.passed(r, t, upper(t, policy));
    }

    // Also if it is only made-up devices that make it large.
    private static boolean small(StratumReport r, Gate gate) {
        long needed = needed(gate);
        return r.members() < needed || (settled(r) && r.stage().full().offered() < needed);
    }

    // No device to wait for, and nothing to learn by waiting.
    private static boolean empty(StratumReport r) {
        return r.members() == 0 && r.stage().all().offered() == 0;
    }

    /** Whether a stratum shows enough for the stage to end after the soak. */
    public static boolean enough(StratumReport r, Gate gate, Policy policy) {
        if (empty(r)) {
            return false;
        }
        if (small(r, gate)) {
            // A maker with three devices must be able to finish, regardless of what a single
            // stranger's devices do.
            boolean vouched = r.stage().full().decided() > 0 && r.stage().failing().size() < 2;
            Tally t = vouched ? r.stage().full() : r.stage().all();
            return settled(r) && t.outcomes().failed() == 0 && t.undelivered() == 0;
        }
        return good(r.seen(), gate, policy) || goodByItself(r, gate, policy);
    }

    private static boolean good(Tally t, Gate gate, Policy policy) {
        return t.decided() >= gate.minDecided()
                && Bounds.below(failures(t, policy), weighed(t, policy), gate.failureLimit());
    }

    // A single stranger's devices must not keep a stage from ending, either.
    private static boolean goodByItself(StratumReport r, Gate gate, Policy policy) {
        return r.stage().failing().size() < 2 && good(r.stage().full(), gate, policy);
    }

    /** The minimum number of devices that can show a rate below the limit. */
    public static long needed(Gate gate) {
        return Math.max(gate.minDecided(), Bounds.zeroFailures(gate.failureLimit()));
    }

    // No device of it is left to wait for.
    private static boolean settled(StratumReport r) {
        Tally t = r.stage().all();
        return t.decided() + t.undelivered() + t.left() >= r.members() && t.waiting() <= 0;
    }

    private static double failures(Tally t, Policy policy) {
        return t.outcomes().bad() + policy.silence().weight() * t.outcomes().overdue();
    }

    // A device that counts as half a failure counts as half a device.
    private static double weighed(Tally t, Policy policy) {
        return t.outcomes().good() + failures(t, policy);
    }

    /** The failure rate may be as high as this; 1 while nothing is known. */
    public static double upper(Tally t, Policy policy) {
        return Bounds.upper(failures(t, policy), weighed(t, policy));
    }

    /** The failure rate is unlikely to be below this; 0 while nothing is known. */
    public static double lower(Tally t, Policy policy) {
        return Bounds.lower(failures(t, policy), weighed(t, policy));
    }

    /** The share of failures among the decided; empty while none is decided. */
    public static Optional<Double> rate(Tally t, Policy policy) {
        double n = weighed(t, policy);
        return n > 0 ? Optional.of(failures(t, policy) / n) : Optional.empty();
    }

    private static Optional<Verdict> halt(StratumReport r, int stage, Gate gate, Policy policy) {
        if (r.absent().full() > 0) {
            return Optional.of(VerdictText.absent(r));
        }
        if (r.absent().accounts() >= 2) {
            return Optional.of(VerdictText.others(r, r.absent().accounts()));
        }
        Optional<Verdict> own = halt(r, r.stage().full(), r.total().full(), stage, gate, policy);
        // What one account shows may be made up; what two show is left to a person.
        if (own.isPresent() || r.total().failing().size() < 2) {
            return own;
        }
        return halt(r, r.stage().heard(), r.total().heard(), stage, gate, policy)
                .map(verdict -> VerdictText.others(r, r.total().failing().size()));
    }

    private static Optional<Verdict> halt(
            StratumReport r, Tally of, Tally total, int stage, Gate gate, Policy policy) {
        // (a) In later stages too, while little is known about the stratum.
        if (total.crashed() > 0 && (stage == 0 || total.decided() < FEW_DECIDED)) {
            return Optional.of(VerdictText.crashed(r, total));
        }
        // (b) For this stage alone, too: earlier successes must not hide present failures.
        for (Tally t : List.of(of, total)) {
            double failures = failures(t, policy);
            double n = weighed(t, policy);
            double lower = Bounds.lower(failures, n);
            if (failures >= MIN_FAILURES && lower > gate.failureLimit()) {
                return Optional.of(VerdictText.failing(r, failures, n, lower, gate));
            }
        }
        // (d)
        for (Tally t : List.of(of, total)) {
            long silent = t.silent() + t.outcomes().overdue();
            long known = t.outcomes().good() + t.outcomes().bad() + silent;
            double share = (double) silent / Math.max(1, known);
            double limit = Math.max(SILENT_FACTOR * r.noReturn(), SILENT_SHARE);
            if (silent >= MIN_SILENT && share > limit) {
                return Optional.of(VerdictText.silent(r, silent, share, limit));
            }
        }
        return Optional.empty();
    }

    private static Verdict undecided(StratumReport r, Gate gate, Policy policy) {
        if (settled(r)) {
            return VerdictText.needsAPerson(r, upper(r.stage().all(), policy), gate);
        }
        long needed = needed(gate);
        return r.members() < needed || r.seen().decided() < gate.minDecided()
                ? VerdictText.tooFew(r, needed)
                : VerdictText.doubtful(r, upper(r.seen(), policy), gate);
    }

    /** Boards on which several strata halted and nothing is known to work halt altogether. */
    private static Set<String> boards(
            List<StratumReport> strata, Set<Stratum> halted, Set<String> before) {
        var count = new HashMap<String, Integer>();
        halted.forEach(stratum -> count.merge(stratum.board(), 1, Integer::sum));
        var works = new HashSet<String>();
        for (StratumReport report : strata) {
            if (!halted.contains(report.stratum())
                    && report.total().confirming().outcomes().good() > 0) {
                works.add(report.stratum().board());
            }
        }
        var boards = new HashSet<>(before);
        count.forEach((board, n) -> {
            if (n >= 2 && !works.contains(board)) {
                boards.add(board);
            }
        });
        return boards;
    }

    private static Verdict whole(
            List<StratumReport> strata,
            Map<Stratum, Verdict> verdicts,
            Gate gate,
            Halts halts,
            long missStreak,
            Policy policy) {
        CountedDevices counted =
                strata.stream()
                        .map(report -> report.stage().counted())
                        .reduce(CountedDevices.NONE, CountedDevices::plus);
        return all(strata, verdicts, gate, halts, missStreak, policy).by(counted);
    }

    private static Verdict all(
            List<StratumReport> strata,
            Map<Stratum, Verdict> verdicts,
            Gate gate,
            Halts halts,
            long missStreak,
            Policy policy) {
        // Where a build leads devices does not depend on board or chip.
        for (Verdict verdict : verdicts.values()) {
            if (verdict.reason() == GateReason.CANARY_ABSENT) {
                return verdict;
            }
        }
        List<StratumReport> running = new ArrayList<>();
        long boardsHalted = halts.strata().stream().map(Stratum::board).distinct().count();
        long good = 0;
        for (StratumReport report : strata) {
            if (!halts.cover(report.stratum())) {
                running.add(report);
                good += report.total().confirming().outcomes().good();
            }
        }
        boolean anyHalted = !halts.strata().isEmpty() || !halts.boards().isEmpty();
        if (running.isEmpty() && !halts.paused().isEmpty()) {
            return VerdictText.allPaused(halts.paused().size());
        }
        // A build that has failed on two boards and worked on none need not be tried on a third.
        if (anyHalted && (running.isEmpty() || (boardsHalted >= 2 && good == 0))) {
            Tally all =
                    strata.stream()
                            .filter(report -> halts.cover(report.stratum()))
                            .map(report -> report.total().all())
                            .reduce(Tally.ZERO, Tally::plus);
            return VerdictText.everywhere(
                    halts.strata().stream().map(Stratum::board).collect(Collectors.toSet()), all);
        }
        if (strata.isEmpty()) {
            return VerdictText.nobody();
        }
        // All groups share one network; each other account has one share of it.
        Ballot stages = strata.stream().map(StratumReport::stage).reduce(Ballot.ZERO, Ballot::plus);
        Tally.LastDeliveries stage = stages.heard().deliveries();
        long tried = stage.missing() + stage.delivered();
        boolean failing =
                stage.missing() >= MIN_MISSING
                        && Bounds.lower((double) stage.missing(), (double) tried)
                                > gate.deliveryLimit();
        long delivered =
                strata.stream()
                        .mapToLong(report -> report.total().full().deliveries().delivered())
                        .sum();
        int longest =
                delivered > 0
                        ? MAX_STREAK
                        : Math.clamp(policy.deliveryFailures() - 1, 1, FIRST_STREAK);
        if (failing || missStreak >= longest) {
            return VerdictText.delivery(stage.missing(), tried, missStreak);
        }
        for (StratumReport report : running) {
            Verdict verdict = verdicts.get(report.stratum());
            if (verdict != null && verdict.move() != Move.PROMOTE) {
                return verdict;
            }
        }
        long empty =
                running.stream()
                        .map(report -> verdicts.get(report.stratum()))
                        .filter(verdict -> verdict != null && verdict.reason() == GateReason.EMPTY)
                        .count();
        if (empty < running.size()) {
            return VerdictText.allPassed(running.size() - empty, empty, halts);
        }
        long leftOut = running.stream().mapToLong(StratumReport::leftOut).sum();
        return leftOut > 0 ? VerdictText.onlyLeftOut(leftOut) : VerdictText.emptyStage();
    }
}
