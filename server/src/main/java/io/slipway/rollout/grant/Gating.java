package io.slipway.rollout.grant;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.rollout.json.Texts;
import io.slipway.rollout.rules.attempt.Stratum;
import io.slipway.rollout.rules.attempt.Tally;
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
import org.jspecify.annotations.Nullable;

/**
 * What a rollout's gates go by besides the tallies, and what they have said.
 *
 * @param enoughSince since when each group of the running stage shows enough, epoch ms
 * @param verdict the last one; null before the first
 * @param strata what was said of each group
 * @param members devices of the running stage by group, as counted at {@code countedAt}
 * @param acknowledged what a person knew of each group when he let it go on
 */
record Gating(
        Halts halts,
        Map<Stratum, Long> enoughSince,
        @Nullable Verdict verdict,
        Map<Stratum, Verdict> strata,
        Map<Stratum, Long> members,
        long countedAt,
        Map<Stratum, Known> acknowledged) {

    /**
     * What a group had counted when somebody resumed the rollout after a halt.
     *
     * @param stageIndex the stage that {@code stage} is of
     */
    record Known(int stageIndex, Tally stage, Tally total) {

        /** What the gates see of a stage that has counted {@code now}. */
        Tally since(int index, Tally now) {
            return index == stageIndex ? without(now, stage) : now;
        }

        // Only what speaks against the build is forgiven; who is decided stays decided.
        static Tally without(Tally now, Tally known) {
            return new Tally(
                    now.offered(),
                    now.inFlight(),
                    now.good(),
                    less(now.bad(), known.bad()),
                    less(now.silent(), known.silent()),
                    less(now.overdue(), known.overdue()),
                    now.undelivered(),
                    less(now.missing(), known.missing()),
                    now.delivered(),
                    less(now.crashed(), known.crashed()),
                    now.left() + Math.min(now.bad(), known.bad()));
        }

        private static long less(long now, long known) {
            return Math.max(0, now - known);
        }
    }

    static final Gating NONE =
            new Gating(Halts.NONE, Map.of(), null, Map.of(), Map.of(), 0, Map.of());

    Gating {
        enoughSince = Map.copyOf(enoughSince);
        strata = Map.copyOf(strata);
        members = Map.copyOf(members);
        acknowledged = Map.copyOf(acknowledged);
    }

    Gating counted(Map<Stratum, Long> fresh, long at) {
        return new Gating(halts, enoughSince, verdict, strata, fresh, at, acknowledged);
    }

    Gating said(StageVerdict said, Map<Stratum, Long> enough) {
        // A group that has halted isn't judged again; why it did is still asked for.
        var each = new HashMap<>(strata);
        each.keySet().retainAll(said.halts().strata());
        each.putAll(said.strata());
        return new Gating(
                said.halts(), enough, said.whole(), each, members, countedAt, acknowledged);
    }

    /** At the beginning of a stage nothing is enough, and its members are not counted yet. */
    Gating nextStage() {
        return new Gating(halts, Map.of(), verdict, strata, Map.of(), 0, acknowledged);
    }

    /** Somebody has seen it all and lets it go on. */
    Gating acknowledged(Map<Stratum, Known> known) {
        return new Gating(Halts.NONE, Map.of(), null, Map.of(), members, countedAt, known);
    }

    // ---------------------------------------------------------------- as it is stored

    String json() {
        var halted = new ArrayList<String>();
        halts.strata().forEach(stratum -> halted.add(Texts.of(stratum)));
        var tree = new LinkedHashMap<String, Object>();
        tree.put("halted", halted);
        tree.put("boards", halts.boards());
        tree.put("enough", keyed(enoughSince));
        if (verdict != null) {
            tree.put("verdict", of(verdict));
        }
        var said = new LinkedHashMap<String, Object>();
        strata.forEach((stratum, each) -> said.put(Texts.of(stratum), of(each)));
        tree.put("strata", said);
        tree.put("members", keyed(members));
        tree.put("counted", countedAt);
        var known = new LinkedHashMap<String, Object>();
        acknowledged.forEach((stratum, k) ->
                known.put(
                        Texts.of(stratum),
                        List.of(k.stageIndex(), k.stage().counts(), k.total().counts())));
        tree.put("known", known);
        return Texts.json(tree);
    }

    private static Map<String, Long> keyed(Map<Stratum, Long> map) {
        var keyed = new LinkedHashMap<String, Long>();
        map.forEach((stratum, value) -> keyed.put(Texts.of(stratum), value));
        return keyed;
    }

    private static List<String> of(Verdict v) {
        return List.of(v.move().name(), v.reason().name(), v.why().zh(), v.why().en());
    }

    static Gating read(String json) {
        JsonNode n = Texts.node(json);
        var halted = new HashSet<Stratum>();
        n.path("halted").forEach(s -> halted.add(Texts.stratum(s.asText())));
        var boards = new HashSet<String>();
        n.path("boards").forEach(board -> boards.add(board.asText()));
        var said = new HashMap<Stratum, Verdict>();
        n.path("strata")
                .properties()
                .forEach(e -> said.put(Texts.stratum(e.getKey()), verdict(e.getValue())));
        var known = new HashMap<Stratum, Known>();
        n.path("known")
                .properties()
                .forEach(e ->
                        known.put(
                                Texts.stratum(e.getKey()),
                                new Known(
                                        e.getValue().get(0).asInt(),
                                        Texts.tally(e.getValue().get(1)),
                                        Texts.tally(e.getValue().get(2)))));
        return new Gating(
                new Halts(halted, boards),
                numbers(n.path("enough")),
                n.has("verdict") ? verdict(n.get("verdict")) : null,
                said,
                numbers(n.path("members")),
                n.path("counted").asLong(),
                known);
    }

    private static Map<Stratum, Long> numbers(JsonNode n) {
        var numbers = new HashMap<Stratum, Long>();
        n.properties().forEach(e -> numbers.put(Texts.stratum(e.getKey()), e.getValue().asLong()));
        return numbers;
    }

    private static Verdict verdict(JsonNode n) {
        return new Verdict(
                Verdict.Move.valueOf(n.get(0).asText()),
                Verdict.Reason.valueOf(n.get(1).asText()),
                new Sentence(n.get(2).asText(), n.get(3).asText()));
    }
}
