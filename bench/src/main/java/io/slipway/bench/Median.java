package io.slipway.bench;

import java.util.Comparator;
import java.util.List;

/** The aggregate of several runs. */
public final class Median {

    private Median() {}

    /** The middle value; of an even number the mean of the middle two, 0 of none. */
    public static double of(List<Double> values) {
        if (values.isEmpty()) {
            return 0;
        }
        var sorted = values.stream().sorted(Comparator.naturalOrder()).toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1
                ? sorted.get(middle)
                : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
