package io.slipway.rollout.grant;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.http.Json;
import io.slipway.rollout.json.AttemptJson;
import io.slipway.rollout.rules.attempt.Stratum;
import io.slipway.rollout.rules.attempt.Tally;
import io.slipway.rollout.rules.gate.Ballot;
import io.slipway.rollout.rules.gate.CountedDevices;
import io.slipway.rollout.rules.gate.Halts;
import io.slipway.rollout.rules.gate.StageVerdict;
import io.slipway.rollout.rules.gate.Verdict;
import io.slipway.text.Sentence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a rollout's gates use besides the tallies, and their verdicts.
 *
 * @param enoughSince since when each stratum of the running stage shows enough, epoch ms
 * @param verdict the last one; null before the first
 * @param strata the verdict on each stratum
 * @param members devices of the running stage by stratum, as counted at {@code countedAt}
 * @param leftOut like {@code members}, devices that don't count (decisions D11)
 * @param acknowledged what was known of each stratum when a person resumed the rollout
 */
record GateState(
        Halts halts,
        Map<Stratum, Long> enoughSince,
        @Nullable Verdict verdict,
        Map<Stratum, Verdict> strata,
        Map<Stratum, Long> members,
        Map<Stratum, Long> leftOut,
        long countedAt,
        Map<Stratum, Acknowledged> acknowledged) {

    /**
     * The counts of a stratum when a person resumed the rollout after a halt.
     *
     * @param stageIndex the stage that {@code stage} is of
     * @param stage of the devices that count in full, as {@code total}
     * @param without other accounts on whose devices the build had failed: they no longer count
     * @param at when it was, epoch ms: canaries that were absent by then are no longer missed
     */
    record Acknowledged(int stageIndex, Tally stage, Tally total, Set<String> without, long at) {

        Acknowledged {
            without = Set.copyOf(without);
        }

        /** What the gates consider of a stage whose current counts are {@code now}. */
        Ballot since(int index, Ballot now) {
            Tally full = index == stageIndex ? without(now.full(), stage) : now.full();
            return now.withFull(full).without(without);
        }

        /** What the gates consider of all stages whose current counts are {@code now}. */
        Ballot sinceAll(Ballot now) {
            return now.withFull(without(now.full(), total)).without(without);
        }

        // Only what counts against the build is forgiven; decided devices stay decided.
        private static Tally without(Tally now, Tally known) {
            return new Tally(
                    now.offered(),
                    now.inFlight(),
                    new Tally.Outcomes(
                            now.outcomes().good(),
                            less(now.outcomes().bad(), known.outcomes().bad()),
                            less(now.outcomes().overdue(), known.outcomes().overdue())),
                    less(now.silent(), known.silent()),
                    now.undelivered(),
                    now.left() + Math.min(now.outcomes().bad(), known.outcomes().bad()),
                    new Tally.LastDeliveries(
                            less(now.deliveries().missing(), known.deliveries().missing()),
                            now.deliveries().delivered()),
                    less(now.crashed(), known.crashed()));
        }

        private static long less(long now, long known) {
            return Math.max(0, now - known);
        }
    }

    static final GateState NONE =
            new GateState(Halts.NONE, Map.of(), null, Map.of(), Map.of(), Map.of(), 0, Map.of());

    GateState {
        enoughSince = Map.copyOf(enoughSince);
        strata = Map.copyOf(strata);
        members = Map.copyOf(members);
        leftOut = Map.copyOf(leftOut);
        acknowledged = Map.copyOf(acknowledged);
    }

    GateState counted(MemberCounter.MemberCounts fresh, long at) {
        return new GateState(
                halts,
                enoughSince,
                verdict,
                strata,
                fresh.members(),
                fresh.leftOut(),
                at,
                acknowledged);
    }

    /** Whether the result of this count is the known one. */
    boolean knows(MemberCounter.MemberCounts count) {
        return countedAt != 0 && members.equals(count.members()) && leftOut.equals(count.leftOut());
    }

    /** Strata that wait for a person's decision stay stopped. */
    GateState haltPaused() {
        var all = new HashSet<>(halts.strata());
        all.addAll(halts.paused());
        return new GateState(
                new Halts(all, halts.boards()),
                enoughSince,
                verdict,
                strata,
                members,
                leftOut,
                countedAt,
                acknowledged);
    }

    GateState with(StageVerdict stageVerdict, Map<Stratum, Long> enough) {
        // A stratum that has halted isn't judged again; the reason is still needed.
        var each = new HashMap<>(strata);
        each.keySet().removeIf(stratum -> !stageVerdict.halts().cover(stratum));
        each.putAll(stageVerdict.strata());
        return new GateState(
                stageVerdict.halts(),
                enough,
                stageVerdict.whole(),
                each,
                members,
                leftOut,
                countedAt,
                acknowledged);
    }

    /** When a stage begins, nothing is enough yet, and its members have not been counted. */
    GateState nextStage() {
        return new GateState(halts, Map.of(), verdict, strata, Map.of(), Map.of(), 0, acknowledged);
    }

    /** A person has acknowledged all results and resumes the rollout. */
    GateState acknowledged(Map<Stratum, Acknowledged> known) {
        return new GateState(
                Halts.NONE, Map.of(), null, Map.of(), members, leftOut, countedAt, known);
    }

    // ---------------------------------------------------------------- as it is stored

    String json() {
        var halted = new ArrayList<String>();
        halts.strata().forEach(stratum -> halted.add(AttemptJson.of(stratum)));
        var tree = new LinkedHashMap<String, Object>();
        tree.put("halted", halted);
        tree.put("boards", halts.boards());
        tree.put("paused", halts.paused().stream().map(AttemptJson::of).toList());
        tree.put("enough", keyed(enoughSince));
        if (verdict != null) {
            tree.put("verdict", of(verdict));
        }
        var verdicts = new LinkedHashMap<String, Object>();
        strata.forEach((stratum, each) -> verdicts.put(AttemptJson.of(stratum), of(each)));
        tree.put("strata", verdicts);
        tree.put("members", keyed(members));
        tree.put("leftOut", keyed(leftOut));
        tree.put("counted", countedAt);
        var known = new LinkedHashMap<String, Object>();
        acknowledged.forEach((stratum, k) ->
                known.put(
                        AttemptJson.of(stratum),
                        List.of(
                                k.stageIndex(),
                                k.stage().counts(),
                                k.total().counts(),
                                k.without(),
                                k.at())));
        tree.put("known", known);
        return Json.text(tree);
    }

    private static Map<String, Long> keyed(Map<Stratum, Long> map) {
        var keyed = new LinkedHashMap<String, Long>();
        map.forEach((stratum, value) -> keyed.put(AttemptJson.of(stratum), value));
        return keyed;
    }

    private static List<Object> of(Verdict v) {
        CountedDevices c = v.counted();
        return List.of(
                v.move().name(),
                v.reason().name(),
                v.why().zh(),
                v.why().en(),
                List.of(c.full(), c.accounts(), c.others(), c.othersCounted(), c.leftOut()));
    }

    static GateState read(String json) {
        JsonNode n = Json.read(json);
        var halted = new HashSet<Stratum>();
        n.path("halted").forEach(s -> halted.add(AttemptJson.stratum(s.asText())));
        var boards = new HashSet<String>();
        n.path("boards").forEach(board -> boards.add(board.asText()));
        var paused = new HashSet<Stratum>();
        n.path("paused").forEach(s -> paused.add(AttemptJson.stratum(s.asText())));
        var verdicts = new HashMap<Stratum, Verdict>();
        n.path("strata")
                .properties()
                .forEach(e -> verdicts.put(AttemptJson.stratum(e.getKey()), verdict(e.getValue())));
        var known = new HashMap<Stratum, Acknowledged>();
        n.path("known")
                .properties()
                .forEach(e ->
                        known.put(
                                AttemptJson.stratum(e.getKey()),
                                new Acknowledged(
                                        e.getValue().get(0).asInt(),
                                        AttemptJson.tally(e.getValue().get(1)),
                                        AttemptJson.tally(e.getValue().get(2)),
                                        texts(e.getValue().path(3)),
                                        e.getValue().path(4).asLong())));
        return new GateState(
                new Halts(halted, boards, paused),
                numbers(n.path("enough")),
                n.has("verdict") ? verdict(n.get("verdict")) : null,
                verdicts,
                numbers(n.path("members")),
                numbers(n.path("leftOut")),
                n.path("counted").asLong(),
                known);
    }

    private static Set<String> texts(JsonNode n) {
        var texts = new HashSet<String>();
        n.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    private static Map<Stratum, Long> numbers(JsonNode n) {
        var numbers = new HashMap<Stratum, Long>();
        n.properties()
                .forEach(e -> numbers.put(AttemptJson.stratum(e.getKey()), e.getValue().asLong()));
        return numbers;
    }

    private static Verdict verdict(JsonNode n) {
        return new Verdict(
                Verdict.Move.valueOf(n.get(0).asText()),
                Verdict.GateReason.valueOf(n.get(1).asText()),
                new Sentence(n.get(2).asText(), n.get(3).asText()),
                counted(n.path(4)));
    }

    // Verdicts stored before devices were counted have no counts.
    private static CountedDevices counted(JsonNode n) {
        return new CountedDevices(
                n.path(0).asLong(),
                n.path(1).asLong(),
                n.path(2).asLong(),
                n.path(3).asLong(),
                n.path(4).asLong());
    }
}
