package io.slipway.rollout.grant.decision;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.http.Json;
import io.slipway.rollout.rules.plan.Decision;
import io.slipway.rollout.rules.plan.Refusal;
import io.slipway.rollout.store.DecisionStore;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import io.slipway.sql.Tx;
import io.slipway.text.Sentence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The reason why each device was, or was not, offered a build at its last check-in. Written in
 * batches; a crash loses a few seconds of it. Thread-safe.
 */
public final class DecisionLog {

    private static final int MOST_WAITING = 100_000;
    private static final int CHUNK = 500;

    private final Database database;
    private final Map<Long, PendingDecision> pending = new ConcurrentHashMap<>();

    private record PendingDecision(long at, Decision decision) {}

    public DecisionLog(Database database) {
        this.database = database;
    }

    public void note(long device, long at, Decision decision) {
        if (pending.size() < MOST_WAITING) {
            pending.put(device, new PendingDecision(at, decision));
        }
    }

    public void flush() {
        while (!pending.isEmpty()) {
            var chunk = new HashMap<Long, DecisionStore.DecisionRow>();
            var entries = pending.entrySet().iterator();
            while (entries.hasNext() && chunk.size() < CHUNK) {
                var entry = entries.next();
                entries.remove();
                PendingDecision decided = entry.getValue();
                chunk.put(
                        entry.getKey(),
                        new DecisionStore.DecisionRow(
                                decided.at(), Json.text(body(decided.decision()))));
            }
            database.run(Plane.BACKGROUND, tx -> DecisionStore.write(tx, chunk));
        }
    }

    private static Map<String, Object> body(Decision decision) {
        return switch (decision) {
            case Decision.NewOffer offer ->
                    Map.of("offered", offer.rolloutId(), "why", of(offer.why()));
            case Decision.Repeat again -> Map.of("offered", again.rolloutId());
            case Decision.None none -> {
                var each = new ArrayList<List<String>>();
                none.each()
                        .forEach((id, refused) ->
                                each.add(List.of(id, refused.refusal().name(), refused.detail())));
                yield Map.of(
                        "refused",
                        List.of(none.why().refusal().name(), none.why().detail()),
                        "each",
                        each);
            }
        };
    }

    private static List<String> of(Sentence why) {
        return List.of(why.zh(), why.en());
    }

    public static Optional<Explanation.LastAnswer> find(Tx tx, long device) {
        return DecisionStore.find(tx, device).map(DecisionLog::answered);
    }

    private static Explanation.LastAnswer answered(DecisionStore.DecisionRow row) {
        JsonNode n = Json.read(row.body());
        var each = new ArrayList<Explanation.RolloutRefusal>();
        for (JsonNode reason : n.path("each")) {
            each.add(
                    new Explanation.RolloutRefusal(
                            reason.get(0).asText(),
                            Refusal.valueOf(reason.get(1).asText()),
                            reason.get(2).asText()));
        }
        return new Explanation.LastAnswer(
                row.at(), n.path("offered").asText(""), sentence(n), List.copyOf(each));
    }

    private static Sentence sentence(JsonNode n) {
        if (n.has("refused")) {
            return Refusal.valueOf(n.get("refused").get(0).asText()).sentence();
        }
        JsonNode why = n.path("why");
        return why.isArray()
                ? new Sentence(why.get(0).asText(), why.get(1).asText())
                : new Sentence("再次回答同一个更新", "The same offer, repeated");
    }
}
