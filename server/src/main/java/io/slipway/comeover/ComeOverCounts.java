package io.slipway.comeover;

import io.slipway.comeover.ComeOverItem.ItemKind;
import io.slipway.comeover.ComeOverItem.ItemOutcome;
import io.slipway.text.Sentence;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** How many rows were added, were there or were refused. Belongs to one thread. */
public final class ComeOverCounts {

    private final Map<ItemKind, Map<ItemOutcome, Long>> counts = new EnumMap<>(ItemKind.class);
    // Few: reasons contain nothing of the row.
    private final Map<Sentence, Long> linesRefused = new LinkedHashMap<>();

    void count(ItemKind kind, ItemOutcome outcome, long more) {
        counts.computeIfAbsent(kind, first -> new EnumMap<>(ItemOutcome.class))
                .merge(outcome, more, Long::sum);
    }

    void lineRefused(Sentence reason) {
        linesRefused.merge(reason, 1L, Long::sum);
    }

    public long of(ItemKind kind, ItemOutcome outcome) {
        return counts.getOrDefault(kind, Map.of()).getOrDefault(outcome, 0L);
    }

    /** Whether anything was refused. */
    public boolean refused() {
        for (ItemKind kind : ItemKind.values()) {
            if (of(kind, ItemOutcome.REFUSED) > 0) {
                return true;
            }
        }
        return false;
    }

    /** Why lines were refused, and how many. */
    public Map<Sentence, Long> linesRefused() {
        return Map.copyOf(linesRefused);
    }
}
