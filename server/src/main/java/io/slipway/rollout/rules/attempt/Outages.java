package io.slipway.rollout.rules.attempt;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * When this service itself answered with errors or not at all. What devices do then is not their
 * fault, and their silence means nothing. Epoch ms; spans don't touch.
 *
 * @param steps when the clock was set by so much that no duration across it is known (decisions
 *     D9): what devices do then counts, their silence does not
 */
public record Outages(List<Span> spans, List<Span> steps) {

    public static final Outages NONE = new Outages(List.of());

    /**
     * From {@code from}, inclusive, until {@code to}, exclusive.
     *
     * @param to {@link Long#MAX_VALUE} while it lasts
     */
    public record Span(long from, long to) {

        public Span {
            if (to <= from) {
                throw new IllegalArgumentException("a span must end after it begins");
            }
        }
    }

    public Outages {
        spans = merged(spans);
        steps = merged(steps);
    }

    public Outages(List<Span> spans) {
        this(spans, List.of());
    }

    /** Whether there are neither outages nor steps. */
    public boolean none() {
        return spans.isEmpty() && steps.isEmpty();
    }

    private static List<Span> merged(List<Span> spans) {
        var sorted = new ArrayList<>(spans);
        sorted.sort(Comparator.comparingLong(Span::from));
        var merged = new ArrayList<Span>();
        for (Span span : sorted) {
            if (!merged.isEmpty() && span.from() <= merged.getLast().to()) {
                Span before = merged.removeLast();
                span = new Span(before.from(), Math.max(before.to(), span.to()));
            }
            merged.add(span);
        }
        return List.copyOf(merged);
    }

    /** Those that ended after {@code at}. */
    public Outages since(long at) {
        return none() ? this : new Outages(since(spans, at), since(steps, at));
    }

    private static List<Span> since(List<Span> spans, long at) {
        return spans.stream().filter(span -> span.to() > at).toList();
    }

    // There is rarely a step, and without one nothing to merge.
    private List<Span> silent() {
        if (steps.isEmpty()) {
            return spans;
        }
        var all = new ArrayList<>(spans);
        all.addAll(steps);
        return merged(all);
    }

    /** Whether an outage overlaps the time from {@code from} until {@code to}, both inclusive. */
    public boolean touch(long from, long to) {
        for (Span span : spans) {
            if (span.from() <= to && span.to() > from) {
                return true;
            }
        }
        return false;
    }

    /**
     * The time at which {@code wait} will have passed since {@code from}, counting neither outages
     * nor steps.
     *
     * @return {@link Long#MAX_VALUE} if an outage that hasn't ended prevents it
     */
    long after(long from, Duration wait) {
        long due = from + wait.toMillis();
        for (Span span : silent()) {
            if (span.to() > from && span.from() <= due) {
                if (span.to() == Long.MAX_VALUE) {
                    return Long.MAX_VALUE;
                }
                due += span.to() - Math.max(span.from(), from);
            }
        }
        return due;
    }
}
